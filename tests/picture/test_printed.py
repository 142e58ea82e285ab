"""What is printed is not writing; strokes that cross it stay whole, and digits are no print."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from harness.pictures import FIVE_WITH_LOOSE_BAR, SEVEN, ZERO, difference, draw
from model.picture.ink import ink_of
from model.picture.prepare import prepare
from model.picture.printed import without_print
from model.picture.segmentation import parts_of_number

ONE = [[(0.5, 0), (0.5, 1)]]
CUP = [(0, 0.4), (0, 1), (1, 1), (1, 0.4)]
SLIM_SEVEN = [[(0, 0), (0.6, 0), (0.25, 1)]]
W = 320


def box(left, top, right, bottom):
    """The four sides: left, top, right, bottom of each."""
    rows = [(left, y, right, y) for y in (top, bottom)]
    return rows + [(x, top, x, bottom) for x in (left, right)]


RULED = [(0, y, W, y) for y in range(20, W, 40)]
ROWS = [(10, 50, 310, 50), (10, 270, 310, 270)]
PRINTS = {  # lines: left, top, right, bottom
    "ruled paper": RULED,
    "squared paper": RULED + [(x, 0, x, W) for x in range(13, W, 40)],
    "dashed rules": [(x, y, x + 15, y) for _, y, *_ in RULED for x in range(48, W - 48, 24)],
    "a dot grid": [(x, y, x + 2, y) for x, y in product(range(20, W, 40), repeat=2)],
    "a margin": [(30, 0, 34, W)],
    "two margins": [(30, 0, 30, W), (46, 0, 46, W)],
    "a box": box(60, 50, 250, 270),
    "a frame": box(1, 1, 318, 318),
    "a cell's rests": [(0, 1, 150, 1), (1, 0, 1, W), (318, 100, 318, W)],
    "a rest at the right": [(317, 100, 317, 280)],
    "cells": [*ROWS, *((x, 50, x, 270) for x in range(10, 320, 100))],
    "two cells": [*ROWS, *((x, 50, x, 270) for x in (10, 60, 310))],
    "a comb": [(20, 300, 299, 300), *((x, 262, x, 300) for x in range(20, 301, 93))],
    "a rest below": [(110, 317, 190, 317)],
    "an underline": [(55, 285, 265, 279)],
    "an overline": [(70, 45, 250, 45)],
    "a comb of one cell": [(60, 290, 260, 290), (60, 220, 60, 290), (260, 220, 260, 290)],
    "a comb of two cells": [(60, 300, 260, 300), *((x, 262, x, 300) for x in (60, 160, 260))],
    "a narrow box": box(67, 67, 253, 253),
    "two near underlines": [(60, 235, 260, 235), (60, 249, 260, 249)],
    "two underlines": [(60, 235, 260, 235), (60, 265, 260, 265)],
    "three rules": [(70, y, 250, y) for y in (120, 180, 240)],
    "dashes": [(x, 285, x + 60, 285) for x in (45, 125, 205)],
    "rests of a line": [(0, 170, 62, 170), (272, 170, W, 170)],
    "a low rule": [(30, 0, 30, W), *((0, y, W, y) for y in (311, 312))],
}
USUAL = [*PRINTS][:17]  # beside a digit of the usual size, in any color
EMPTY = [*USUAL[:13], "a comb of two cells", "a low rule"]  # print also where nothing is written
THICK = ["cells", "two cells", "a box", "a frame", "ruled paper", "a margin"]
BAR = np.s_[:12, :190]  # of an array
BLACK, RED, BLUE = (0, 0, 0), (220, 60, 60), (150, 180, 220)


def printed(name, picture, width=3, color=BLACK):
    """The picture with print on it, below the ink."""
    paper = Image.new("RGB", (W, W), "white")
    for line in PRINTS[name]:
        ImageDraw.Draw(paper).line(line, color, width)
    return ImageChops.darker(paper, picture.convert("RGB"))


def assert_ink_is_that_of(clean, lined):
    assert difference(prepare(lined), prepare(clean)) < 0.15


@pytest.mark.parametrize(
    ("name", "width", "color", "strokes", "how"),
    [
        *((*each, {}) for each in product(USUAL, [3], [BLACK, RED, BLUE], [SEVEN, ZERO, ONE])),
        *((name, 3, BLACK, (), {}) for name in EMPTY),
        *((name, 8, BLACK, (), {}) for name in THICK),
        # Print as thick as the strokes.
        ("a narrow box", 8, BLACK, SEVEN, {"size": 160, "at": (80, 80), "brush": 10}),
        ("a narrow box", 8, BLACK, ZERO, {"size": 160, "at": (80, 80), "brush": 10}),
        ("two near underlines", 8, BLACK, SEVEN, {"size": 150, "at": (80, 60), "brush": 9}),
        ("two underlines", 8, BLACK, SEVEN, {"size": 150, "at": (80, 60), "brush": 9}),
        ("three rules", 3, BLACK, SEVEN, {}),
        *((name, 8, BLACK, SEVEN, {"brush": 9}) for name in ("dashes", "rests of a line")),
        # A stroke that stands on a comb's back is no tooth, …
        ("a comb", 6, BLACK, ONE, {"size": 128, "at": (61, 160), "brush": 6}),
        ("a comb", 3, BLACK, ONE, {"size": 136, "at": (57, 160), "brush": 3}),
        # … one along a faint line no part of it, nor one that ends at a line.
        ("squared paper", 3, BLUE, ONE, {"size": 120, "at": (113, 85), "brush": 5}),
        ("a box", 3, BLACK, SLIM_SEVEN, {"size": 160, "at": (66, 90), "brush": 6}),
        ("a margin", 3, BLACK, SLIM_SEVEN, {"size": 160, "at": (36, 90), "brush": 6}),
        ("two margins", 3, BLACK, SLIM_SEVEN, {"size": 160, "at": (36, 90), "brush": 6}),
    ],
)
def test_only_what_is_written_is_ink(name, width, color, strokes, how):
    clean = draw(strokes, **{"size": 180, "at": (80, 85)} | how)
    assert_ink_is_that_of(clean, printed(name, clean, width, color))


def test_a_margin_on_a_picture_that_is_not_reduced_is_no_ink():
    both = (clean := draw(ONE, size=180, at=(80, 85))), printed("a margin", clean, width=4)
    assert_ink_is_that_of(*(each.resize((240, 240)) for each in both))


@pytest.mark.parametrize("strokes", [(), SEVEN])
@pytest.mark.parametrize("oblique", [0, 6])
def test_a_scanners_edges_on_all_sides_are_no_ink(strokes, oblique):
    clean = draw(strokes, brush=12)
    paper = Image.new("RGB", (W, W), (60, 60, 60))
    sheet = [(30, 20), (W - 20 - oblique, 20), (W - 20, W - 25), (30 + oblique, W - 25 - oblique)]
    ImageDraw.Draw(paper).polygon(sheet, "white")
    assert_ink_is_that_of(clean, ImageChops.darker(paper, clean))


@pytest.mark.parametrize(
    ("edge", "stays"),
    [
        ([BAR, np.s_[12, 50:54]], [np.s_[22:60, 80:120]]),  # a rest of an oblique edge goes, too
        ([BAR, np.s_[12, :10]], [np.s_[13:60, :10]]),  # perhaps the edge at another side
        ([], [BAR, np.s_[19:60, 80:120]]),  # a 5, cut out tightly
        ([], [BAR, np.s_[12:, 90:102]]),  # a 7
        # Deep, short, inside the picture, and a stroke that leaves it.
        *(([], [it]) for it in (np.s_[:70], np.s_[:12, :160], np.s_[10:22], np.s_[:99, 98:103])),
    ],
)
def test_only_a_dark_strip_along_a_whole_side_is_an_edge(edge, stays):
    ink, expected = np.zeros((2, 200, 200), np.uint8)
    for block in edge + stays:
        ink[block] = 200
        expected[block] = 200 * (block in stays)
    ink.setflags(write=False)
    found = [np.rot90(without_print(np.rot90(ink, side), 10), -side) for side in range(4)]
    np.testing.assert_array_equal(found, [expected] * 4)


def assert_all_is_ink(picture):
    ink = ink_of(picture)
    np.testing.assert_array_equal(ink, 255 - np.asarray(picture.reduce(W // ink.shape[0])))


@settings(max_examples=40)
@given(
    strokes=st.sampled_from([SEVEN, ZERO, ONE]),
    size=st.integers(60, 270),
    brush=st.integers(5, 26),
    at=st.tuples(st.integers(0, 250), st.integers(0, 250)),
)
def test_a_digit_alone_is_no_print(strokes, size, brush, at):
    room = W - size - 2 * brush
    at = tuple(brush + place % max(room, 1) for place in at)
    if room > 0:
        assert_all_is_ink(draw(strokes, size=size, at=at, brush=brush, mode="L"))


def zero(left, top, width, height):
    return [(left + width * x, top + height * y) for x, y in ZERO[0]]


ARC = [(0.1 * n, 1 - 0.08 * (n / 5 - 1) ** 2) for n in range(11)]


@pytest.mark.parametrize(
    ("strokes", "how"),
    [
        ([[(0, 0), (1.4, 0), (0.7, 1)]], {"size": 150, "brush": 8}),  # a 7 with a long bar
        ([ARC, zero(0.3, 0.1, 0.4, 0.6)], {"size": 214, "at": (48, 35)}),
        ([FIVE_WITH_LOOSE_BAR[0], [(0.1, -0.12), (1.2, -0.14)]], {}),
        ([[(0.6, 0), (0, 0), (0, 0.4), (0.6, 0.4)], [(0.6, 0), (0.6, 1)]], {}),  # a square 9
        # A 4 whose stem leaves the picture.
        ([[(0.3, 0), (0, 0.5), (0.8, 0.5)], [(0.55, 0), (0.55, 1)]], {"at": (60, 160)}),
        # 101 on a stroke that ends at both 1s.
        ([CUP, zero(0.3, 0.3, 0.4, 0.5)], {"size": 220, "at": (50, 20)}),
        ([[(0.9, 0), (0.9, 1)], zero(0, 0.3, 0.6, 0.6)], {"at": (-10, 80)}),  # a 1 that is taller
        ([[(0.9, 0), (0.9, 1)], zero(0, 0.3, 0.6, 0.6)], {"at": (50, 0)}),  # … and leaves the page
        ([[(0, 0), (0, 1)]], {"size": 100, "at": (4, 4)}),  # in the corner
        ([[(0, 0.3), (1, 0.3)], [(0, 0.6), (1, 0.6)]], {"size": 220, "brush": 4}),  # an =
        *(([[(0.4 * n, 0), (0.4 * n + 0.02, 1)] for n in range(count)], {}) for count in (2, 3, 4)),
    ],
)
def test_a_long_stroke_of_a_digit_stays(strokes, how):
    assert_all_is_ink(draw(strokes, **{"at": (50, 80), "brush": 6, "mode": "L"} | how))


def test_small_digits_and_a_dot_on_rules_stay():
    sheet = np.full((1000, 1000), 255, np.uint8)
    sheet[90::100] = sheet[91::100] = sheet[92::100] = 120
    small = np.asarray(draw(ZERO, size=50, at=(40, 40), brush=7, mode="L"))[30:100, 40:90]
    for left in (300, 380, 460):
        np.minimum(place := sheet[325:395, left : left + 50], small, out=place)
    sheet[355:361, 530:536] = 0
    assert len(parts_of_number(ink_of(sheet))) == 4
