"""Lines on the paper are no ink; strokes of digits stay."""

import numpy as np
import pytest

from harness.pictures import SEVEN, ZERO, draw
from model.picture.ruling import without_ruling


def ink_of_lines(slope=0.0, distance=20, darkness=60):
    """(240, 180) uint8: lines across, one or two pixels thin."""
    rows, columns = np.mgrid[:240, :180]
    across = (rows + slope * columns + 5) % distance
    return np.where(across < 1.5, darkness, 0).astype(np.uint8)


def digit(strokes):
    return 255 - np.asarray(draw(strokes, 240, 100, (40, 70), 6, mode="L"))[:, :180]


@pytest.mark.parametrize("slope", [0, 0.03, -0.1])
def test_lines_disappear(slope):
    lines = ink_of_lines(slope)
    for ink in (lines, np.ascontiguousarray(lines.T)):
        left = without_ruling(
            ink, np.ones(ink.shape, bool)
        )  # of slanted lines, the short ends in the corners
        assert (left > 0).sum() <= abs(slope) * (ink > 0).sum()


@pytest.mark.parametrize("strokes", [SEVEN, ZERO])
def test_what_is_written_on_lines_stays(strokes):
    ink = digit(strokes)
    left = without_ruling(np.maximum(ink, ink_of_lines(0.03)), np.ones(ink.shape, bool))
    assert (left[ink > 150] > 150).mean() > 0.97
    assert not left[ink == 0].any()


@pytest.mark.parametrize("strokes", [SEVEN, ZERO])
def test_digits_without_lines_are_untouched(strokes):
    ink = digit(strokes)
    np.testing.assert_array_equal(without_ruling(ink, np.ones(ink.shape, bool)), ink)


def test_the_bars_of_a_number_are_no_lines():
    """Thin, straight and parallel, but short beside the paper's width."""
    ink = np.zeros((240, 180), np.uint8)
    ink[60:120:20, 60:110] = 200
    np.testing.assert_array_equal(without_ruling(ink, np.ones(ink.shape, bool)), ink)
