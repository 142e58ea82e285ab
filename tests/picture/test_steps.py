"""The steps of the preparation: they lead to the picture, and their numbers are true."""

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image, ImageDraw

from harness.pictures import FIVE_WITH_LOOSE_BAR, PICTURES, SEVEN, ZERO, draw
from model.picture.ink import ink_of
from model.picture.prepare import BOX, OUTLINE, STROKE, preparation_of, prepare, steps_of
from model.picture.stroke import stroke_width, with_outline_moved


@settings(max_examples=60, deadline=None)
@given(PICTURES)
def test_the_last_step_is_what_the_network_sees(array):
    preparation = preparation_of(ink_of(array))
    if preparation is None:
        assert not prepare(array).any()
    else:
        np.testing.assert_array_equal(preparation.steps.image, prepare(array))


def test_the_box_is_around_the_drawing():
    preparation = preparation_of(ink_of(draw(ZERO, side=200, size=100, at=(30, 60), brush=5)))
    # The ring is 0.6 wide and 1 high around (0.5, 0.5), and half a brush thicker on each side.
    expected = (30 + 20 - 5, 60 - 5, 30 + 80 + 5, 160 + 5)
    assert preparation.box == pytest.approx(expected, abs=2)
    assert preparation.digit.shape == (preparation.box.height, preparation.box.width)


@pytest.mark.parametrize("brush", [10, 16, 22])
def test_the_brush_is_measured(brush):
    upright = [[(0.5, 0), (0.5, 1)]]
    stroke = preparation_of(ink_of(draw(upright, brush=brush))).steps.stroke
    assert stroke == pytest.approx(brush / (160 + brush), rel=0.12)


@pytest.mark.parametrize("brush", [6, 10, 16, 24])
def test_slanted_strokes_seem_thinner_but_not_by_more_than_a_diagonal(brush):
    """Along a diagonal lie √2 pixels of the outline for each pixel of its length."""
    stroke = preparation_of(ink_of(draw(ZERO, brush=brush))).steps.stroke
    assert 0.7 < stroke / (brush / (160 + brush)) < 1


@pytest.mark.parametrize("brush", [5, 8, 14, 20, 30])
def test_strokes_are_brought_to_the_width_that_is_told(brush):
    steps = preparation_of(ink_of(draw(ZERO, brush=brush))).steps
    assert steps.evened_stroke == pytest.approx(STROKE / BOX)
    shape = steps.evened > 0.5
    rows = np.flatnonzero(shape.any(axis=1))
    assert stroke_width(shape) / (np.ptp(rows) + 1) == pytest.approx(STROKE / BOX, rel=0.13)


def test_a_blot_is_not_thinned_to_nothing():
    """Its "stroke" is half its side wide, and a fifth of that is what must stay."""
    steps = steps_of(np.full((40, 40), 255, np.uint8))
    assert steps.stroke == pytest.approx(0.5, abs=0.03)
    assert steps.evened_stroke == pytest.approx(0.1 / 0.6, abs=0.01)


@pytest.mark.parametrize("strokes", [SEVEN, FIVE_WITH_LOOSE_BAR, ZERO])
def test_the_placement_is_where_the_ink_is(strokes):
    steps = preparation_of(ink_of(draw(strokes))).steps
    left, top, right, bottom = steps.placement[3:]
    assert max(right - left, bottom - top) == pytest.approx(BOX)
    inked = steps.image > 0.5
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    found = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    assert (left, top, right, bottom) == pytest.approx(found, abs=0.8)
    shift = (left + right) / 2 - 14, (top + bottom) / 2 - 14
    assert steps.placement.shift == pytest.approx(shift)


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
    steps = preparation_of(ink_of(draw(SEVEN, size=90))).steps
    rows, columns = (np.flatnonzero(steps.outline.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(OUTLINE, abs=1)
    assert steps.outline.dtype == bool and steps.evened.dtype == np.float32
