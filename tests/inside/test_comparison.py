"""What tutorials would have seen, and the network that they would have shown it to."""

import numpy as np
import pytest

from harness.pictures import FIVE_WITH_LOOSE_BAR, SEVEN, ZERO, draw
from model import Recognizer
from model.inside.comparison import TUTORIAL, answers, shrunk
from model.network.weights import SHIPPED
from model.picture.ink import ink_of
from model.picture.prepare import prepare


@pytest.fixture(scope="module")
def recognizers():
    """Ours, and the tutorials'."""
    return Recognizer.load(SHIPPED), Recognizer.load(TUTORIAL)


def test_each_pixel_is_the_mean_of_what_it_covers():
    ink = np.random.default_rng(0).integers(0, 256, (84, 56), dtype=np.uint8)
    small = shrunk(ink)
    assert small.dtype == np.float32
    expected = ink.reshape(28, 3, 28, 2).mean(axis=(1, 3)) / 255
    np.testing.assert_allclose(small, expected, atol=1e-5)


def test_answers_are_those_of_the_recognizers(recognizers):
    drawings = [draw(strokes) for strokes in (SEVEN, FIVE_WITH_LOOSE_BAR)]
    X = np.reshape([prepare(drawing) for drawing in drawings], (2, 784))
    for recognizer in recognizers:
        expected = [recognizer.recognize(drawing).probabilities for drawing in drawings]
        found = answers(recognizer, recognizer.prepared(X).reshape(2, 28, 28))
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_what_it_shows(recognizers):
    """Small digits on a large canvas: both networks read them prepared, hardly any shrunk."""
    right = []
    for strokes, digit in [(SEVEN, 7), (ZERO, 0), (FIVE_WITH_LOOSE_BAR, 5)]:
        for at in [(20, 20), (210, 30), (120, 120), (30, 200)]:
            drawing = draw(strokes, size=80, at=at, brush=8)
            x, canvas = prepare(drawing).reshape(1, 784), shrunk(ink_of(drawing)).reshape(1, 784)
            pictures = [(each, [*each.prepared(x), *canvas]) for each in recognizers]
            right.append([answers(*pair).argmax(axis=1) == digit for pair in pictures])
    (ours_prepared, ours_shrunk), (tutorial_prepared, tutorial_shrunk) = np.mean(right, axis=0)
    assert (ours_prepared, tutorial_prepared) == (1, 1)
    assert max(ours_shrunk, tutorial_shrunk) < 0.5
