"""The page in a real browser. What it relies on in Gradio's frontend is pinned here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from harness.browser import (
    BAR,
    DIGITS,
    ONE,
    SEVEN,
    SLANT,
    answer,
    draw,
    expect_blank,
    on_screen,
    press,
    seen,
    swipe,
    write,
)

expect.set_options(timeout=30_000)  # software rendering on a busy machine
PHONE, SMALL_PHONE = {"width": 390, "height": 844}, {"width": 390, "height": 500}


def test_a_new_page_has_the_brush_and_its_first_stroke_counts(new_page: Callable) -> None:
    page = new_page()
    expect_blank(page)
    assert "select the draw tool" not in page.inner_text("body")
    names = [
        control.get_attribute("aria-label") or control.inner_text()
        for control in page.locator("button:visible, a:visible, input:visible").all()
    ]
    assert names[:5] == ["Undo", "Redo", "Clear canvas", "Brush", "Erase"]
    assert names[-1] == "Use via API"
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    expect(page.locator("#answer")).to_contain_text("% sure")
    page.get_by_role("button", name="Use via API").click()
    expect(page.get_by_text("Recognize the digit or number in a picture").first).to_be_visible()
    expect(page.locator("#broken")).to_have_count(0)  # the editor is as pad.js expects it


def test_the_ten_bars_stay_in_their_order(page: Page) -> None:
    bars = page.locator("#details li")
    places = [bar.bounding_box()["x"] for bar in bars.all()]
    assert places == sorted(places)
    for stroke, digit in ((SEVEN, 7), (ONE, 1)):
        draw(page, stroke)
        expect(answer(page)).to_have_text(str(digit))
        expect(bars.nth(digit)).to_have_text(f"99%{digit}")
        assert [bar.bounding_box()["x"] for bar in bars.all()] == places
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
        press(page, "Clear")  # twice failed once: gradio-app/gradio#9978
        expect_blank(page)


def test_reads_a_number_digit_by_digit(page: Page) -> None:
    write(page, "1730")
    expect(answer(page)).to_have_text("1730")
    expect(page.locator("#details figure > span b")).to_have_text(list("1730"))
    expect(page.locator("#details li")).to_have_count(0)


def test_every_stroke_counts_and_can_be_undone(page: Page) -> None:
    draw(page, BAR)
    expect(answer(page)).to_be_visible()
    bar = seen(page)
    draw(page, SLANT)
    expect(page.locator("#details img")).not_to_have_attribute("src", bar)
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


def test_eraser_erases(page: Page) -> None:
    draw(page, ONE)
    expect(answer(page)).to_be_visible()
    press(page, "Erase")
    draw(page, ONE)
    expect_blank(page)
    expect(page.locator("#pad .toolbar-wrap .highlight")).to_have_attribute("aria-label", "Erase")
    press(page, "Brush")  # for who comes next


def test_a_stroke_is_one_request_and_waits_for_nothing(page: Page) -> None:
    """The editor itself makes six to eighteen: three posts, uploads, and the question."""
    requests = []
    page.on("request", lambda request: requests.append(request))
    draw(page, BAR)
    expect(answer(page)).to_be_visible()
    draw(page, SLANT)
    expect(answer(page)).to_have_text("7")
    page.wait_for_timeout(1000)
    sent = [request for request in requests if not request.url.startswith("data:")]
    assert [request.url.rpartition("/")[2].partition("?")[0] for request in sent] == ["predict"] * 2
    assert all(len(request.post_data_buffer) < 20_000 for request in sent)


SLOWLY = """() => {
    const fetch = window.fetch;
    window.asked = window.answered = 0;
    window.fetch = async (address, options) => {
        window.asked++;
        await new Promise((done) => setTimeout(done, 800));
        const answer = await fetch(address, options);
        window.answered++;
        return answer;
    };
    window.quickly = () => { window.fetch = fetch; };
}"""


def test_answer_that_comes_after_a_clear_does_not_stay(page: Page) -> None:
    expect_blank(page)
    page.evaluate(SLOWLY)
    draw(page, SEVEN)
    page.wait_for_function("window.asked")
    press(page, "Clear")
    page.wait_for_function("window.answered >= 2")  # the drawing's question, and the clear's
    page.wait_for_timeout(300)
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


def test_touch_draws_where_the_page_could_scroll(phone: Page) -> None:
    """The last on this phone, which it leaves scrolled."""
    page = phone
    page.set_viewport_size(SMALL_PHONE)
    upwards = [(0.5, 0.8 - 0.06 * step) for step in range(11)]
    swipe(page, on_screen(page, upwards))
    expect(answer(page)).to_have_text("1")
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    beside_the_canvas = [(8, 400 - 20 * step) for step in range(11)]
    swipe(page, beside_the_canvas)
    page.wait_for_function("scrollY > 0")


def test_a_desktop_shows_them_side_by_side(page: Page) -> None:
    pad, answer_ = (page.locator(part).bounding_box() for part in ("#pad", "#answer"))
    assert pad["x"] + pad["width"] <= answer_["x"]
    assert answer_["y"] < pad["y"] + pad["height"]


def test_why_it_is_not_sure(page: Page) -> None:
    draw(page, [(0.1, 0.3), (0.9, 0.3)], [(0.1, 0.7), (0.9, 0.7)])
    expect(page.locator("#answer")).to_contain_text("Not sure. I see 2 separate shapes.")
