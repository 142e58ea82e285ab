"""Pen strokes: real digits, the rarer ways made from them, and what is no digit."""

from time import sleep

import numpy as np
import pytest

from model.picture.prepare import prepare
from model.reading import NO_DIGIT
from training.parallel import processes
from training.strokes import drawing
from training.strokes.drawing import draw, drawn, drawn_digits, drawn_here, held_out, placed
from training.strokes.hand import digits


@pytest.mark.parametrize("digit", digits()[::800], ids=lambda digit: str(digit.label))
def test_a_picture_is_what_the_page_would_make_of_it(digit):
    """Drawn on a canvas, found there and enlarged: the same picture, but for the edges' greys."""
    differences = []
    for seed, size in enumerate((100, 180, 250)):
        image = drawing.picture(digit.strokes, np.random.default_rng(seed))
        brush = size * np.exp(np.random.default_rng(seed).uniform(*np.log(drawing.BRUSH)))
        canvas = draw(placed(digit.strokes, size, brush, at=(30, 40)), 320, brush)
        differences.append(np.abs(prepare(canvas) - image).mean())
    assert np.mean(differences) < 0.02  # two digits: 0.1 to 0.2


def test_samples_depend_on_their_seed_alone(monkeypatch):
    """Two chunks, maybe made by two processes in any order."""
    monkeypatch.setattr(drawing, "CHUNK", 70)
    first, again = (draw_them(120, np.random.default_rng(5)) for draw_them in (drawn, drawn_here))
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    assert len(np.unique(first.X, axis=0)) == 120
    assert set(first.y.tolist()) == {*range(10), NO_DIGIT}
    assert (first.y == NO_DIGIT).mean() == pytest.approx(drawing.NO_DIGIT_SHARE, abs=0.1)


def test_after_ctrl_c_no_process_begins_anything():
    with pytest.raises(KeyboardInterrupt), processes() as pool:
        futures = [pool.submit(sleep, 0.05) for _ in range(1_000)]
        raise KeyboardInterrupt
    assert futures[-1].cancelled()


def test_those_who_validate_are_not_trained_on(monkeypatch):
    """Of 90 people 9 are held out: here these write ones only, and the others eights."""
    marked = [digit._replace(label=1 if digit.writer % 10 == 9 else 8) for digit in digits()[::20]]
    monkeypatch.setattr(drawing, "digits", lambda: marked)
    monkeypatch.setattr(drawing, "VALIDATION", 100)
    assert set(drawn_digits(100, np.random.default_rng(0)).y.tolist()) == {8}
    validation = held_out(np.random.default_rng(0))
    assert set(validation.y.tolist()) == {1} and len(validation) == 100
