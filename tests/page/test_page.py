"""The page in a real browser: drawing, and the answer that follows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from harness.browser import (
    BAR,
    DIGITS,
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
    seen,
    swipe,
    write,
)
from page.examples import EXAMPLES

expect.set_options(timeout=30_000)  # a busy machine
PHONE, SMALL_PHONE = {"width": 390, "height": 844}, {"width": 390, "height": 500}
EQUALS = [[(0.3, 0.4), (0.7, 0.4)], [(0.3, 0.6), (0.7, 0.6)]]


INKED = """(canvas) => canvas.getContext("2d")
    .getImageData(0, 0, canvas.width, canvas.height).data.filter((v) => v > 99).length"""


def box(page: Page, selector: str) -> dict[str, float]:
    return page.locator(selector).bounding_box()


def test_the_first_stroke_on_a_new_page_counts(new_page: Callable) -> None:
    page = new_page()
    expect_blank(page)
    expect(button(page, "Pen")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#sheet p")).to_be_visible()
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    expect(page.locator("#answer")).to_contain_text("99% sure")
    expect(page.locator("#sheet p")).not_to_be_visible()
    page.get_by_text("How it works").click()
    page.get_by_role("button", name="Use via API").click()
    expect(page.get_by_text("Recognize the digit or number in a picture").first).to_be_visible()


def test_the_ten_bars_stay_in_their_order(page: Page) -> None:
    bars = page.locator("#details li")
    for stroke, digit in ((SEVEN, 7), (ONE, 1)):
        draw(page, stroke)
        expect(answer(page)).to_have_text(str(digit))
        expect(bars.nth(digit)).to_have_text(f"99%{digit}")
        places = [bar.bounding_box()["x"] for bar in bars.all()]
        steps = [right - left for left, right in pairwise(places)]
        assert max(steps) - min(steps) < 1  # evenly spaced
        heights = [bar.locator("i").bounding_box()["height"] for bar in bars.all()]
        assert heights.index(max(heights)) == digit
        press(page, "Clear")
        expect_blank(page)


def test_reads_digits_and_clears(page: Page) -> None:
    for name in "30":
        draw(page, *DIGITS[name])
        expect(answer(page)).to_have_text(name)
        press(page, "Clear")
        expect_blank(page)
        page.keyboard.press("Escape")
        expect_blank(page)


def test_reads_a_number_digit_by_digit(page: Page) -> None:
    write(page, "1730")
    expect(answer(page)).to_have_text("1730")
    expect(page.locator("#details .row span b")).to_have_text(list("1730"))
    expect(page.locator("#details li")).to_have_count(0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_drawn_and_read(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Draw {name}", exact=True).click()
    expect(answer(page)).to_have_text(name)
    expect(page.locator("#answer")).to_contain_text("sure")
    press(page, "Undo")
    expect_blank(page)


def test_every_stroke_counts_and_can_be_undone(page: Page) -> None:
    draw(page, BAR)
    expect(answer(page)).to_be_visible()
    bar = seen(page)
    draw(page, SLANT)
    expect(answer(page)).to_have_text("7")
    press(page, "Undo")
    expect(page.locator("#details img")).to_have_attribute("src", bar)
    press(page, "Undo")
    expect_blank(page)
    press(page, "Redo")
    expect(page.locator("#details img")).to_have_attribute("src", bar)


def test_keys_undo_redo_and_clear(page: Page) -> None:
    draw(page, BAR)
    expect(answer(page)).to_be_visible()
    bar = seen(page)
    draw(page, SLANT)
    expect(answer(page)).to_have_text("7")
    page.keyboard.press("Control+z")
    expect(page.locator("#details img")).to_have_attribute("src", bar)
    page.keyboard.press("Control+y")
    expect(answer(page)).to_have_text("7")
    page.keyboard.press("Escape")
    expect_blank(page)


@pytest.mark.parametrize("clear", ["button", "key"])
def test_clearing_can_be_undone(page: Page, clear: str) -> None:
    draw(page, BAR, SLANT)
    expect(answer(page)).to_have_text("7")
    before = seen(page)
    press(page, "Clear") if clear == "button" else page.keyboard.press("Escape")
    expect_blank(page)
    press(page, "Undo")
    expect(page.locator("#details img")).to_have_attribute("src", before)


def test_a_refresh_keeps_the_drawing_and_what_can_be_undone(new_page: Callable) -> None:
    page = new_page()
    draw(page, BAR, SLANT)
    expect(answer(page)).to_have_text("7")
    before = seen(page)
    page.reload()
    expect(page.locator("#details img")).to_have_attribute("src", before)
    press(page, "Undo")
    expect(page.locator("#details img")).not_to_have_attribute("src", before)
    other = new_page()  # another tab has its own drawing
    expect_blank(other)


def test_eraser_erases(page: Page) -> None:
    draw(page, ONE)
    expect(answer(page)).to_have_text("1")
    press(page, "Eraser")
    draw(page, ONE)
    expect_blank(page)
    expect(button(page, "Eraser")).to_have_attribute("aria-pressed", "true")
    press(page, "Pen")  # for who comes next


def test_three_widths_of_the_pen(page: Page) -> None:
    inked = []
    for width in ("Thin", "Medium", "Thick"):
        press(page, width)
        draw(page, ONE)
        expect(answer(page)).to_have_text("1")
        pixels = "canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data"
        inked.append(
            page.locator("#pad canvas").evaluate(
                f"(canvas) => {pixels}.filter((v) => v > 99).length"
            )
        )
        press(page, "Clear")
    press(page, "Medium")
    assert inked[0] * 1.4 < inked[1] < inked[2] / 1.4


def test_the_canvas_draws_from_edge_to_edge(page: Page) -> None:
    sheet, canvas, pad = (box(page, each) for each in ("#sheet", "#pad canvas", "#pad"))
    assert canvas["width"] == pytest.approx(sheet["width"], abs=1)
    assert canvas["width"] == pytest.approx(pad["width"], abs=1)
    draw(page, [(0.005, 0.005), (0.005, 0.3)])  # in the corner
    expect(answer(page)).to_have_text("1")


def test_a_stroke_is_one_small_request(page: Page) -> None:
    requests = []
    page.on("request", lambda request: requests.append(request))
    start = time.monotonic()
    for stroke in (BAR, SLANT):
        draw(page, stroke)
        expect(answer(page)).to_be_visible()
    expect(answer(page)).to_have_text("7")
    page.wait_for_timeout(500)
    drafts = (time.monotonic() - start) * 5  # at most, while the pen is down
    sent = [request for request in requests if not request.url.startswith("data:")]
    assert {request.url.rpartition("/")[2] for request in sent} == {"read"}
    assert 2 <= len(sent) <= 2 + drafts
    assert all(len(request.post_data_buffer) < 20_000 for request in sent)


def test_the_answer_follows_while_the_pen_is_down(page: Page) -> None:
    points = on_screen(page, SEVEN)
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=5)
    page.wait_for_timeout(250)
    page.mouse.move(points[-1][0], points[-1][1] + 1)
    expect(answer(page)).to_have_text("7")
    assert page.locator("#spoken").inner_text() == ""  # said once, when the pen is lifted
    page.mouse.up()
    expect(page.locator("#spoken")).to_contain_text("7")


SLOWLY = """() => {
    const fetch = window.fetch;
    window.asked = 0;
    window.fetch = async (address, options) => {
        window.asked++;
        await new Promise((done) => setTimeout(done, 800));
        return fetch(address, options);
    };
    window.quickly = () => { window.fetch = fetch; };
}"""


def test_an_answer_that_comes_after_a_clear_does_not_stay(page: Page) -> None:
    page.evaluate(SLOWLY)
    draw(page, SEVEN)
    page.wait_for_function("window.asked")
    press(page, "Clear")
    page.wait_for_timeout(1200)
    expect_blank(page)
    page.evaluate("window.quickly()")


@pytest.fixture(scope="module")
def phone(new_page: Callable) -> Page:
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True)


def test_two_people_at_once(page: Page, phone: Page) -> None:
    first, second = page, phone  # two browsers
    draw(first, ONE)
    draw(second, SEVEN)
    expect(answer(first)).to_have_text("1")
    expect(answer(second)).to_have_text("7")
    press(second, "Clear")
    expect_blank(second)
    expect(answer(first)).to_have_text("1")


def test_a_phone_shows_drawing_and_answer_together(phone: Page) -> None:
    draw(phone, SEVEN)
    expect(answer(phone)).to_have_text("7")
    for part in ("#pad", "#answer", "#details", "#correct"):
        expect(phone.locator(part)).to_be_in_viewport(ratio=1)
    press(phone, "Clear")
    expect_blank(phone)


def test_tools_are_large_enough_for_fingers(phone: Page) -> None:
    tools = phone.locator("#pad button:visible, #photo").all()
    assert len(tools) == 9
    for tool in tools:
        size = tool.bounding_box()
        assert size["width"] >= 40 and size["height"] >= 40, tool.get_attribute("aria-label")


def test_touch_draws_where_the_page_could_scroll(phone: Page) -> None:
    page = phone
    page.set_viewport_size(SMALL_PHONE)
    upwards = [(0.5, 0.8 - 0.06 * step) for step in range(11)]
    swipe(page, on_screen(page, upwards))
    expect(answer(page)).to_have_text("1")
    assert page.evaluate("scrollY") == 0
    canvas = box(page, "#pad canvas")
    below_the_canvas = [(8, 480 - 20 * step) for step in range(11)]
    assert canvas["x"] > 16
    swipe(page, below_the_canvas)
    page.wait_for_function("scrollY > 0")
    page.evaluate("scrollTo(0, 0)")
    press(page, "Clear")


@pytest.mark.parametrize("width", [320, 390, 820, 1280, 1920])
def test_nothing_jumps_and_nothing_overflows(phone: Page, width: int) -> None:
    """Whatever the answer is, everything keeps its place."""
    phone.set_viewport_size({"width": width, "height": 900 if width > 1000 else 1180})
    parts = ("#pad", "#card", "#correct", "#about")

    def places() -> list[dict[str, float]]:
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return [box(phone, part) for part in parts]

    blank = places()
    for strokes in (DIGITS["7"], EQUALS):
        draw(phone, *strokes)
        expect(answer(phone)).to_be_visible()
        assert places() == blank
        press(phone, "Clear")
        expect_blank(phone)
    write(phone, "1730")
    expect(answer(phone)).to_have_text("1730")
    assert places() == blank
    press(phone, "Clear")
    expect_blank(phone)


def test_a_desktop_shows_them_side_by_side_and_of_one_height(page: Page) -> None:
    pad, card = box(page, "#pad"), box(page, "#card")
    assert pad["x"] + pad["width"] <= card["x"]
    assert (pad["y"], pad["height"]) == pytest.approx((card["y"], card["height"]), abs=1)


def test_what_is_no_digit_gets_a_question_mark(page: Page) -> None:
    draw(page, *EQUALS)
    expect(answer(page)).to_have_text("?")
    expect(page.locator("#answer")).to_contain_text(
        "This may not be a digit. If it is one, perhaps"
    )
    expect(page.locator("#details ul")).to_have_attribute(
        "aria-label", "If it is a digit: how sure of which"
    )


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ([(0.497, 0.6), (0.5, 0.6)], "I left out a dot."),
        ([(0.2, 0.5), (0.28, 0.5)], "I left out a dash."),
    ],
)
def test_what_is_left_out_is_said(page: Page, mark: Stroke, said: str) -> None:
    write(page, "17")
    draw(page, mark)
    expect(answer(page)).to_have_text("17")
    expect(page.locator("#answer")).to_contain_text(f"{said} I know digits only.")


def test_digits_one_above_the_other_are_told_to_stand_side_by_side(page: Page) -> None:
    for name, top in (("7", 0.02), ("3", 0.52)):
        for stroke in DIGITS[name]:
            draw(page, [(0.5 + 0.6 * (x - 0.5), top + 0.6 * (y - 0.15)) for x, y in stroke])
    expect(page.locator("#answer")).to_contain_text("digits stand side by side")
    expect(answer(page)).to_have_text("?")


def test_one_shape_that_is_no_digit_is_one_question(page: Page) -> None:
    draw(page, [(0.1, 0.5), (0.9, 0.5)])
    expect(answer(page)).to_have_text("?")
    expect(page.locator("#answer")).to_contain_text("This may not be a digit.")


def test_escape_clears_only_what_is_seen(phone: Page) -> None:
    phone.set_viewport_size(SMALL_PHONE)
    draw(phone, ONE)
    expect(answer(phone)).to_have_text("1")
    phone.locator("#about summary").click()
    phone.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    phone.keyboard.press("Escape")
    phone.wait_for_timeout(200)
    expect(answer(phone)).to_have_text("1")
    phone.evaluate("scrollTo(0, 0)")
    phone.keyboard.press("Escape")
    expect_blank(phone)
