"""Drawing, and the answer that follows it, in a real browser."""

import json
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, Route, expect

from harness.browser import ANSWER, ONE, PREDICT, SEVEN, SEVENTEEN, draw, on_screen
from harness.inputs import prediction, reading
from page.draw import shown
from page.words import ENGLISH

SURE, LESS = prediction(True, _7=1), prediction(True, _1=1, _3=0.25)
EITHER, NONE = prediction(False, _9=0.6, _4=0.4), prediction(False, _8=0.95)
PERHAPS = "<b>?</b> This may not be a digit. If it is one, perhaps 8."
COUNT_INK = """(canvas) => canvas.getContext("2d")
    .getImageData(0, 0, canvas.width, canvas.height).data.filter((v) => v > 99).length"""
# A pen sends more points than the screen shows frames: many in one event.
COALESCED = """(canvas, points) => canvas.dispatchEvent(new PointerEvent("pointermove", {
    isPrimary: true, coalescedEvents: points.map(([clientX, clientY]) =>
        new PointerEvent("pointermove", { clientX, clientY })) }))"""


@pytest.mark.parametrize(
    ("read", "value", "label", "said"),
    [
        (None, None, "Answer", "Draw a digit, or a number."),
        (reading(), None, "Answer", "I see no ink on this picture."),
        (reading(SURE, LESS), "71", "Sure", "<b>71</b> 79% sure"),  # as the least sure digit
        (reading(EITHER), "9", "Not sure: 4 or 9", "<b>9</b> This looks like 4 or 9."),
        (reading(SURE, EITHER), "79", "Not sure", "<b>79</b> Digit 2 looks like 4 or 9."),
        (reading(NONE), "?", "No digit?", PERHAPS),
        (reading(lines=((SURE,), (LESS,))), "7\n1", "Sure", "<b>7<br>1</b> 79% sure"),
    ],
)
def test_what_is_said_of_a_reading(read, value, label: str, said: str) -> None:
    answered, sentence, pictures = shown(read, ENGLISH)
    given = answered.value or {"label": None}
    assert (given["label"], answered.label, sentence) == (value, label, said)
    bars = [each["confidence"] for each in given.get("confidences") or []]
    assert len(bars) == {None: 0, "?": 0, "9": 10}.get(value, 1)
    assert max(bars, default=0) <= 0.99  # no "100%" beside "99% sure"
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", pictures)
    if value == "79":  # each digit's own confidence
        assert captions == ["<b>7</b> 99%", "<b>9</b>? 60%"]


def shows(page: Page, number: str, strokes: int = 0) -> None:
    """Whether the page has this answer, and so many strokes on the pad."""
    expect(page.locator("#said b, #answer h2")).to_have_text([number] * 2 if number else [])
    state = f"Strokes: {strokes}" if strokes else "A picture" if number else "Blank"
    expect(page.locator("#pad .state")).to_have_text(state)


def test_each_tab_has_its_own_drawing_and_a_refresh_keeps_it(
    page: Page, new_page: Callable
) -> None:
    draw(page, ONE)
    shows(page, "1", 1)
    new = new_page()
    shows(new, "")
    expect(new.locator("#pad button:disabled")).to_have_count(3)  # undo, redo, clear
    draw(new, *SEVENTEEN)  # the first stroke on a new page counts
    shows(new, "17", 2)
    new.reload()
    shows(new, "17", 2)
    new.get_by_title("Undo (").click()
    shows(new, "1", 1)
    new.close()
    shows(page, "1", 1)


def test_reads_numbers_and_examples(page: Page) -> None:
    draw(page, *SEVENTEEN)
    shows(page, "17", 2)
    expect(page.locator("#seen image")).to_have_count(2)
    for name, bars in (("7", 10), ("8", 10), ("42", 1), ("2026", 1)):
        page.get_by_role("button", name=name, exact=True).click()
        shows(page, name)
        expect(page.locator("#answer meter")).to_have_count(bars)
    page.get_by_title("Undo (").click()
    shows(page, "42")


def test_neither_the_next_example_nor_a_stroke_is_lost_while_one_is_loading(page: Page) -> None:
    held: list[Route] = []
    example = page.get_by_role("button", name="7", exact=True)
    for act, digits, state in ((example.click, 1, "A picture"), (page.mouse.down, 2, "Strokes: 1")):
        page.route(PREDICT, lambda route: held.append(route), times=1)
        with page.expect_request(PREDICT):
            page.get_by_role("button", name="42", exact=True).click()
        page.mouse.move(*on_screen(page, ONE)[0])
        act()
        held[-1].continue_()
        expect(page.locator("#seen image")).to_have_count(digits)
        page.mouse.up()
        expect(page.locator("#pad .state")).to_have_text(state)


def test_all_can_be_undone_with_buttons_and_keys(page: Page) -> None:
    draw(page, *SEVENTEEN)
    # After some a button is disabled, and loses the focus.
    acts = [("Control+z", 1), ("Undo", 0), ("Control+y", 1), ("Redo", 2), ("Clear", 0), ("Undo", 2)]
    acts += [("Escape", 0), ("Control+z", 2), ("Delete", 0), ("Undo", 2), ("Undo", 1)]
    for act, strokes in [*acts, ("Control+Shift+z", 2)]:
        is_key = act in ("Escape", "Delete") or "+" in act
        page.keyboard.press(act) if is_key else page.get_by_title(f"{act} (").click()
        shows(page, "17"[:strokes], strokes)
    page.get_by_title("Undo (").click()
    draw(page, ONE)
    expect(page.get_by_title("Redo")).to_be_disabled()  # a stroke ends what can be redone
    page.get_by_role("button", name="API").click()
    panel = page.get_by_role("button", name="Copy Page")
    expect(panel).to_be_visible()
    page.keyboard.press("Delete")  # it lies over the drawing
    page.mouse.click(5, 5)
    expect(panel).not_to_be_visible()
    expect(page.locator("#pad .state")).to_have_text("Strokes: 2")


def test_the_eraser_erases(page: Page) -> None:
    draw(page, *SEVENTEEN)
    page.get_by_title("Eraser").click()
    draw(page, [(0.5 + 0.04 * step, 0.3 + 0.4 * (step % 2)) for step in range(8)])
    shows(page, "1", 3)
    page.get_by_title("Undo (").click()
    shows(page, "17", 2)
    page.get_by_title("Clear").click()
    draw(page, ONE)  # there is nothing to erase
    shows(page, "")


def test_three_widths_of_the_pen_from_edge_to_edge_point_by_point(page: Page) -> None:
    first, *rest = on_screen(page, SEVEN)
    page.mouse.move(*first)
    page.mouse.down()
    page.locator("#pad canvas").evaluate(COALESCED, rest)
    page.mouse.up()
    shows(page, "7", 1)
    page.get_by_title("Clear").click()
    pad, canvas = page.locator("#pad"), page.locator("#pad canvas")
    assert canvas.bounding_box()["width"] == pytest.approx(pad.bounding_box()["width"], abs=4)
    inked = []
    for width in ("Thin", "Medium", "Thick"):
        page.get_by_title(width).click()
        draw(page, [(0.005, 0.005), (0.005, 0.3)])  # in the corner, over the one before
        inked.append(canvas.evaluate(COUNT_INK))
    assert inked[0] * 1.3 < inked[1] < inked[2] / 1.3


def test_the_answer_follows_the_pen_by_small_requests(page: Page) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    start = time.monotonic()
    (x, y), *_ = on_screen(page, ONE)
    page.mouse.move(x, y)
    page.mouse.down()
    said = page.locator(ANSWER)
    # On a busy machine the answer takes longer.
    while (drawn := time.monotonic() - start) < 0.6 or (drawn < 6 and not said.count()):
        page.mouse.move(x, y + 150 * min(drawn, 0.6) + 10 * drawn)
    expect(said).to_have_text("1")  # while the pen is down
    page.mouse.up()
    page.get_by_title("Clear").click()
    shows(page, "")
    requests = [each for each in requests if not each.url.startswith("data:")]
    assert {each.url.rpartition("/gradio_api/")[2] for each in requests} == {"run/predict"}
    # Ten a second, and those of the pen lifted and of the blank sheet.
    assert len(requests) <= 10 * drawn + 2
    assert all(len(each.post_data_buffer) < 20_000 for each in requests)


def test_an_answer_that_comes_late_does_not_stay(page: Page) -> None:
    held: list[Route] = []
    page.route(PREDICT, lambda route: held.append(route))
    with page.expect_request(PREDICT):
        draw(page, SEVEN)
    page.get_by_title("Clear").click()
    with page.expect_request(PREDICT) as second:
        held[0].continue_()
    assert second.value.post_data_json["data"][0] == "" and len(held) < 3
    page.unroute(PREDICT)
    shows(page, "")


def test_it_says_if_the_visitors_own_network_is_gone(page: Page) -> None:
    def as_if_it_were_chosen(route: Route) -> None:
        """By a visitor for whom the server keeps nothing; for this one another test may have."""
        pad, _, *others = route.request.post_data_json["data"]
        sent = {"data": [pad, True, *others], "session_hash": "another"}
        route.continue_(post_data=json.dumps(route.request.post_data_json | sent))

    page.route(PREDICT, as_if_it_were_chosen)
    draw(page, ONE)
    shows(page, "1", 1)
    page.unroute(PREDICT)
    expect(page.locator("#said")).to_contain_text(ENGLISH["own_gone"])
