"""The page for everyone: in two languages, in the dark, with a screen reader, in private."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from harness.browser import SEVEN, answer, button, draw, expect_blank, open_page, press
from page.words import CHINESE, ENGLISH

EQUALS = [[(0.3, 0.4), (0.7, 0.4)], [(0.3, 0.6), (0.7, 0.6)]]
NAME = """document.activeElement.getAttribute('aria-label')
    || document.getElementById(document.activeElement.getAttribute('aria-labelledby'))?.innerText
    || document.activeElement.labels?.[0]?.innerText.trim()
    || document.activeElement.innerText"""
# Remembers all texts that the page has ever shown.
LISTEN = """
    window.shown = new Set();
    new MutationObserver(() => window.shown.add(document.body?.innerText ?? ""))
        .observe(document, { childList: true, subtree: true, characterData: true });
"""
WCAG_AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.fixture(scope="module")
def german_page(new_page: Callable) -> Page:
    """In a language that Gradio speaks and the page does not, and in the dark."""
    return new_page("/?__theme=dark", locale="de-DE")


@pytest.mark.parametrize(("which", "theme"), [("page", "light"), ("german_page", "dark")])
def test_meets_wcag_aa(request: pytest.FixtureRequest, which: str, theme: str) -> None:
    page = request.getfixturevalue(which)
    assert page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")
    open_about(page)
    expect(page.get_by_text("What is kept.")).to_be_visible()
    for strokes in ([], [SEVEN], EQUALS):
        draw(page, *strokes)
        if strokes:
            expect(answer(page)).to_be_visible()
        report = Axe().run(page, options=WCAG_AA)
        assert report.response["passes"], "axe has looked at nothing"
        assert report.violations_count == 0, report.generate_report()
        if strokes == [SEVEN]:  # axe does not know what the bars mean: 3 to 1 (WCAG 1.4.11)
            assert contrast(page, ".bars li:nth-child(8) i", "#card") >= 3
        page.keyboard.press("Escape")


def open_about(page: Page) -> None:
    """Opens what stands below the page, unless it is open."""
    if not page.locator("#about ol").is_visible():
        page.get_by_text("How it works").click()


def contrast(page: Page, first: str, second: str) -> float:
    """The contrast (WCAG 2.1) between the backgrounds of two elements."""
    colors = page.evaluate(
        """(selectors) => selectors.map((each) =>
            getComputedStyle(document.querySelector(each)).backgroundColor
                .match(/[0-9.]+/g).map(Number))""",
        [first, second],
    )

    def luminance(rgb: list[float]) -> float:
        linear = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
            for c in (channel / 255 for channel in rgb[:3])
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted(luminance(color) for color in colors)
    return (light + 0.05) / (dark + 0.05)


def test_the_answer_is_read_out_and_everything_has_a_name(page: Page) -> None:
    expect(page).to_have_title("Which digit is it?")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for spoken in ("#spoken", "#notice", "#thanks"):
        expect(page.locator(spoken)).to_have_attribute("role", "status")
    canvas = page.get_by_role("img", name="Drawing area")
    expect(canvas).to_have_accessible_description(re.compile("With the keyboard alone"))
    draw(page, SEVEN)
    expect(page.get_by_role("img", name="7, in 28 by 28 pixels")).to_be_visible()
    expect(page.locator("#spoken")).to_have_text(re.compile(r"7\s+99% sure"))


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(page: Page) -> None:
    page.get_by_role("button", name="Draw 42").click()
    expect(answer(page)).to_have_text("42")
    button(page, "Pen").focus()
    reached = []
    for _ in range(12):
        reached.append(page.evaluate(NAME))
        page.keyboard.press("Tab")
    tools = ["Pen", "Eraser", "Thin", "Medium", "Thick", "Undo", "Drawing area", "Clear"]
    assert reached == [*tools, "Use a photo …", ENGLISH["not_right"], "Send", "no number"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Draw 42").focus()
    page.keyboard.press("Enter")
    expect(answer(page)).to_have_text("42")
    page.locator("#typed input").fill("42")
    page.keyboard.press("Enter")
    expect(page.locator("#thanks")).to_contain_text("kept as a 42")


def test_speaks_chinese_from_the_first_moment(new_context: Callable, server: str) -> None:
    context = new_context(locale="zh-Hans-SG")  # which Gradio itself does not know
    context.add_init_script(LISTEN)
    page = context.new_page()
    open_page(page, server)
    expect(page.get_by_role("heading", level=1)).to_have_text("这是几？")
    expect(page.locator("#answer")).to_contain_text(CHINESE["blank"])
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_title("这是几？")
    for key in ("photo", "not_right", "about"):
        expect(page.get_by_text(CHINESE[key])).to_have_count(1)
    expect(page.get_by_role("img", name=CHINESE["canvas"])).to_be_visible()
    draw(page, SEVEN)
    expect(page.locator("#answer")).to_contain_text("把握 99%")
    page.get_by_text(CHINESE["about"]).click()
    expect(page.locator("#about")).to_contain_text("隐私")
    shown = page.evaluate("[...window.shown]")
    assert shown and not [text for text in shown if ENGLISH["title"] in text]
    context.close()


def test_speaks_english_to_others_in_the_dark(german_page: Page) -> None:
    page = german_page
    expect(button(page, "Undo")).to_be_visible()
    expect_blank(page)
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    expect(answer(page)).to_have_css("color", "rgb(241, 238, 231)")
    press(page, "Clear")
    expect_blank(page)


def test_says_that_it_needs_javascript(server: str, new_context: Callable) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(server)
    sentence = page.locator("noscript p")
    expect(sentence).to_be_visible()
    for words in (ENGLISH, CHINESE):
        expect(sentence).to_contain_text(words["needs_javascript"])
    page.context.close()


def test_keeps_no_cookies_and_says_what_it_keeps(page: Page) -> None:
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0
    open_about(page)
    expect(page.locator("#about")).to_contain_text("No cookies")
