"""The page for everyone: in two languages, in the dark, with a screen reader, in private."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from harness.browser import SEVEN, answer, draw, expect_blank, press
from page.words import CHINESE

WCAG_AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.fixture(scope="module")
def german_page(new_page: Callable) -> Page:
    """In a language that Gradio speaks and the page does not, and in the dark."""
    return new_page("/?__theme=dark", locale="de-DE")


@pytest.mark.parametrize(("which", "theme"), [("page", "light"), ("german_page", "dark")])
def test_meets_wcag_aa(request: pytest.FixtureRequest, which: str, theme: str) -> None:
    page = request.getfixturevalue(which)
    assert page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    open_about(page)
    expect(page.get_by_text("What is kept.")).to_be_visible()
    report = Axe().run(page, options=WCAG_AA)
    assert report.response["passes"], "axe has looked at nothing"
    assert report.violations_count == 0, report.generate_report()
    # axe does not know what the bars mean: 3 to 1 (WCAG 1.4.11)
    assert contrast(page, "#details li i") >= 3
    page.keyboard.press("Escape")


def open_about(page: Page) -> None:
    """Opens what stands below the page, unless it is open."""
    if not page.locator("#about").is_visible():
        page.get_by_role("button", name="How it works").click()


def contrast(page: Page, selector: str) -> float:
    """The contrast (WCAG 2.1) between an element's background and the page's."""
    colors = page.evaluate(
        """(selector) => [selector, ".gradio-container"].map((each) =>
            getComputedStyle(document.querySelector(each)).backgroundColor
                .match(/[0-9.]+/g).map(Number))""",
        selector,
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
    for spoken in ("#answer", "#thanks"):
        expect(page.locator(spoken)).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("group", name="Draw here")).to_be_visible()
    assert page.get_by_text("upload or drop").count() == 0
    draw(page, SEVEN)
    expect(page.get_by_role("img", name="7, in 28 by 28 pixels")).to_be_visible()


def test_the_keyboard_reaches_everything(page: Page) -> None:
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    page.locator("#pad").get_by_role("button", name="Undo").focus()
    reached = set()
    for _ in range(24):
        reached.add(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label')"
                " || document.activeElement.labels?.[0]?.innerText"
                " || document.activeElement.innerText.split('\\n')[0]"
            )
        )
        page.keyboard.press("Tab")
    wanted = {"Undo", "Clear canvas", "Brush", "Erase", "Use a photo …", *"0123456789"}
    assert wanted <= reached, wanted - reached


def test_speaks_chinese(new_page: Callable) -> None:
    page = new_page(locale="zh-Hans-SG")  # which Gradio itself does not know
    expect(page.get_by_role("heading", level=1)).to_have_text("这是几？")
    expect(page.locator("#answer")).to_have_text(CHINESE["blank"])
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_title("这是几？")
    for key in ("photo", "not_right", "about"):
        expect(page.get_by_text(CHINESE[key])).to_have_count(1)
    expect(page.get_by_role("group", name=CHINESE["canvas"])).to_be_visible()
    draw(page, SEVEN)
    expect(page.locator("#answer")).to_contain_text("把握 99%")
    page.get_by_text(CHINESE["about"]).click()
    expect(page.locator("#about")).to_contain_text("隐私")


def test_speaks_english_to_others_in_the_dark(german_page: Page) -> None:
    page = german_page
    expect(page.locator("#pad").get_by_role("button", name="Rückgängig")).to_be_visible()
    expect_blank(page)
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    expect(answer(page)).to_have_css("color", "rgb(244, 244, 245)")
    page.locator("#pad .top-panel button").last.click()
    expect_blank(page)


def test_keeps_nothing_in_the_browser_and_says_so(page: Page) -> None:
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    assert page.context.cookies() == []
    open_about(page)
    expect(page.locator("#about")).to_contain_text("No cookies")
    press(page, "Clear")
