"""Any drawing → 28×28: what does not matter changes nothing, the steps are true, nothing harms."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from harness.pictures import FIVE_WITH_LOOSE_BAR, SEVEN, ZERO, difference, draw
from model.picture.ink import ink_of
from model.picture.measures import stroke_width
from model.picture.prepare import BOX, OUTLINE, STROKE, prepare, steps_of
from model.picture.segmentation import cut_out, shapes_of_digit

DIGITS = [SEVEN, FIVE_WITH_LOOSE_BAR, ZERO]
WIDE = [[(0, 0.4), (1, 0.4), (0.6, 0.7)]]


def steps(drawing):
    ink = ink_of(drawing)
    return steps_of(cut_out(ink, shapes_of_digit(ink)))


def sides(mask):
    """Left, top, right and bottom of what is true."""
    rows, columns = np.nonzero(mask)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


@pytest.mark.parametrize("strokes", [*DIGITS, WIDE])
def test_prepared_as_mnist_was(strokes):
    """The longer side is 20 pixels, the centre of mass where MNIST has it; all as is told."""
    found = steps(draw(strokes))
    assert found.image.shape == (28, 28) and found.image.dtype == np.float32
    np.testing.assert_array_equal(found.image, prepare(draw(strokes)))
    left, top, right, bottom = found.placement[3:]
    assert max(right - left, bottom - top) == pytest.approx(BOX)
    assert (left, top, right, bottom) == pytest.approx(sides(found.image > 0.5), abs=0.8)
    shift = (left + right) / 2 - 14, (top + bottom) / 2 - 14
    assert found.placement.shift == pytest.approx(shift)
    centre = [(found.image.sum(axis=axis) @ np.arange(28)) / found.image.sum() for axis in (1, 0)]
    assert centre == pytest.approx([14, 14], abs=0.3)
    assert 0.95 < found.image.max() <= 1 and found.image.min() == 0  # ink is white


@pytest.mark.parametrize("brush", [5, 8, 14, 20, 30])
def test_strokes_are_brought_to_the_width_that_is_told(brush):
    found = steps(draw(ZERO, brush=brush))
    # Along a diagonal lie √2 pixels of the outline for each pixel of its length.
    assert 0.7 < found.stroke / (brush / (160 + brush)) < 1
    assert found.evened_stroke == pytest.approx(STROKE / BOX)
    shape = found.evened > 0.5
    left, top, right, bottom = sides(shape)
    assert stroke_width(shape) / (bottom - top) == pytest.approx(STROKE / BOX, rel=0.13)
    left, top, right, bottom = sides(found.outline)
    assert max(right - left, bottom - top) == pytest.approx(OUTLINE, abs=1)
    upright = steps(draw([[(0.5, 0), (0.5, 1)]], brush=brush))
    assert upright.stroke == pytest.approx(brush / (160 + brush), rel=0.2)


def test_strokes_of_mnists_width_stay_as_they_are_and_a_blot_is_not_thinned_to_nothing():
    blot = steps_of(np.full((40, 40), 255, np.uint8))
    assert blot.stroke == pytest.approx(0.5, abs=0.03)  # a fifth of that must stay
    assert blot.evened_stroke == pytest.approx(0.1 / 0.6, abs=0.01)
    found = steps_of(np.full((OUTLINE, 10), 255, np.uint8))
    assert found.stroke == found.evened_stroke == STROKE / BOX
    np.testing.assert_array_equal(found.evened, found.outline)


def test_mnist_itself_comes_back(mnist):
    """Enlarged to a canvas; and as small scans with grey edges, which touch all four borders."""
    differences = []
    for digit in mnist.test.X[:40].reshape(-1, 28, 28):
        ink = Image.fromarray(np.uint8(255 * digit))
        canvas = ImageOps.invert(ink.resize((280, 280), Image.Resampling.BICUBIC))
        differences.append(difference(prepare(canvas), digit))
        scan = ImageOps.pad(ink.crop(ink.getbbox()), (16, 16)).resize((160, 160))
        assert difference(prepare(ImageOps.invert(scan)), digit) < 0.8  # a blank one differs by 1
    assert np.median(differences) < 0.35


@settings(max_examples=25)
@given(st.sampled_from(DIGITS), st.integers(110, 270), st.floats(0, 1), st.floats(0, 1))
def test_place_and_size_do_not_matter(strokes, size, x, y):
    """The whole drawing moved, and scaled together with its brush."""
    room = 320 - size - 40
    moved = draw(strokes, size=size, at=(20 + x * room, 20 + y * room), brush=max(1, size // 11))
    assert difference(prepare(moved), prepare(draw(strokes, size=176, brush=16))) < 0.2


def test_a_loop_that_a_thick_brush_has_filled_leaves_the_rest_of_the_digit():
    turn = np.linspace(0, 2 * np.pi, 30)
    head = [(0.5 + 0.15 * np.cos(angle), 0.25 + 0.15 * np.sin(angle)) for angle in turn]
    image = prepare(draw([[*head, (0.6, 0.9)]], size=150, brush=48))
    assert image[:15].sum(axis=1).max() > 8  # the head, filled
    tail = image[18:25].sum(axis=1)
    assert tail.min() > 2 and tail.max() < 4  # a stroke, about as wide as MNIST's


@pytest.mark.parametrize(
    ("ink", "paper"),
    [("white", "black"), ("#c81e1e", "#1e1ec8"), ("yellow", "white"), ("#707070", "#343434")],
)
def test_colors_do_not_matter(ink, paper):
    assert difference(prepare(draw(SEVEN, ink=ink, paper=paper)), prepare(draw(SEVEN))) < 0.1


def test_small_digits_and_fine_pens_on_a_large_page_are_looked_at_closely():
    small = draw(SEVEN, side=960, size=60, at=(300, 500), brush=4)
    assert ink_of(small).shape[0] > 240
    assert ink_of(draw(SEVEN, side=960, size=130)).shape[0] == 240  # that would only take longer
    assert difference(prepare(small), prepare(draw(SEVEN, size=240, at=(40, 40), brush=16))) < 0.15
    fine = draw(SEVEN, side=1000, size=700, at=(150, 150), brush=1, ink="#777777")
    assert difference(prepare(fine), prepare(draw(SEVEN, brush=4))) < 0.2
    line = Image.new("L", (320, 320), 255)
    ImageDraw.Draw(line).line([(100, 80), (220, 80), (150, 250)], fill=0, width=1)
    assert difference(prepare(line), prepare(draw([SEVEN[0]]))) < 0.6


@pytest.mark.parametrize(("height", "width", "top"), [(1600, 1100, 700), (60, 1400, 0)])
def test_a_small_digit_on_a_scanned_page_or_strip_is_no_speck(height, width, top):
    seven = draw(SEVEN, size=36, at=(150, 20), brush=4, side=400, mode="L").crop((0, 0, 400, 60))
    page = Image.new("L", (width, height), 240)
    page.paste(seven, (200, top))
    scan = np.asarray(page) + np.random.default_rng(0).normal(0, 2, (height, width))
    assert difference(prepare(scan.clip(0, 250).astype(np.uint8)), prepare(seven)) < 0.3


def test_what_a_rubbed_out_stroke_leaves_is_no_ink():
    picture = Image.new("L", (140, 140), 255)
    ImageDraw.Draw(picture).polygon([(38, 20), (28, 28), (104, 122), (114, 114)], outline=195)
    assert not any(ink_of(picture.resize((side, side))).any() for side in (140, 560))


@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_a_large_picture_costs_little_memory(mode):
    large = Image.new(mode, (4_000, 3_000), "white")
    ImageDraw.Draw(large).line([(800, 800), (2400, 800), (1600, 2400)], fill="black", width=150)
    tracemalloc.start()
    image = prepare(large)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert image.any() and peak < 50e6
