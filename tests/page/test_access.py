"""The page for everyone: in two languages, in the dark, with a screen reader, in private."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from harness.browser import (
    EQUALS,
    SEVEN,
    answer,
    button,
    draw,
    expect_blank,
    open_page,
    press,
    violations,
)
from page.sketchpad import TRANSLATIONS
from page.words import CHINESE, ENGLISH

NAME = "document.activeElement.ariaLabel || document.activeElement.innerText"
# Remembers all texts that the page has ever shown.
LISTEN = """
    window.shown = new Set();
    new MutationObserver(() => window.shown.add(document.body?.innerText ?? ""))
        .observe(document, { childList: true, subtree: true, characterData: true });
"""


@pytest.fixture(scope="module")
def german(new_context: Callable) -> BrowserContext:
    """In a language that Gradio speaks and the page does not: it is in English, as for others."""
    return new_context(locale="de-DE")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 320)])
def test_meets_wcag_aa(new_page: Callable, german: BrowserContext, theme: str, width: int) -> None:
    page = new_page(f"/?__theme={theme}", german)
    page.set_viewport_size({"width": width, "height": 640})
    assert page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")
    assert violations(page) == []
    for key in ("not_right", "inside"):
        page.get_by_role("button", name=ENGLISH[key]).click()
    for strokes, said in ((EQUALS, "?"), ([SEVEN], "7")):
        draw(page, *strokes)
        expect(answer(page)).to_have_text(said)
        expect(page.locator("#map_of_digits text")).to_have_count(1000)
        assert violations(page) == []
        press(page, "Clear")
    if width == 320:  # Gradio has the last tab in a menu
        page.locator(".overflow-menu > button").click()
    page.locator(".overflow-dropdown, [role=tablist]").get_by_text(ENGLISH["about_tab"]).click()
    expect(page.get_by_role("heading", name="What is kept")).to_be_visible()
    assert violations(page) == []


def test_the_answer_is_read_out_and_everything_has_a_name(page: Page) -> None:
    expect(page).to_have_title(re.compile("Which digit is it"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Which digit is it?")
    canvas = page.get_by_role("img", name=ENGLISH["draw_here"])
    expect(canvas).to_have_accessible_description("Blank")
    draw(page, SEVEN)
    expect(page.get_by_role("status").filter(has_text="99% sure")).to_have_text("7 99% sure")
    expect(page.get_by_role("img", name="What the network saw of 7")).to_be_visible()
    expect(canvas).to_have_accessible_description("Strokes: 1")


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(page: Page) -> None:
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    button(page, "Pen").focus()
    reached = []
    for _ in range(9):
        reached.append(page.evaluate(NAME).split(" (")[0])
        page.keyboard.press("Tab")
    tools = ["Pen", "Eraser", "Thin", "Medium", "Thick", "Undo", ENGLISH["draw_here"], "Clear"]
    assert reached == [*tools, "Use a photo"]
    page.get_by_role("button", name="42", exact=True).focus()
    page.keyboard.press("Enter")
    expect(answer(page)).to_have_text("42")
    button(page, "Undo").focus()
    page.keyboard.press("Delete")
    expect_blank(page)


def test_speaks_chinese_from_the_first_moment_on(new_context: Callable, server: str) -> None:
    page = new_context(locale="zh-CN").new_page()
    page.add_init_script(LISTEN)
    open_page(page, server)
    expect(page.get_by_role("heading", level=1)).to_have_text("这是几？")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#said")).to_have_text(CHINESE["blank"])
    draw(page, SEVEN)
    expect(page.locator("#said")).to_have_text("7 把握 99%")
    expect(page.locator("#answer label").first).to_have_text(CHINESE["label_sure"])
    for section in ("not_right", "inside"):
        page.get_by_role("button", name=CHINESE[section]).click()
    expect(page.locator("#map_of_digits text")).to_have_count(1000)
    expect(page.get_by_placeholder(CHINESE["number_hint"])).to_be_visible()
    page.get_by_role("radio", name="7").click()
    expect(page.locator("#thanks")).to_contain_text(CHINESE["kept"].format(label=7))
    page.get_by_role("tab", name=CHINESE["about_tab"]).click()
    expect(page.get_by_role("heading", name="隐私")).to_be_visible()
    shown = "\n".join(page.evaluate("[...window.shown]"))
    named = page.locator("main").evaluate_all(
        "([main]) => [...main.querySelectorAll('[title], [aria-label]')]"
        ".map((each) => `${each.title} ${each.ariaLabel}`).join()"
    )
    assert CHINESE["draw"] in shown and TRANSLATIONS["zh"]["Eraser"] in named
    for english in [*ENGLISH.values(), *TRANSLATIONS["zh"]]:
        said = re.sub(r"[#\s]*(.*?)[\n{].*", r"\1", english, flags=re.S)
        assert len(said) < 4 or said not in shown + named, said
    page.context.close()


def test_keeps_no_cookies_and_says_what_it_keeps(page: Page) -> None:
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("tab", name=ENGLISH["about_tab"]).click()
    about = page.locator("#about")
    for said in (ENGLISH["keeps_corrections"], "No cookies", "784-100-10", "79,510 numbers"):
        expect(about).to_contain_text(said)
    expect(about).to_contain_text(re.compile(r"It reads 9\d\.\d% of MNIST"))
    page.get_by_role("tab", name=ENGLISH["draw"], exact=True).click()
    expect(answer(page)).to_have_text("7")
