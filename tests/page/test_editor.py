"""What the page says where it cannot work: without JavaScript, or with another editor."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from page.words import CHINESE, ENGLISH

# As if the editor's strip of tools had got another name in a new version of Gradio.
RENAMED = """
    new MutationObserver(() => {
        document.querySelectorAll(".top-panel").forEach((panel) => { panel.className = "new"; });
    }).observe(document, { childList: true, subtree: true });
"""


def test_without_javascript_it_says_so(server: str, new_context: Callable) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(server)
    sentence = page.locator("noscript p")
    expect(sentence).to_be_visible()
    for words in (ENGLISH, CHINESE):
        expect(sentence).to_contain_text(words["needs_javascript"])
    page.context.close()


def test_an_editor_with_other_parts_is_told(server: str, new_context: Callable) -> None:
    context = new_context()
    context.add_init_script(RENAMED)
    page = context.new_page()
    page.goto(server)
    expect(page.get_by_role("alert")).to_contain_text("undo, redo, clear", timeout=30_000)
    context.close()
