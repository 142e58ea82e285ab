"""What is printed is not writing; strokes that cross it stay whole, and digits are no print."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from harness.pictures import SEVEN, ZERO, difference, draw
from model.picture.ink import ink_of
from model.picture.prepare import prepare
from model.picture.printed import lines_in
from model.picture.segmentation import parts_of_number

DIGITS = {"7": SEVEN, "0": ZERO, "1": [[(0.5, 0), (0.5, 1)]]}
W = 320
RULED = [(0, y, W, y) for y in range(20, W, 40)]
DASHED = [(x, y, x + 15, y) for _, y, *_ in RULED for x in range(0, W, 24)]
SQUARED = RULED + [(x, 0, x, W) for x in range(13, W, 40)]
ROWS = [(10, 50, 310, 50), (10, 270, 310, 270)]
PRINTS = {  # lines: left, top, right, bottom
    "ruled paper": RULED,
    "squared paper": SQUARED,
    "dashed rules": DASHED,
    "a margin": [(30, 0, 34, W)],
    "two margins": [(30, 0, 30, W), (46, 0, 46, W)],
    "a box": [(60, 50, 250, 50), (60, 270, 250, 270), (60, 50, 60, 270), (250, 50, 250, 270)],
    "a frame": [(1, 1, 318, 1), (1, 318, 318, 318), (1, 1, 1, 318), (318, 1, 318, 318)],
    "a cell's rests": [(0, 1, 150, 1), (1, 0, 1, W), (318, 100, 318, W)],
    "cells": [*ROWS, *((x, 50, x, 270) for x in range(10, 320, 100))],
    "two cells": [*ROWS, *((x, 50, x, 270) for x in (10, 60, 310))],
    "a comb": [(20, 300, 299, 300), *((x, 262, x, 300) for x in range(20, 301, 93))],
    "an underline": [(55, 285, 265, 279)],
    "a comb of one cell": [(60, 290, 260, 290), (60, 220, 60, 290), (260, 220, 260, 290)],
}


def printed(name, picture, width=3, color=(0, 0, 0)):
    """The picture with print on it, below the ink."""
    paper = Image.new("RGB", picture.size, "white")
    for line in PRINTS[name]:
        ImageDraw.Draw(paper).line(line, color, width)
    return ImageChops.darker(paper, picture.convert("RGB"))


def written(strokes):
    return draw(strokes, size=180, at=(80, 85), brush=14)


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("name", PRINTS)
def test_only_what_is_written_is_ink(name, digit):
    clean = written(DIGITS[digit])
    for color in ((0, 0, 0), (220, 60, 60), (150, 180, 220)):
        assert difference(prepare(printed(name, clean, color=color)), prepare(clean)) < 0.15


def test_a_margin_on_a_picture_that_is_not_reduced_is_no_ink():
    clean = written(DIGITS["1"])
    lined = printed("a margin", clean, width=4)
    assert difference(*(prepare(each.resize((240, 240))) for each in (lined, clean))) < 0.15


@pytest.mark.parametrize("digit", ["7", "0"])
def test_a_box_as_thick_as_the_strokes_and_hardly_taller_than_the_digit_is_no_ink(digit):
    clean = draw(DIGITS[digit], size=160, at=(80, 80), brush=10)
    boxed = clean.copy()
    ImageDraw.Draw(boxed).rectangle([64, 64, 256, 256], outline="black", width=8)
    assert difference(prepare(boxed), prepare(clean)) < 0.15


def test_a_stroke_that_stands_on_a_combs_back_is_no_tooth():
    for foot, brush in ((288, 6), (296, 3)):
        clean = draw(DIGITS["1"], size=foot - 160, at=(125 - (foot - 160) // 2, 160), brush=brush)
        assert difference(prepare(printed("a comb", clean, width=brush)), prepare(clean)) < 0.15


@pytest.mark.parametrize("name", [*PRINTS][:-2])
def test_where_nothing_is_written_there_is_no_ink(name):
    assert not prepare(printed(name, Image.new("RGB", (W, W), "white"))).any()


@pytest.mark.parametrize("name", ["cells", "two cells", "a frame", "ruled paper", "a margin"])
def test_thick_print_is_no_ink_where_nothing_is_written(name):
    assert not prepare(printed(name, Image.new("RGB", (W, W), "white"), width=8)).any()


@pytest.mark.parametrize("strokes", [(), SEVEN])
@pytest.mark.parametrize("oblique", [0, 6])
def test_a_scanners_edges_on_all_sides_are_no_ink(strokes, oblique):
    clean = draw(strokes, size=160, at=(80, 80), brush=12)
    paper = Image.new("RGB", (W, W), (60, 60, 60))
    sheet = [(30, 20), (W - 20 - oblique, 20), (W - 20, W - 25), (30 + oblique, W - 25 - oblique)]
    ImageDraw.Draw(paper).polygon(sheet, "white")
    scan = ImageChops.darker(paper, clean.convert("RGB"))
    if strokes:
        assert difference(prepare(scan), prepare(clean)) < 0.1
    else:
        assert not ink_of(scan).any()


@pytest.mark.parametrize("gap", [14, 30])
def test_two_underlines_are_no_ink(gap):
    clean = draw(SEVEN, size=150, at=(80, 60), brush=9)
    lined = clean.copy()
    for y in (235, 235 + gap):
        ImageDraw.Draw(lined).line([(60, y), (260, y)], "black", 8)
    assert difference(prepare(lined), prepare(clean)) < 0.1


def test_a_thin_stroke_along_a_faint_line_stays():
    clean = draw(DIGITS["1"], size=120, at=(113, 85), brush=5)
    lined = printed("squared paper", clean, color=(150, 180, 220))
    assert difference(prepare(lined), prepare(clean)) < 0.15


@pytest.mark.parametrize("brush", [8, 20])
def test_a_bar_along_a_whole_side_stays(brush):
    """A 7 that is cut out tightly: its bar is no scanner's edge."""
    seven = draw(SEVEN, size=180, at=(0, 0), brush=brush, mode="L")
    tight = seven.crop(Image.eval(seven, lambda value: 255 - value).getbbox())
    assert difference(prepare(tight), prepare(seven)) < 0.1


@pytest.mark.parametrize("side", range(4))
def test_a_scanners_dark_edge_is_no_ink(side):
    clean = written(SEVEN)
    dark = np.rot90(np.array(clean), side).copy()
    dark[2:14] = 30
    assert difference(prepare(np.ascontiguousarray(np.rot90(dark, -side))), prepare(clean)) < 0.05


@pytest.mark.parametrize("digit", ["7", "0"])
def test_a_stroke_across_a_line_stays_whole(digit):
    clean = np.asarray(written(DIGITS[digit]).convert("L"))
    lined = clean.copy()
    for y in (120, 160, 200):
        lined[y : y + 3] = 0
    lined[:, 40:42] = lined[:, 300:302] = 0
    ink, expected = ink_of(lined), ink_of(clean)
    assert (ink[expected > 200] > 200).mean() > 0.97
    assert (ink > 200).sum() < 1.05 * (expected > 200).sum()


def assert_all_is_ink(picture):
    ink = ink_of(picture)
    expected = 255 - np.asarray(picture.reduce(W // ink.shape[0]))
    np.testing.assert_array_equal(ink, expected)


@settings(max_examples=40)
@given(
    strokes=st.sampled_from([SEVEN, ZERO, DIGITS["1"]]),
    size=st.integers(60, 270),
    brush=st.integers(5, 26),
    at=st.tuples(st.integers(0, 250), st.integers(0, 250)),
)
def test_a_digit_alone_is_no_print(strokes, size, brush, at):
    """Wherever it stands, unless it is a hairline from border to border."""
    room = W - size - 2 * brush
    at = tuple(brush + place % max(room, 1) for place in at)
    if room > 0:
        assert_all_is_ink(draw(strokes, size=size, at=at, brush=brush, mode="L"))


@pytest.mark.parametrize(
    ("strokes", "how"),
    [
        ([[(0, 0), (1.4, 0), (0.7, 1)]], {"size": 150, "brush": 8}),  # a 7 with a long bar
        # A 4 whose stem leaves the picture.
        ([[(0.3, 0), (0, 0.5), (0.8, 0.5)], [(0.55, 0), (0.55, 1)]], {"at": (60, 160)}),
        # 101 on a stroke that ends at both 1s.
        (
            [
                [(0, 0.4), (0, 1), (1, 1), (1, 0.4)],
                [(0.3 + 0.4 * x, 0.3 + 0.5 * y) for x, y in ZERO[0]],
            ],
            {"size": 220, "at": (50, 20)},
        ),
        # A 1 that is taller than its neighbour.
        ([[(0.9, 0), (0.9, 1)], [(0.6 * x, 0.3 + 0.6 * y) for x, y in ZERO[0]]], {"at": (-10, 80)}),
        ([[(0, 0), (0, 1)]], {"size": 100, "at": (4, 4)}),  # in the corner
        *(([[(0.4 * n, 0), (0.4 * n + 0.02, 1)] for n in range(count)], {}) for count in (2, 3, 4)),
    ],
)
def test_a_long_stroke_of_a_digit_stays(strokes, how):
    how = {"size": 160, "at": (50, 80), "brush": 6, "mode": "L"} | how
    assert_all_is_ink(draw(strokes, **how))


def test_small_digits_on_a_rule_stay():
    sheet = np.full((1000, 1000), 255, np.uint8)
    sheet[90::100] = sheet[91::100] = sheet[92::100] = 120
    zero = np.asarray(draw(ZERO, size=50, at=(40, 40), brush=7, mode="L"))[30:100, 40:90]
    for left in (300, 380, 460):
        place = sheet[325:395, left : left + 50]
        np.minimum(place, zero, out=place)
    assert len(parts_of_number(ink_of(sheet))) == 3


@pytest.mark.parametrize(("name", "left"), [("a box", 66), ("a margin", 36), ("two margins", 36)])
def test_a_stroke_that_ends_at_a_line_is_no_part_of_it(name, left):
    clean = draw([[(0, 0), (0.6, 0), (0.25, 1)]], size=160, at=(left, 90), brush=6)
    assert difference(prepare(printed(name, clean)), prepare(clean)) < 0.15


def test_a_line_is_found_with_its_slope_and_its_crossings():
    mask = np.zeros((120, 200), bool)
    for x in range(10, 190):
        mask[60 + x // 20 : 62 + x // 20, x] = True
    mask[20:110, 90:102] = True
    line, *others = lines_in(mask)
    assert not others
    assert line.ends == pytest.approx(np.array([(10, 60), (189, 69)]), abs=1)
    assert line.thickness == 2
    assert not line.alone[:, 92:100].any() and line.alone.sum() > 300


def test_an_arc_is_no_line():
    mask = np.zeros((120, 200), bool)
    for x in range(10, 190):
        y = 60 + int(16 * ((x - 100) / 90) ** 2)
        mask[y : y + 2, x] = True
    assert not lines_in(mask)
