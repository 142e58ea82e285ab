"""The page in a real browser. What it relies on in Gradio's frontend is pinned here."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
from playwright.sync_api import Page, Route, expect

expect.set_options(timeout=30_000)  # software rendering on a busy machine

Stroke = list[tuple[float, float]]  # in the unit square of the canvas


def arc(x: float, y: float, width: float, height: float, start: float, end: float) -> Stroke:
    """Part of an ellipse, in degrees clockwise from the right."""
    angles = [math.radians(start + (end - start) * step / 6) for step in range(7)]
    return [(x + width * math.cos(angle), y + height * math.sin(angle)) for angle in angles]


ONE = [(0.5, 0.2), (0.5, 0.8)]
BAR = [(0.28, 0.25), (0.72, 0.25)]
SLANT = [(0.72, 0.25), (0.45, 0.8)]
SEVEN = [*BAR, SLANT[1]]
DIGITS = {
    "0": [arc(0.5, 0.5, 0.18, 0.3, -90, 270)],
    "1": [ONE],
    "3": [arc(0.45, 0.35, 0.2, 0.15, -150, 90) + arc(0.45, 0.65, 0.22, 0.15, -90, 150)],
    "7": [BAR, SLANT],
}


def on_screen(page: Page, stroke: Stroke) -> Stroke:
    box = page.locator("#pad canvas").first.bounding_box()
    side = min(box["width"], box["height"]) - 60  # the editor leaves 30 pixels free on each side
    left, top = box["x"] + (box["width"] - side) / 2, box["y"] + (box["height"] - side) / 2
    return [(left + x * side, top + y * side) for x, y in stroke]


def draw(page: Page, *strokes: Stroke) -> None:
    for stroke in strokes:
        first, *rest = on_screen(page, stroke)
        page.mouse.move(*first)
        page.mouse.down()
        for point in rest:
            page.mouse.move(*point)
        page.mouse.up()


def press(page: Page, name: str) -> None:
    page.locator("#pad").get_by_role("button", name=name).click()


def digit(page: Page):
    return page.locator("#answer strong")


def seen(page: Page) -> str:
    return page.locator("#answer img").get_attribute("src")


def expect_blank(page: Page) -> None:
    expect(page.locator("#answer")).to_have_text("Draw a digit")
    expect(page.locator(".confidence-set")).to_have_count(0)


def test_first_stroke_draws_and_counts(page: Page) -> None:
    expect_blank(page)
    draw(page, SEVEN)
    expect(digit(page)).to_have_text("7")
    expect(page.locator(".confidence-set")).to_have_count(3)


def test_reads_digits_and_clears(page: Page) -> None:
    for name, strokes in DIGITS.items():
        draw(page, *strokes)
        expect(digit(page)).to_have_text(name)
        press(page, "Clear")
        expect_blank(page)
        press(page, "Clear")  # twice failed once: gradio-app/gradio#9978
        expect_blank(page)


def test_every_stroke_counts_and_can_be_undone(page: Page) -> None:
    draw(page, BAR)
    expect(digit(page)).to_be_visible()
    bar = seen(page)
    draw(page, SLANT)
    expect(page.locator("#answer img")).not_to_have_attribute("src", bar)
    expect(digit(page)).to_have_text("7")
    press(page, "Undo")
    expect(page.locator("#answer img")).to_have_attribute("src", bar)
    press(page, "Undo")
    expect_blank(page)
    press(page, "Redo")
    expect(page.locator("#answer img")).to_have_attribute("src", bar)


def test_eraser_erases(page: Page) -> None:
    draw(page, ONE)
    expect(digit(page)).to_be_visible()
    press(page, "Erase")
    draw(page, ONE)
    expect_blank(page)
    expect(page.locator("#pad .toolbar-wrap .highlight")).to_have_attribute("aria-label", "Erase")


def test_lost_drawing_leaves_the_answer(page: Page) -> None:
    draw(page, SEVEN)
    expect(digit(page)).to_be_visible()
    before = page.locator("#answer").inner_html()

    def lose(route: Route) -> None:  # ask for a drawing that the server has handed out already
        route.continue_(post_data=route.request.post_data_json | {"data": [{"id": "spent"}]})

    page.route("**/run/predict**", lose)
    with page.expect_response("**/run/predict**") as response:
        draw(page, ONE)
    assert response.value.ok
    page.wait_for_timeout(300)
    assert page.locator("#answer").inner_html() == before


def test_answer_that_comes_after_a_clear_does_not_stay(new_page: Callable) -> None:
    page = new_page()
    page.evaluate(
        """() => {
            const fetch = window.fetch;
            window.fetch = async (address, options) => {
                if (!String(address).includes("component_server")) return fetch(address, options);
                window.posting = true;
                await new Promise((done) => setTimeout(done, 800));
                return fetch(address, options);
            };
        }"""
    )
    draw(page, SEVEN)
    page.wait_for_function("window.posting")
    with page.expect_response("**/run/predict**"):
        press(page, "Clear")
    page.wait_for_timeout(500)
    expect_blank(page)


def test_two_people_at_once(new_page: Callable) -> None:
    first, second = new_page(), new_page()
    draw(first, ONE)
    draw(second, SEVEN)
    expect(digit(first)).to_have_text("1")
    expect(digit(second)).to_have_text("7")
    press(second, "Clear")
    expect_blank(second)
    expect(digit(first)).to_have_text("1")


def swipe(page: Page, points: Stroke) -> None:
    session = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(points):
        kind = "touchMove" if number else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_touch_draws_where_the_page_could_scroll(new_page: Callable) -> None:
    page = new_page(viewport={"width": 390, "height": 500}, has_touch=True, is_mobile=True)
    upwards = [(0.5, 0.8 - 0.06 * step) for step in range(11)]
    swipe(page, on_screen(page, upwards))
    expect(digit(page)).to_have_text("1")
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    beside_the_canvas = [(8, 400 - 20 * step) for step in range(11)]
    swipe(page, beside_the_canvas)
    page.wait_for_function("scrollY > 0")


def test_in_the_dark_and_in_german(new_page: Callable) -> None:
    page = new_page("/?__theme=dark", locale="de-DE")
    expect(page.locator("#pad").get_by_role("button", name="Rückgängig")).to_be_visible()
    draw(page, SEVEN)
    expect(digit(page)).to_have_text("7")
    expect(digit(page)).to_have_css("color", "rgb(244, 244, 245)")
    page.locator("#pad .top-panel button").last.click()
    expect_blank(page)


def test_nothing_else_on_the_page(page: Page) -> None:
    expect(page).to_have_title("Draw a digit")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("#answer")).to_have_attribute("aria-live", "polite")
    controls = page.locator("button:visible, a:visible, input:visible").all()
    names = [control.get_attribute("aria-label") or control.inner_text() for control in controls]
    assert names == ["Undo", "Redo", "Clear canvas", "Brush", "Erase", "Use via API"]
    assert "select the draw tool" not in page.inner_text("body")
    page.get_by_role("button", name="Use via API").click()
    expect(page.get_by_text("Which digit a picture shows").first).to_be_visible()
