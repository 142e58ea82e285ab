"""Drawing, and the answer that follows it, in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from harness.browser import (
    ASKED,
    BAR,
    DIGITS,
    EQUALS,
    ONE,
    SEVEN,
    SLANT,
    Stroke,
    answer,
    button,
    draw,
    expect_blank,
    on_screen,
    press,
    row,
    seen,
    swipe,
    write,
)
from harness.readings import prediction, reading
from page.draw import shown
from page.words import CHINESE, ENGLISH

PHONE, SMALL_PHONE = {"width": 390, "height": 844}, {"width": 390, "height": 500}
SURE, LESS = prediction(True, _7=1), prediction(True, _1=1, _3=0.25)
EITHER, NONE = prediction(False, _9=0.6, _4=0.4), prediction(False, _8=0.95)
SLASH = replace(LESS, doubts=("slash",))
MAY_NOT, DOT = (
    "This may not be a digit. If it is one, perhaps",
    "I left out a dot. I know digits only.",
)


# What is shown of a reading: no browser is needed to tell.


@pytest.mark.parametrize(
    ("read", "value", "label", "said"),
    [
        (None, None, "Answer", "Draw a digit, or a number."),
        (reading(), None, "Answer", "I see no ink on this picture."),
        (reading(SURE), "7", "Sure", "<b>7</b> 99% sure"),
        (reading(SURE, LESS), "71", "Sure", "<b>71</b> 79% sure"),  # as the least sure digit
        (reading(EITHER), "9", "Not sure: 4 or 9", "<b>9</b> This looks like 4 or 9."),
        (reading(SURE, EITHER), "79", "Not sure", "<b>79</b> Digit 2 looks like 4 or 9."),
        (reading(NONE), "?", "No digit?", f"<b>?</b> {MAY_NOT} 8."),
        (reading(SURE, LESS, lengths=(1, 1)), "7\n1", "Sure", "<b>7<br>1</b> 79% sure"),
        (reading(SURE, SLASH), "71", "Not sure", "<b>71</b> Digit 2 may be a slash."),
        (reading(SLASH), "1", "Not sure", "<b>1</b> This may be a slash."),
        (reading(SURE, left_out=("dot",)), "7", "Not sure", f"<b>7</b> {DOT}"),
    ],
)
def test_what_is_said_of_a_reading(read, value, label: str, said: str) -> None:
    answered, sentence, pictures = shown(read, ENGLISH)
    given = answered.value or {}
    assert (given.get("label"), answered.label, sentence) == (value, label, said)
    bars = {None: 0, "?": 0, "7": 10, "9": 10, "1": 10}.get(value, 1)  # a number has one
    assert len(given.get("confidences") or ()) == bars
    assert pictures.count("<svg") == (len(read.digits) if read else 0)
    if value == "79":  # each digit's own confidence
        captions = re.findall(r"<figcaption>(.*?)</figcaption>", pictures)
        assert captions == ["<b>7</b> 99%", "<b>9</b>? 60%"]
    assert re.search("[\u4e00-\u9fff]", shown(read, CHINESE)[1])


# Strokes, and what they are answered


def test_the_first_stroke_on_a_new_page_counts_and_a_refresh_keeps_it(new_page: Callable) -> None:
    page = new_page()
    expect_blank(page)
    for name in ("Undo", "Redo", "Clear"):
        expect(button(page, name)).to_be_disabled()
    for name in ("Pen", "Medium"):
        expect(button(page, name)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#pad .hint")).to_be_visible()
    draw(page, BAR, SLANT)
    expect(answer(page)).to_have_text("7")
    expect(page.locator("#pad .hint")).not_to_be_visible()
    page.reload()
    expect(answer(page)).to_have_text("7")
    expect(page.locator("#pad .state")).to_have_text("Strokes: 2")
    press(page, "Undo")
    expect(page.locator("#pad .state")).to_have_text("Strokes: 1")
    other = new_page()  # another tab has its own drawing
    expect_blank(other)
    expect(button(other, "Undo")).to_be_disabled()


@pytest.mark.parametrize("number", ["3", "0", "1730"])
def test_reads_digits_and_numbers(page: Page, number: str) -> None:
    write(page, number) if len(number) > 1 else draw(page, *DIGITS[number])
    for place in (answer(page), page.locator("#answer h2")):
        expect(place).to_have_text(number)
    expect(seen(page)).to_have_count(len(number))
    bars = page.locator("#answer meter")  # the largest first; of a number, its own
    expect(bars).to_have_count(1 if len(number) > 1 else 10)
    expect(bars.first).to_have_attribute("aria-label", number)
    shares = [float(bar.get_attribute("value")) for bar in bars.all()]
    assert shares == sorted(shares, reverse=True) and 0.9 < sum(shares) <= 1.001


@pytest.mark.parametrize("name", ["7", "8", "42", "2026"])
def test_an_example_is_drawn_and_read(page: Page, name: str) -> None:
    draw(page, BAR)
    expect(answer(page)).to_be_visible()
    page.get_by_role("button", name=name, exact=True).click()
    expect(answer(page)).to_have_text(name)
    expect(page.locator("#said")).to_contain_text("sure")
    expect(page.locator("#pad .state")).to_have_text("A picture")
    press(page, "Undo")
    expect(page.locator("#pad .state")).to_have_text("Strokes: 1")
    expect(answer(page)).not_to_have_text(name)


DASH = DOT.replace("dot", "dash")


@pytest.mark.parametrize(
    ("number", "mark", "said"),
    [
        ("17", [(0.497, 0.6), (0.5, 0.6)], f"17 {DOT}"),
        ("17", [(0.2, 0.5), (0.28, 0.5)], f"17 {DASH}"),
        ("", [(0.1, 0.5), (0.9, 0.5)], f"? {MAY_NOT}"),
    ],
)
def test_what_is_no_digit_is_told(page: Page, number: str, mark: Stroke, said: str) -> None:
    write(page, number)
    draw(page, mark)
    expect(page.locator("#said")).to_contain_text(said)
    expect(page.locator("#answer label").first).to_have_text("Not sure" if number else "No digit?")


def test_digits_one_above_the_other_are_two_lines(page: Page) -> None:
    for name, top in (("7", 0.02), ("3", 0.52)):
        for stroke in DIGITS[name]:
            draw(page, [(0.5 + 0.6 * (x - 0.5), top + 0.6 * (y - 0.15)) for x, y in stroke])
    expect(page.locator("#said b")).to_have_text("73")  # a line each
    expect(page.locator("#said b br")).to_have_count(1)


# Undo, redo, clear, the eraser, and the width of the pen

WAYS = {
    "buttons": ("Undo", "Redo", "Clear"),
    "keys": ("Control+z", "Control+y", "Escape"),
    "other keys": ("Control+z", "Control+Shift+z", "Delete"),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_stroke_can_be_undone_and_so_can_a_clear(page: Page, way: str) -> None:
    state = page.locator("#pad .state")
    act = page.keyboard.press if "keys" in way else lambda name: press(page, name)
    undo, redo, clear = WAYS[way]
    draw(page, BAR, SLANT)
    expect(answer(page)).to_have_text("7")
    for name, strokes in ((undo, 1), (undo, 0), (redo, 1), (redo, 2), (clear, 0), (undo, 2)):
        act(name)
        expect(state).to_have_text(f"Strokes: {strokes}" if strokes else "Blank")
        expect_blank(page) if not strokes else expect(answer(page)).to_be_visible()
    expect(answer(page)).to_have_text("7")


def test_keys_count_also_after_a_button_has_lost_the_focus(page: Page) -> None:
    draw(page, ONE)
    expect(answer(page)).to_have_text("1")
    press(page, "Undo")  # there is nothing more to undo: the button is disabled
    expect_blank(page)
    page.keyboard.press("Control+y")
    expect(answer(page)).to_have_text("1")
    press(page, "Clear")
    expect_blank(page)
    page.keyboard.press("Control+z")
    expect(answer(page)).to_have_text("1")


def test_a_stroke_ends_what_can_be_redone(page: Page) -> None:
    draw(page, BAR)
    press(page, "Undo")
    draw(page, ONE)
    expect(button(page, "Redo")).to_be_disabled()
    expect(answer(page)).to_have_text("1")


def test_the_eraser_erases(page: Page) -> None:
    write(page, "17")
    expect(answer(page)).to_have_text("17")
    press(page, "Eraser")
    expect(button(page, "Eraser")).to_have_attribute("aria-pressed", "true")
    draw(page, [(0.5 + 0.04 * step, 0.3 + 0.4 * (step % 2)) for step in range(12)])
    expect(answer(page)).to_have_text("1")
    press(page, "Undo")
    expect(answer(page)).to_have_text("17")


def test_three_widths_of_the_pen(page: Page) -> None:
    inked = []
    for width in ("Thin", "Medium", "Thick"):
        press(page, width)
        draw(page, ONE)
        expect(answer(page)).to_have_text("1")
        inked.append(
            page.locator("#pad canvas").evaluate(
                "(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width,"
                " canvas.height).data.filter((v) => v > 99).length"
            )
        )
        press(page, "Clear")
    assert inked[0] * 1.4 < inked[1] < inked[2] / 1.4


def test_the_canvas_draws_from_edge_to_edge(page: Page) -> None:
    pad, canvas = (page.locator(each).bounding_box() for each in ("#pad", "#pad canvas"))
    assert canvas["width"] == pytest.approx(pad["width"], abs=4)
    draw(page, [(0.005, 0.005), (0.005, 0.3)])  # in the corner
    expect(answer(page)).to_have_text("1")


# What is asked of the server


def test_strokes_are_small_requests_one_after_the_other(page: Page, server_folder: Path) -> None:
    files = {path for path in (server_folder / "cache").rglob("*") if path.is_file()}
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    page.on("request", note)
    page.evaluate("performance.clearResourceTimings()")
    start = time.monotonic()
    (x, y), *_ = on_screen(page, ONE)
    page.mouse.move(x, y)
    page.mouse.down()
    while (drawn := time.monotonic() - start) < 1:
        page.mouse.move(x, y + 200 * drawn)
    page.mouse.up()
    draw(page, BAR)
    expect(seen(page)).to_have_count(1)
    asked = [each for each in requests if not each.url.startswith("data:")]
    page.wait_for_function(  # all are answered
        "(count) => performance.getEntriesByType('resource').length >= count", arg=len(asked)
    )
    page.remove_listener("request", note)
    times = page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter((each) => each.name.includes('gradio_api'))"
        ".map((each) => [each.startTime, each.responseEnd])"
    )
    assert {each.url.rpartition("/gradio_api/")[2] for each in asked} == {"run/predict"}
    assert 3 <= len(times) <= 10 + 3  # of one second, and of two pens lifted
    assert all(end <= begin for (_, end), (begin, _) in pairwise(times))
    assert all(len(each.post_data_buffer) < 20_000 for each in asked)
    assert {path for path in (server_folder / "cache").rglob("*") if path.is_file()} == files


def test_the_answer_follows_while_the_pen_is_down(page: Page) -> None:
    first, *rest = on_screen(page, SEVEN)
    page.mouse.move(*first)
    page.mouse.down()
    for point in rest:
        page.mouse.move(*point, steps=5)
    expect(answer(page)).to_have_text("7")
    page.mouse.up()
    expect(page.locator("#pad .state")).to_have_text("Strokes: 1")


@pytest.fixture
def held(page: Page) -> Iterator[list[Route]]:
    """The requests for an answer: each waits for its `continue_`."""
    routes: list[Route] = []
    page.route(ASKED, lambda route: routes.append(route))
    yield routes
    page.unroute(ASKED)


def test_an_answer_that_comes_late_does_not_stay(page: Page, held: list[Route]) -> None:
    with page.expect_request(ASKED):
        draw(page, SEVEN)
    press(page, "Clear")
    with page.expect_request(ASKED) as second:
        held[0].continue_()
    expect(answer(page)).to_have_text("7")
    assert second.value.post_data_json["data"][0] == ""
    held[1].continue_()
    expect_blank(page)


@pytest.fixture(scope="module")
def phone(new_page: Callable) -> Page:
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True)


def test_two_people_at_once(page: Page, phone: Page) -> None:
    draw(page, ONE)
    draw(phone, SEVEN)
    expect(answer(page)).to_have_text("1")
    expect(answer(phone)).to_have_text("7")
    press(phone, "Clear")
    expect_blank(phone)
    expect(answer(page)).to_have_text("1")


# Fingers, pens, and screens of all sizes


def test_a_phone_shows_drawing_and_answer_together(phone: Page) -> None:
    phone.bring_to_front()
    draw(phone, SEVEN)
    expect(answer(phone)).to_have_text("7")
    for part in ("#pad", "#answer h2"):
        expect(phone.locator(part)).to_be_in_viewport(ratio=1)
    for tool in phone.locator("#pad button:visible, #pad .photo").all():
        size = tool.bounding_box()
        assert min(size["width"], size["height"]) >= 40, tool.get_attribute("title")
    press(phone, "Clear")


def test_a_finger_draws_where_the_page_could_scroll(phone: Page) -> None:
    phone.bring_to_front()
    phone.set_viewport_size(SMALL_PHONE)
    upwards = on_screen(phone, [(0.5, 0.8 - 0.06 * step) for step in range(11)])
    place = phone.evaluate("scrollY")
    swipe(phone, upwards)
    expect(answer(phone)).to_have_text("1")
    assert phone.evaluate("scrollY") == place
    swipe(phone, [(4, 480 - 20 * step) for step in range(11)])  # beside the canvas
    phone.wait_for_function("(place) => scrollY > place", arg=place)
    phone.evaluate("scrollTo(0, 0)")
    expect(phone.locator("#pad .state")).to_have_text("Strokes: 1")
    press(phone, "Clear")


COALESCED = """(canvas, points) => {
    const pen = { pointerType: "pen", isPrimary: true, bubbles: true };
    const each = points.map(([clientX, clientY]) =>
        new PointerEvent("pointermove", { ...pen, clientX, clientY }));
    const [clientX, clientY] = points.at(-1);
    canvas.dispatchEvent(
        new PointerEvent("pointermove", { ...pen, clientX, clientY, coalescedEvents: each }));
}"""


def test_a_pen_is_followed_point_by_point(page: Page) -> None:
    """It sends more points than the screen shows frames: many in one event."""
    first, *rest = on_screen(page, SEVEN)
    session = page.context.new_cdp_session(page)
    pen = {"pointerType": "pen", "button": "left", "clickCount": 1}
    for kind, (x, y) in (("mousePressed", first), ("mouseReleased", rest[-1])):
        if kind == "mouseReleased":
            page.locator("#pad canvas").evaluate(COALESCED, rest)
        session.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **pen})
    expect(answer(page)).to_have_text("7")
    expect(page.locator("#pad .state")).to_have_text("Strokes: 1")


def settled(page: Page, locator: Locator) -> dict[str, float]:
    """Its place, once the page has adapted to a new width: Gradio's tabs do so some time later."""
    place = None
    while place != (place := locator.bounding_box()):
        page.wait_for_timeout(300)
    return place


@pytest.mark.parametrize("width", [320, 390, 820, 1280, 1920])
def test_nothing_jumps_and_nothing_overflows(phone: Page, width: int) -> None:
    phone.bring_to_front()
    phone.set_viewport_size({"width": width, "height": 1000})
    pad = phone.locator("#pad")
    place = settled(phone, pad)
    for strokes, said in (([SEVEN], "7"), (EQUALS, "?"), (row("1730"), "1730")):
        draw(phone, *strokes)
        expect(answer(phone)).to_have_text(said)
        assert phone.evaluate("document.documentElement.scrollWidth") <= width
        assert pad.bounding_box() == place
        side_by_side = phone.locator("#answer").bounding_box()["x"] > place["x"] + place["width"]
        assert side_by_side == (width > 1000)
        press(phone, "Clear")
