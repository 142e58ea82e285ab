"""The page and its server: corrections are kept, and nothing is lost without it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from corrections import Corrections
from harness.browser import ANSWER, EQUALS, PREDICT, SEVEN, SEVENTEEN, draw, open_page
from harness.server import free_port, started
from model.picture.prepare import prepare
from model.reading import NO_DIGIT
from page.words import ENGLISH

PATIENCE = 1_500  # milliseconds until an answer is out of date, and the drawing is sent again


def thanked(page: Page, folder: Path, label: object, count: int = 1) -> list:
    """The newest corrections in the server's file, when the page has thanked for them."""
    expect(page.locator("#thanks p")).to_have_text(ENGLISH["kept"].format(label=label))
    return list(Corrections(folder / "corrections.sqlite").read())[-count:]


def test_one_click_corrects_a_digit_and_a_number_digit_by_digit(
    page: Page, server_folder: Path
) -> None:
    section = page.get_by_role("button", name=ENGLISH["not_right"])
    section.click()
    said, typed = page.locator("#thanks p"), page.get_by_label(ENGLISH["or_number"])
    none = page.get_by_role("radio", name=ENGLISH["none_of_them"])
    none.click()
    expect(said).to_have_text(ENGLISH["other_count"].format(count=0, said=0))
    draw(page, SEVEN)
    expect(said).to_be_empty()
    expect(page.locator(ANSWER)).to_have_text("7")
    for label in (1, 7):  # a mind may be changed
        radio = page.get_by_role("radio", name=str(label))
        radio.click()
        (correction,) = thanked(page, server_folder, label)
        assert (correction.label, correction.answer) == (label, 7)
        expect(radio).not_to_be_checked()
    assert (correction.drawing > 0).any()
    # In MNIST's box, so that a recipe with any preparation can learn from it.
    np.testing.assert_allclose(correction.image, prepare(correction.drawing), atol=1 / 255)

    page.get_by_title("Clear").click()
    draw(page, *SEVENTEEN)
    typed.fill("123")
    typed.press("Enter")
    expect(said).to_have_text(ENGLISH["other_count"].format(count=2, said=3))
    typed.clear()
    typed.press_sequentially("first a <b>4, then a 7")
    typed.press("Enter")
    found = thanked(page, server_folder, 47, count=2)
    assert [(each.label, each.answer) for each in found] == [(4, 1), (7, 7)]
    expect(typed).to_have_value("")
    page.get_by_role("button", name="7", exact=True).click()
    expect(said).to_be_empty()  # it is not what was corrected

    page.get_by_title("Clear").click()
    draw(page, *EQUALS)
    expect(page.locator(ANSWER)).to_have_text("?")
    none.click()
    assert thanked(page, server_folder, ENGLISH["none_of_them"])[0].label == NO_DIGIT
    section.click()


def test_the_server_refuses_dies_and_returns(tmp_path: Path, new_context: Callable) -> None:
    port, held = free_port(), []
    page: Page = new_context().new_page()
    page.clock.install()
    gone = page.get_by_text(ENGLISH["gone"])  # what stands there belongs to an earlier drawing
    one, seven = SEVENTEEN
    with started(tmp_path, port=port) as (url, _):
        open_page(page, url)
        page.route(PREDICT, lambda route: held.append(route))
        with page.expect_request(PREDICT):
            draw(page, one)
        page.clock.fast_forward(PATIENCE)
        expect(gone).to_be_visible()
        with page.expect_response(PREDICT):
            held[0].fulfill(status=429, json={"error": "Wait a little."})
        page.unroute(PREDICT)
        page.clock.fast_forward(PATIENCE)
        expect(page.locator(ANSWER)).to_have_text("1")  # without a further stroke
        expect(gone).not_to_be_visible()
    with page.expect_event("requestfailed"):  # Gradio knows before anything is drawn
        page.get_by_role("button", name="42", exact=True).click()
    draw(page, seven)
    page.clock.fast_forward(PATIENCE)
    expect(gone).to_be_visible()
    with started(tmp_path, port=port):
        page.clock.fast_forward(5_000)
        expect(page.locator(ANSWER)).to_have_text("17")  # Gradio has opened the page anew
        expect(gone).not_to_be_visible()
        page.route(PREDICT, lambda route: held.append(route))
        with page.expect_request(PREDICT):
            page.get_by_title("Undo (").click()
        page.clock.fast_forward(PATIENCE)
        with page.expect_request(PREDICT):
            held[-1].continue_()
        page.clock.fast_forward(PATIENCE)  # where answers take so long, it waits longer
        expect(gone).not_to_be_visible()
        page.context.close()
