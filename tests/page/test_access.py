"""The page for everyone: in two languages, in the dark, with a screen reader, in private."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from harness.browser import ANSWER, EQUALS, SEVEN, draw, on_screen, violations
from page.sketchpad import TRANSLATIONS
from page.words import CHINESE, ENGLISH

NAME = "document.activeElement.ariaLabel || document.activeElement.innerText"
# Remembers all texts that the page has ever shown.
LISTEN = """
    window.shown = new Set();
    let due = 0;
    const look = () => { due = 0; window.shown.add(document.body?.innerText ?? ""); };
    new MutationObserver(() => (due ||= requestAnimationFrame(look)))
        .observe(document, { childList: true, subtree: true, characterData: true });
"""


def test_the_answer_is_read_out_and_the_keyboard_reaches_everything_in_order(page: Page) -> None:
    canvas = page.get_by_role("img", name=ENGLISH["draw_here"])
    draw(page, SEVEN)
    expect(page.get_by_role("status").filter(has_text="99% sure")).to_have_text("7 99% sure")
    expect(page.get_by_role("img", name="What the network saw of 7")).to_be_visible()
    expect(canvas).to_have_accessible_description("Strokes: 1")
    page.get_by_title("Pen").focus()
    reached = []
    for _ in range(9):
        reached.append(page.evaluate(NAME).split(" (")[0])
        page.keyboard.press("Tab")
    tools = ["Pen", "Eraser", "Thin", "Medium", "Thick", "Undo", ENGLISH["draw_here"], "Clear"]
    assert reached == [*tools, "Use a photo"]
    page.get_by_role("button", name="42", exact=True).press("Enter")
    expect(page.locator(ANSWER)).to_have_text("42")


def test_speaks_chinese_from_the_first_moment_on_and_keeps_no_cookies(
    new_context: Callable, new_page: Callable
) -> None:
    context = new_context(locale="zh-CN")
    context.add_init_script(LISTEN)
    page = new_page(context)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#said")).to_have_text(CHINESE["blank"])
    draw(page, SEVEN)
    expect(page.locator("#said")).to_have_text("7 把握 99%")
    for section in ("not_right", "inside"):
        page.get_by_role("button", name=CHINESE[section]).click()
    expect(page.locator("#map_of_digits text")).to_have_count(1000)
    page.get_by_role("radio", name="7").click()
    expect(page.locator("#thanks")).to_contain_text(CHINESE["kept"].format(label=7))
    page.get_by_role("tab", name=CHINESE["about_tab"]).click()
    for said in (CHINESE["keeps_corrections"], "784-100-10", "79,510", re.compile(r"9\d\.\d%")):
        expect(page.locator("#about")).to_contain_text(said)
    shown = "\n".join(page.evaluate("[...window.shown]"))
    named = page.locator("main [title], main [aria-label]").evaluate_all(
        "(all) => all.map((each) => `${each.title} ${each.ariaLabel}`).join()"
    )
    assert CHINESE["draw"] in shown and TRANSLATIONS["zh"]["Eraser"] in named
    for english in [*ENGLISH.values(), *TRANSLATIONS["zh"]]:
        said = re.sub(r"[#\s]*(.*?)[\n{].*", r"\1", english, flags=re.S)
        assert len(said) < 4 or said not in shown + named, said
    assert context.cookies() == [] and page.evaluate("localStorage.length") == 0
    context.close()


@pytest.fixture(scope="module")
def phone(new_page: Callable, new_context: Callable) -> Iterator[Page]:
    """In a language that Gradio speaks and the page does not: it is in English, as for others."""
    size = {"width": 390, "height": 844}
    context = new_context(viewport=size, has_touch=True, is_mobile=True, locale="de-DE")
    yield new_page(context)
    context.close()


def swipe(page: Page, points: list[tuple[float, float]]) -> None:
    """Swipe with a finger; points are in pixels of the window."""
    session = page.context.new_cdp_session(page)
    for kind, (x, y) in zip(["touchStart"] + ["touchMove"] * len(points), points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_draws_and_scrolls_and_a_phone_shows_the_answer(phone: Page) -> None:
    tools = [*phone.locator("#pad button:visible").all(), phone.locator("#pad .photo")]
    boxes = [tool.bounding_box() for tool in tools]
    assert len(boxes) == 9
    assert min(min(box["width"], box["height"]) for box in boxes) >= 40
    swipe(phone, on_screen(phone, [(0.5, 0.8 - 0.06 * step) for step in range(11)]))  # upwards
    expect(phone.locator(ANSWER)).to_have_text("1")
    assert phone.evaluate("scrollY") == 0
    for part in ("#pad", "#answer h2"):
        expect(phone.locator(part)).to_be_in_viewport(ratio=1)
    phone.set_viewport_size({"width": 390, "height": 500})
    swipe(phone, [(4, 480 - 20 * step) for step in range(11)])  # beside the canvas
    phone.wait_for_function("scrollY > 0")
    phone.evaluate("scrollTo(0, 0)")
    expect(phone.locator("#pad .state")).to_have_text("Strokes: 1")
    phone.set_viewport_size({"width": 568, "height": 320})  # on its side
    expect(phone.locator("#answer")).to_be_in_viewport()
    assert phone.locator("#pad canvas").bounding_box()["height"] <= 320
    phone.get_by_title("Clear").click()


@pytest.mark.parametrize("width", [320, 820, 1280])
def test_nothing_jumps_and_nothing_overflows(phone: Page, width: int) -> None:
    phone.set_viewport_size({"width": width, "height": 1000})
    pad, place = phone.locator("#pad"), None
    while place != (place := pad.bounding_box()):  # Gradio's tabs adapt some time later
        phone.wait_for_timeout(200)
    last = phone.get_by_title("Redo").bounding_box()
    assert last["x"] + last["width"] < place["x"] + place["width"]
    example = phone.get_by_role("button", name="2026", exact=True)
    for said in ("?", "2026"):  # a click would scroll
        draw(phone, *EQUALS) if said == "?" else example.dispatch_event("click")
        expect(phone.locator(ANSWER)).to_have_text(said)
        assert phone.evaluate("document.documentElement.scrollWidth") <= width
        assert pad.bounding_box() == place
        side_by_side = phone.locator("#answer").bounding_box()["x"] > place["x"] + place["width"]
        assert side_by_side == (width > 1000)
    phone.get_by_title("Clear").click()


def test_meets_wcag_aa(phone: Page) -> None:
    """The whole page once, and the parts that look different at other times."""

    def set_look(theme: str, width: int) -> None:
        phone.emulate_media(color_scheme=theme)
        phone.set_viewport_size({"width": width, "height": 640})
        phone.wait_for_function(f"document.body.matches('.dark') == {theme == 'dark':d}")

    set_look("dark", 320)
    assert violations(phone, "#left", "#answer", "#said") == []
    for key in ("not_right", "inside"):
        phone.get_by_role("button", name=ENGLISH[key]).click()
    draw(phone, SEVEN)
    expect(phone.locator("#map_of_digits text")).to_have_count(1000)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(phone) == []
    set_look("light", 1280)
    assert violations(phone) == []
    phone.get_by_role("tab", name=ENGLISH["about_tab"]).click()
    expect(phone.get_by_role("heading", name="What is kept")).to_be_visible()
    assert violations(phone, "[role=tablist]", "#about") == []
