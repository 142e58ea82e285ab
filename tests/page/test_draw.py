"""Drawing, and the answer that follows it, in a real browser."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from harness.browser import (
    BAR,
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


def test_the_first_stroke_on_a_new_page_counts_and_a_refresh_keeps_it(
    page: Page, new_page: Callable
) -> None:
    draw(page, ONE)
    expect(answer(page)).to_have_text("1")
    new = new_page()  # another tab has its own drawing
    expect_blank(new)
    for name in ("Undo", "Redo", "Clear"):
        expect(button(new, name)).to_be_disabled()
    for name in ("Pen", "Medium"):
        expect(button(new, name)).to_have_attribute("aria-pressed", "true")
    expect(new.locator("#pad .hint")).to_be_visible()
    draw(new, BAR, SLANT)
    expect(answer(new)).to_have_text("7")
    expect(new.locator("#pad .hint")).not_to_be_visible()
    new.reload()
    expect(answer(new)).to_have_text("7")
    press(new, "Undo")
    expect(new.locator("#pad .state")).to_have_text("Strokes: 1")
    page.bring_to_front()
    expect(answer(page)).to_have_text("1")


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


def test_all_can_be_undone_with_buttons_and_keys(page: Page) -> None:
    draw(page, BAR, SLANT)
    # After some a button is disabled, and loses the focus.
    acts = [("Control+z", 1), ("Undo", 0), ("Control+y", 1), ("Redo", 2), ("Clear", 0)]
    acts += [("Undo", 2), ("Escape", 0), ("Control+z", 2), ("Undo", 1), ("Control+Shift+z", 2)]
    for act, strokes in acts:
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
    events: list[Request] = []  # each twice: as it begins and as it has ended

    def note(request: Request) -> None:
        if not request.url.startswith("data:"):
            events.append(request)

    for name in ("request", "requestfinished"):
        page.on(name, note)
    start = time.monotonic()
    (x, y), *_ = on_screen(page, ONE)
    page.mouse.move(x, y)
    page.mouse.down()
    # On a busy machine two answers take longer.
    while (drawn := time.monotonic() - start) < 0.6 or (len(events) < 4 and drawn < 6):
        page.mouse.move(x, y + 150 * min(drawn, 0.6) + 10 * drawn)
    expect(answer(page)).to_have_text("1")  # while the pen is down
    page.mouse.up()
    press(page, "Clear")
    expect_blank(page)
    for name in ("request", "requestfinished"):
        page.remove_listener(name, note)
    requests = events[::2]
    for begun, ended in zip(requests, events[1::2]):
        assert begun is ended  # before the next begins
    assert {each.url.rpartition("/gradio_api/")[2] for each in requests} == {"run/predict"}
    # Ten a second, and those of the pen lifted and of the blank sheet.
    assert 4 <= len(requests) <= 10 * drawn + 2
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
