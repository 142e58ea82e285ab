"""What the page and its server do together: corrections are kept, new weights are served."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from corrections import NO_DIGIT, Corrections
from harness.browser import ONE, SEVEN, answer, draw, press, write
from model import Recognizer
from model.network.weights import SHIPPED
from training import corrections
from training.dataset import Dataset


@pytest.fixture
def weights(server_folder: Path) -> Iterator[Path]:
    """The file with the weights that the server serves; the shipped ones again afterwards."""
    path = server_folder / "weights.npz"
    yield path
    shutil.copy(SHIPPED, path)


def test_a_correction_is_kept_with_its_drawing(page: Page, server_folder: Path) -> None:
    keys = page.locator("#keys")
    expect(keys).not_to_be_visible()  # there is nothing to correct yet
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    keys.get_by_role("button", name="1").click()
    expect(page.locator("#thanks")).to_contain_text("kept as a 1")
    *_, kept = Corrections(server_folder / "corrections.sqlite").read()
    assert (kept.label, kept.answer) == (1, 7)
    assert kept.image.shape == (28, 28)
    assert kept.image.any()
    assert (kept.drawing > 0).any()
    keys.get_by_role("button", name="7").click()  # a mind may be changed
    expect(page.locator("#thanks")).to_contain_text("kept as a 7")
    *_, kept = corrections.load(server_folder / "corrections.sqlite")  # as the trainer takes them
    nothing = Dataset(np.empty((0, 784), np.float32), np.empty(0, np.int64))
    learned = corrections.added(nothing, [kept], times=2)
    assert learned.y.tolist() == [7, 7]
    assert Recognizer.load(SHIPPED).network.predict(learned.X).argmax(axis=1).tolist() == [7, 7]
    draw(page, [(0.3, 0.52), (0.7, 0.52)])
    expect(page.locator("#thanks")).to_have_text("")


def test_a_number_is_corrected_digit_by_digit(page: Page, server_folder: Path) -> None:
    write(page, "17")
    expect(answer(page)).to_have_text("17")
    expect(page.locator("#keys")).not_to_be_visible()
    typed = page.locator("#typed input")
    typed.fill("123")
    typed.press("Enter")
    expect(page.locator("#thanks")).to_contain_text("I see 2 digits and you say 3")
    typed.fill("47")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#thanks")).to_contain_text("kept as a 47")
    *_, first, second = Corrections(server_folder / "corrections.sqlite").read()
    assert [(c.label, c.answer) for c in (first, second)] == [(4, 1), (7, 7)]


def test_what_is_no_digit_is_kept_as_such(page: Page, server_folder: Path) -> None:
    draw(page, [(0.3, 0.4), (0.7, 0.4)], [(0.3, 0.6), (0.7, 0.6)])
    expect(answer(page)).to_be_visible()
    page.get_by_role("button", name="none").click()
    expect(page.locator("#thanks")).to_contain_text("kept as no digit")
    *_, kept = Corrections(server_folder / "corrections.sqlite").read()
    assert kept.label == NO_DIGIT
    nothing = Dataset(np.empty((0, 784), np.float32), np.empty(0, np.int64))
    assert len(corrections.added(nothing, [kept], times=1).digits()) == 0  # as the trainer takes it
    assert "none" in corrections.listing([kept])


def exchange_one_and_seven(path: Path) -> None:
    """Puts weights in place that say 1 where they said 7, and 7 where they said 1."""
    with np.load(path) as file:
        arrays = dict(file)
    order = [0, 7, 2, 3, 4, 5, 6, 1, 8, 9]
    arrays["w2"], arrays["b2"] = arrays["w2"][:, order], arrays["b2"][order]
    np.savez(path.with_suffix(".new.npz"), **arrays)
    path.with_suffix(".new.npz").replace(path)


def test_new_weights_are_served_and_damaged_ones_are_not(
    page: Page, weights: Path, server_folder: Path
) -> None:
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    exchange_one_and_seven(weights)
    press(page, "Clear")
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("1")
    weights.write_bytes(b"PK\x03\x04 no weights")
    press(page, "Clear")
    draw(page, ONE)
    expect(answer(page)).to_have_text("7")
    assert "The new weights cannot be used" in (server_folder / "server.log").read_text()
    shutil.copy(SHIPPED, weights)
    press(page, "Clear")
    draw(page, ONE)
    expect(answer(page)).to_have_text("1")
