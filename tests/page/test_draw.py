"""Drawing, and the answer that follows it, in a real browser."""

import json
import re
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from harness.browser import (
    BAR,
    EQUALS,
    ONE,
    PREDICT,
    SEVEN,
    SLANT,
    answer,
    button,
    draw,
    expect_blank,
    on_screen,
    press,
    strokes_of,
)
from harness.readings import prediction, reading
from page.draw import shown
from page.words import CHINESE, ENGLISH

SURE, LESS = prediction(True, _7=1), prediction(True, _1=1, _3=0.25)
EITHER, NONE = prediction(False, _9=0.6, _4=0.4), prediction(False, _8=0.95)
MAY_NOT = "This may not be a digit. If it is one, perhaps"


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
    ],
)
def test_what_is_said_of_a_reading(read, value, label: str, said: str) -> None:
    answered, sentence, pictures = shown(read, ENGLISH)
    given = answered.value or {}
    assert (given.get("label"), answered.label, sentence) == (value, label, said)
    bars = given.get("confidences") or []
    assert len(bars) == {None: 0, "?": 0, "7": 10, "9": 10}.get(value, 1)
    assert all(each["confidence"] <= 0.99 for each in bars)  # no "100%" beside "99% sure"
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
    press(page, "Undo")
    expect(page.locator("#pad .state")).to_have_text("Strokes: 1")
    expect_blank(new_page())  # another tab has its own drawing


@pytest.mark.parametrize("number", ["3", "1730"])
def test_reads_digits_and_numbers(page: Page, number: str) -> None:
    draw(page, *strokes_of(number))
    for place in (answer(page), page.locator("#answer h2")):
        expect(place).to_have_text(number)
    expect(page.locator("#seen image")).to_have_count(len(number))
    bars = page.locator("#answer meter")  # the largest first; of a number, its own
    expect(bars).to_have_count(1 if len(number) > 1 else 10)
    expect(bars.first).to_have_attribute("aria-label", number)
    shares = [float(bar.get_attribute("value")) for bar in bars.all()]
    assert shares == sorted(shares, reverse=True) and 0.9 < sum(shares) <= 1.001


def test_examples_are_drawn_and_read(page: Page) -> None:
    draw(page, BAR)
    for name in ("7", "8", "42", "2026"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(answer(page)).to_have_text(name)
        expect(page.locator("#said")).to_contain_text("sure")
        expect(page.locator("#pad .state")).to_have_text("A picture")
    press(page, "Undo")
    expect(answer(page)).to_have_text("42")


# Undo, redo, clear, the eraser, and the width of the pen


@pytest.mark.parametrize(
    "acts",
    [
        ("Undo", "Undo", "Redo", "Redo", "Clear", "Undo"),
        # Half-way a button is disabled, and loses the focus.
        ("Control+z", "Undo", "Control+y", "Control+Shift+z", "Escape", "Control+z"),
    ],
)
def test_all_can_be_undone_with_buttons_and_keys(page: Page, acts: tuple[str, ...]) -> None:
    draw(page, BAR, SLANT)
    for act, strokes in zip(acts, (1, 0, 1, 2, 0, 2), strict=True):
        press(page, act) if act in ("Undo", "Redo", "Clear") else page.keyboard.press(act)
        state = page.locator("#pad .state")
        expect(state).to_have_text(f"Strokes: {strokes}" if strokes else "Blank")
        expect(answer(page)).to_have_count(1 if strokes else 0)
    expect(answer(page)).to_have_text("7")
    press(page, "Undo")
    draw(page, ONE)
    expect(button(page, "Redo")).to_be_disabled()  # a stroke ends what can be redone


def test_the_eraser_erases(page: Page) -> None:
    draw(page, *strokes_of("17"))
    press(page, "Eraser")
    draw(page, [(0.5 + 0.04 * step, 0.3 + 0.4 * (step % 2)) for step in range(12)])
    expect(answer(page)).to_have_text("1")
    press(page, "Undo")
    expect(answer(page)).to_have_text("17")


COUNT_INK = """(canvas) => canvas.getContext("2d")
    .getImageData(0, 0, canvas.width, canvas.height).data.filter((v) => v > 99).length"""


def test_three_widths_of_the_pen_from_edge_to_edge(page: Page) -> None:
    pad, canvas = page.locator("#pad"), page.locator("#pad canvas")
    assert canvas.bounding_box()["width"] == pytest.approx(pad.bounding_box()["width"], abs=4)
    inked = []
    for width in ("Thin", "Medium", "Thick"):
        press(page, width)
        draw(page, [(0.005, 0.005), (0.005, 0.3)])  # in the corner
        expect(answer(page)).to_have_text("1")
        inked.append(canvas.evaluate(COUNT_INK))
        press(page, "Clear")
    assert inked[0] * 1.3 < inked[1] < inked[2] / 1.3


# What is asked of the server


def test_the_answer_follows_the_pen_by_small_requests(page: Page, server_folder: Path) -> None:
    def files() -> set[Path]:
        return {path for path in server_folder.glob("cache/**/*") if path.is_file()}

    before = files()
    requests: list[Request] = []

    def note(request: Request) -> None:
        if not request.url.startswith("data:"):
            requests.append(request)

    page.on("requestfinished", note)
    start = time.monotonic()
    (x, y), *_ = on_screen(page, ONE)
    page.mouse.move(x, y)
    page.mouse.down()
    while (drawn := time.monotonic() - start) < 0.6:
        page.mouse.move(x, y + 200 * drawn)
    expect(answer(page)).to_have_text("1")  # while the pen is down
    page.mouse.up()
    press(page, "Clear")
    expect_blank(page)
    page.remove_listener("requestfinished", note)
    assert {each.url.rpartition("/gradio_api/")[2] for each in requests} == {"run/predict"}
    assert 4 <= len(requests) <= 6 + 2  # of 0.6 seconds, of the pen lifted, and of the blank sheet
    for one, next in pairwise(each.timing for each in requests):
        assert one["startTime"] + one["responseEnd"] <= next["startTime"] + 1
    assert all(len(each.post_data_buffer) < 20_000 for each in requests)
    assert files() <= before


def test_an_answer_that_comes_late_does_not_stay(page: Page) -> None:
    draw(page, SEVEN)
    press(page, "Clear")
    expect_blank(page)
    held: list[Route] = []
    page.route(PREDICT, lambda route: held.append(route))
    with page.expect_request(PREDICT):
        press(page, "Undo")
    press(page, "Clear")
    with page.expect_request(PREDICT) as second:
        held[0].continue_()
    expect(answer(page)).to_have_text("7")
    assert second.value.post_data_json["data"][0] == ""
    held[1].continue_()
    expect_blank(page)
    page.unroute(PREDICT)


def test_it_says_if_the_visitors_own_network_is_gone(page: Page) -> None:
    def as_if_it_were_chosen(route: Route) -> None:
        sent = route.request.post_data_json
        sent["data"][1] = True
        route.continue_(post_data=json.dumps(sent))

    page.route(PREDICT, as_if_it_were_chosen)
    draw(page, ONE)
    expect(answer(page)).to_have_text("1")
    page.unroute(PREDICT)
    expect(page.locator("#said")).to_contain_text(ENGLISH["own_gone"])


# Fingers, pens, and screens of all sizes


@pytest.fixture(scope="module")
def phone(new_page: Callable, new_context: Callable) -> Page:
    size = {"width": 390, "height": 844}
    return new_page(context=new_context(viewport=size, has_touch=True, is_mobile=True))


def swipe(page: Page, points: list[tuple[float, float]]) -> None:
    """Swipe with a finger; points are in pixels of the window."""
    session = page.context.new_cdp_session(page)
    for kind, (x, y) in zip(["touchStart"] + ["touchMove"] * len(points), points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_draws_and_scrolls_and_a_phone_shows_the_answer(phone: Page) -> None:
    phone.bring_to_front()
    tools = [*phone.locator("#pad button:visible").all(), phone.locator("#pad .photo")]
    boxes = [tool.bounding_box() for tool in tools]
    assert len(boxes) == 9
    assert min(min(box["width"], box["height"]) for box in boxes) >= 40
    upwards = on_screen(phone, [(0.5, 0.8 - 0.06 * step) for step in range(11)])
    swipe(phone, upwards)
    expect(answer(phone)).to_have_text("1")
    assert phone.evaluate("scrollY") == 0
    for part in ("#pad", "#answer h2"):
        expect(phone.locator(part)).to_be_in_viewport(ratio=1)
    phone.set_viewport_size({"width": 390, "height": 500})
    swipe(phone, [(4, 480 - 20 * step) for step in range(11)])  # beside the canvas
    phone.wait_for_function("scrollY > 0")
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
    page.mouse.move(*first)
    page.mouse.down()
    page.locator("#pad canvas").evaluate(COALESCED, rest)
    page.mouse.up()
    expect(answer(page)).to_have_text("7")
    expect(page.locator("#pad .state")).to_have_text("Strokes: 1")


@pytest.mark.parametrize("width", [320, 820, 1280])
def test_nothing_jumps_and_nothing_overflows(phone: Page, width: int) -> None:
    phone.bring_to_front()
    phone.set_viewport_size({"width": width, "height": 1000})
    pad, place = phone.locator("#pad"), None
    while place != (place := pad.bounding_box()):  # Gradio's tabs adapt some time later
        phone.wait_for_timeout(200)
    for strokes, said in ((EQUALS, "?"), (strokes_of("1730"), "1730")):
        draw(phone, *strokes)
        expect(answer(phone)).to_have_text(said)
        assert phone.evaluate("document.documentElement.scrollWidth") <= width
        assert pad.bounding_box() == place
        side_by_side = phone.locator("#answer").bounding_box()["x"] > place["x"] + place["width"]
        assert side_by_side == (width > 1000)
        press(phone, "Clear")
