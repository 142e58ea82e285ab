"""What the page and its server do together: corrections are kept, new weights are served."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from corrections import Corrections
from harness.browser import EQUALS, SEVEN, answer, draw, press, strokes_of
from model.network.weights import SHIPPED
from model.picture.prepare import prepare
from model.reading import NO_DIGIT
from page.words import ENGLISH


@pytest.fixture
def correcting(page: Page) -> Iterator[Page]:
    """The page with the section open."""
    section = page.get_by_role("button", name=ENGLISH["not_right"])
    section.click()
    yield page
    section.click()


def kept(folder: Path, count: int) -> list:
    """The newest corrections in the server's file."""
    return list(Corrections(folder / "corrections.sqlite").read())[-count:]


def test_one_click_corrects_a_digit(correcting: Page, server_folder: Path, recognizer) -> None:
    draw(correcting, SEVEN)
    expect(answer(correcting)).to_have_text("7")
    thanks = correcting.locator("#thanks p")
    for label in (1, 7):  # a mind may be changed
        correcting.get_by_role("radio", name=str(label)).click()
        expect(thanks).to_have_text(ENGLISH["kept"].format(label=label))
        expect(correcting.get_by_role("radio", name=str(label))).not_to_be_checked()
        (correction,) = kept(server_folder, 1)
        assert (correction.label, correction.answer) == (label, 7)
    assert (correction.drawing > 0).any()
    # In MNIST's box, so that a recipe with any preparation can learn from it.
    np.testing.assert_allclose(correction.image, prepare(correction.drawing), atol=1 / 255)
    x = recognizer.prepared(correction.image.reshape(1, 784))
    assert recognizer.network.predict(x).argmax() == 7


def test_a_number_is_corrected_digit_by_digit(correcting: Page, server_folder: Path) -> None:
    draw(correcting, *strokes_of("17"))
    typed, thanks = correcting.get_by_label(ENGLISH["or_number"]), correcting.locator("#thanks p")
    typed.fill("123")
    typed.press("Enter")
    expect(thanks).to_have_text(ENGLISH["other_count"].format(count=2, said=3))
    typed.fill("47")
    typed.press("Enter")
    expect(thanks).to_have_text(ENGLISH["kept"].format(label=47))
    expect(typed).to_have_value("")
    assert [(c.label, c.answer) for c in kept(server_folder, 2)] == [(4, 1), (7, 7)]


def test_no_digit_is_kept_as_such(correcting: Page, server_folder: Path) -> None:
    thanks, none = correcting.locator("#thanks p"), ENGLISH["none_of_them"]
    correcting.get_by_role("radio", name="3").click()
    expect(thanks).to_have_text(ENGLISH["other_count"].format(count=0, said=1))
    draw(correcting, *EQUALS)
    expect(thanks).to_be_empty()
    correcting.get_by_role("radio", name=none).click()
    expect(thanks).to_have_text(ENGLISH["kept"].format(label=none))
    assert kept(server_folder, 1)[0].label == NO_DIGIT


def test_new_weights_are_served_at_once(page: Page, server_folder: Path) -> None:
    weights = server_folder / "weights.npz"
    with np.load(weights) as file:
        arrays = dict(file)
    order = [0, 7, 2, 3, 4, 5, 6, 1, 8, 9]  # these say 1 where the others say 7
    arrays["w2"], arrays["b2"] = arrays["w2"][:, order], arrays["b2"][order]
    np.savez(server_folder / "new.npz", **arrays)
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    try:
        (server_folder / "new.npz").replace(weights)
        press(page, "Undo")
        press(page, "Redo")
        expect(answer(page)).to_have_text("1")
    finally:
        shutil.copy(SHIPPED, weights)
