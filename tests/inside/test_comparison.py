"""What tutorials would have seen, and the network that they would have shown it to."""

import numpy as np

from harness.pictures import FIVE_WITH_LOOSE_BAR, SEVEN, ZERO, draw
from model import Recognizer
from model.inside.comparison import TUTORIAL, answers, shrunk
from model.picture.ink import ink_of
from model.picture.prepare import prepare


def test_each_pixel_is_the_mean_of_what_it_covers():
    ink = np.random.default_rng(0).integers(0, 256, (84, 56), dtype=np.uint8)
    small = shrunk(ink)
    assert small.dtype == np.float32
    np.testing.assert_allclose(small, ink.reshape(28, 3, 28, 2).mean(axis=(1, 3)) / 255, atol=1e-5)


def test_what_it_shows(recognizer):
    """Small digits on a large canvas: both networks read them prepared, hardly any shrunk."""
    recognizers, right = (recognizer, Recognizer.load(TUTORIAL)), []
    for strokes, digit in [(SEVEN, 7), (ZERO, 0), (FIVE_WITH_LOOSE_BAR, 5)]:
        for at in [(20, 20), (210, 30), (120, 120), (30, 200)]:
            drawing = draw(strokes, size=80, at=at, brush=8)
            x, canvas = prepare(drawing).reshape(1, 784), shrunk(ink_of(drawing)).reshape(1, 784)
            found = [answers(each, [*each.prepared(x), *canvas]) for each in recognizers]
            right.append([p.argmax(axis=1) == digit for p in found])
    expected = [each.recognize(drawing).probabilities for each in recognizers]
    np.testing.assert_allclose([p[0] for p in found], expected, atol=1e-6)
    ours, tutorial = np.mean(right, axis=0)
    assert (ours[0], tutorial[0]) == (1, 1) and max(ours[1], tutorial[1]) < 0.5
