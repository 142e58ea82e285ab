"""The steps of the preparation: they lead to the picture, and their numbers are true."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from harness.pictures import FIVE_WITH_LOOSE_BAR, SEVEN, ZERO, draw
from model.picture.ink import ink_of
from model.picture.measures import stroke_width
from model.picture.prepare import BOX, OUTLINE, STROKE, steps_of, with_outline_moved
from model.picture.segmentation import cut_out, shapes_of_digit


def steps(drawing):
    ink = ink_of(drawing)
    return steps_of(cut_out(ink, shapes_of_digit(ink)))


@pytest.mark.parametrize("brush", [10, 16, 22])
def test_the_brush_is_measured(brush):
    upright = [[(0.5, 0), (0.5, 1)]]
    stroke = steps(draw(upright, brush=brush)).stroke
    assert stroke == pytest.approx(brush / (160 + brush), rel=0.12)


@pytest.mark.parametrize("brush", [6, 10, 16, 24])
def test_slanted_strokes_seem_thinner_but_not_by_more_than_a_diagonal(brush):
    """Along a diagonal lie √2 pixels of the outline for each pixel of its length."""
    stroke = steps(draw(ZERO, brush=brush)).stroke
    assert 0.7 < stroke / (brush / (160 + brush)) < 1


@pytest.mark.parametrize("brush", [5, 8, 14, 20, 30])
def test_strokes_are_brought_to_the_width_that_is_told(brush):
    found = steps(draw(ZERO, brush=brush))
    assert found.evened_stroke == pytest.approx(STROKE / BOX)
    shape = found.evened > 0.5
    rows = np.flatnonzero(shape.any(axis=1))
    assert stroke_width(shape) / (np.ptp(rows) + 1) == pytest.approx(STROKE / BOX, rel=0.13)


def test_a_blot_is_not_thinned_to_nothing():
    """Its "stroke" is half its side wide, and a fifth of that is what must stay."""
    found = steps_of(np.full((40, 40), 255, np.uint8))
    assert found.stroke == pytest.approx(0.5, abs=0.03)
    assert found.evened_stroke == pytest.approx(0.1 / 0.6, abs=0.01)


@pytest.mark.parametrize("strokes", [SEVEN, FIVE_WITH_LOOSE_BAR, ZERO])
def test_the_placement_is_where_the_ink_is(strokes):
    found = steps(draw(strokes))
    left, top, right, bottom = found.placement[3:]
    assert max(right - left, bottom - top) == pytest.approx(BOX)
    inked = found.image > 0.5
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    expected = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    assert (left, top, right, bottom) == pytest.approx(expected, abs=0.8)
    shift = (left + right) / 2 - 14, (top + bottom) / 2 - 14
    assert found.placement.shift == pytest.approx(shift)


def test_moving_an_outline_changes_distances_from_it():
    """Against the definition: each pixel's distance to the nearest pixel on the other side."""
    canvas = Image.new("1", (30, 24))
    ImageDraw.Draw(canvas).ellipse((8, 6, 20, 17), fill=1)
    shape = np.asarray(canvas)
    inside, outside = np.argwhere(shape), np.argwhere(~shape)
    for move in (2.3, -1.6):
        expected = np.zeros(shape.shape)
        for pixel in np.ndindex(*shape.shape):
            others = outside if shape[pixel] else inside
            distance = np.hypot(*(others - pixel).T).min() - 0.5
            expected[pixel] = np.clip((distance if shape[pixel] else -distance) + move + 0.5, 0, 1)
        np.testing.assert_allclose(with_outline_moved(shape, move), expected, atol=1e-5)


def test_the_outline_is_as_large_as_documented():
    found = steps(draw(SEVEN, size=90))
    rows, columns = (np.flatnonzero(found.outline.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(OUTLINE, abs=1)
    assert found.outline.dtype == bool and found.evened.dtype == np.float32
