"""Signs beside digits, by places and outlines alone; what belongs to a digit is none."""

import numpy as np
import pytest

from harness.pictures import SEVEN, ZERO, draw
from model.picture.ink import ink_of
from model.picture.measures import threshold
from model.picture.segmentation import Shape
from model.picture.signs import fraction_bars, signs_in, without_marks

DIGIT, NEXT = (30, 10, 60, 90), (90, 10, 120, 90)  # left, top, right, bottom


def outline(left, top, right, bottom, pen=6):
    """A shape with strokes: a frame, or a full box where that is too small for one."""
    ink = np.zeros((bottom + 1, right + 1), bool)
    ink[top:bottom, left:right] = True
    ink[top + pen : bottom - pen, left + pen : right - pen] = False
    return Shape.of(*np.nonzero(ink))


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ((72, 84, 78, 90), "dot"),  # a decimal point
        ((70, 80, 78, 98), "dot"),  # a comma
        ((70, 72, 78, 112), "dot"),  # a long one
        ((72, 46, 78, 52), "dot"),  # at half the height
        ((52, 94, 58, 100), "dot"),  # below the overhang of a 7
        ((70, 4, 77, 20), "dot"),  # an apostrophe
        ((6, 47, 24, 53), "dash"),  # a minus before the digit
        ((64, 44, 86, 52), "dash"),  # between digits
        ((64, 92, 86, 98), "dash"),  # a line below
        ((62, 8, 84, 14), ""),  # the bar of a 5, off to the right
        ((50, 47, 68, 53), ""),  # the bar of a 7
        ((20, 47, 70, 53), ""),  # … that reaches out on both sides
        ((70, 30, 76, 90), ""),  # a 1
        ((70, 50, 76, 90), ""),  # a small one
        ((64, 68, 86, 90), "dot"),  # large
        ((61, 62, 89, 90), ""),  # larger
        ((72, 86, 76, 90), "dot"),  # small
        ((72, 86, 75, 89), "dust"),  # smaller
        ((70, 68, 78, 114), "dot"),  # the longest comma
        ((70, 66, 78, 118), ""),
        ((64, 26, 86, 34), "dash"),  # high
        ((64, 20, 86, 26), ""),  # higher: the bar of a 5
        ((64, 62, 86, 70), "dash"),  # low
        ((64, 72, 86, 80), ""),  # lower
        ((136, 14, 168, 46), ""),  # near
        ((144, 14, 176, 46), "sign"),  # remote
        ((72, 4, 78, 10), "dust"),  # above the digits
    ],
)
def test_a_mark_is_named_and_what_may_belong_to_a_digit_stays(part, name):
    shapes, marks = without_marks([outline(*box) for box in sorted([DIGIT, NEXT, part])])
    assert marks == (() if name in ("", "dust") else ((name, part),))
    assert [shape.box for shape in shapes] == sorted([DIGIT, NEXT, *[part] * (name == "")])


@pytest.mark.parametrize(
    ("part", "is_bar"),
    [
        ((20, 118, 130, 124), True),  # less than three times as far from the upper digits
        ((20, 120, 130, 126), False),  # a 5's bar
        ((30, 110, 56, 116), True),
        ((30, 110, 53, 116), False),  # narrower than its digits
        ((30, 106, 56, 120), True),  # flat
        ((30, 105, 56, 120), False),  # nearly as high as wide
    ],
)
def test_a_fractions_bar_is_midway_and_as_wide_as_its_digits(part, is_bar):
    boxes = DIGIT, NEXT, (30, 135, 60, 215), (90, 135, 120, 215)
    found = fraction_bars([outline(*box) for box in (*boxes, part)])
    assert [bar.box for bar in found] == [part] * is_bar


def mirrored(strokes):
    return [[(1 - x, y) for x, y in stroke] for stroke in strokes]


ARC = np.linspace(-1, 1, 20)
ROUND, SHALLOW = ([[(depth * a * a, 0.5 + 0.58 * a) for a in ARC]] for depth in (0.25, 0.18))
SQUARE = [[(0.25, -0.08), (0, -0.08), (0, 1.08), (0.25, 1.08)]]
UNEVEN = [[(0.18, 0), (0, 0.03), (0.03, 1), (0.12, 1.05)]]
SLASH, STEEP = [[(0.45, 0), (0, 1)]], [[(0.37, 0), (0, 1)]]
FLAGGED = [[(0, 0.2), (0.25, 0.04), (0.25, 1)]]
WRITTEN = {  # strokes, what the network reads, and the brush
    "0": (ZERO, 0),
    "O": (ZERO, 0, 20),  # thick
    "D": (ZERO, 0, 25),  # thicker
    "o": ([[(x - 0.4 * y + 0.4, y) for x, y in ZERO[0]]], 0),  # leaning
    "1": ([[(0.1, 0), (0.05, 1)]], 1),
    "i": ([[(0, 0), (0, 0.6)]], 1, 4),  # fine
    "|": ([[(0, -0.15), (0, 1.15)]], 1),
    "l": ([[(0, -0.4), (0, 1.4)]], 1),
    "!": ([[(0.18, -0.15), (0, 1.15)]], 1),
    "j": ([[(0, 0), (0, 1)]], 1, 11),  # less fine
    "7": (SEVEN, 7),
    "f": (FLAGGED, 7),
    "F": (FLAGGED, 1),  # the same, but read as a 1
    "W": ([[(0, 0.3), (0.7, 0.04), (0.7, 1)]], 7),  # wide
    "h": ([[(0.11 * a * a, 0.5 + 0.58 * a) for a in ARC]], 1),  # hardly bent
    "k": ([[(0.08 * a * a, 0.5 + 0.58 * a) for a in ARC]], 1),  # less
    "b": ([[(0.25 * a + 0.09 * a * a, 0.5 - 0.5 * a) for a in ARC]], 1),  # leaning and bowed
    ".": ([[(0.5, 0.5)]], 0),
    "+": ([[(0.2, 0.5), (0.8, 0.5)], [(0.5, 0.2), (0.5, 0.8)]], 4),
    "x": ([[(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]], 4),
    "4": ([[(0.6, 0), (0.1, 0.6), (0.9, 0.6)], [(0.6, 0.2), (0.6, 1)]], 4, 30),  # thick
    "/": (SLASH, 1),
    "\\": (mirrored(SLASH), 1),
    "s": (STEEP, 1),
    "z": (mirrored(STEEP), 1),
    "t": ([[(0.32, 0), (0, 1)]], 1),  # steeper
    "L": ([[(x, 1.3 * y - 0.15) for x, y in SLASH[0]]], 1),
}
BRACKETS = ["()", "[]", "{}", "<>"]
for (left, right), strokes in zip(BRACKETS, (ROUND, SQUARE, SHALLOW, UNEVEN)):
    WRITTEN |= {left: (strokes, 1), right: (mirrored(strokes), 1)}


def pen(left, strokes, digit, brush=8):
    """A shape of one piece, drawn in a square of 100 pixels, and its digit."""
    ink = ink_of(draw(strokes, 640, 100, (left, 60), brush, mode="L").resize((320, 320)))
    return Shape.of(*np.nonzero(ink > threshold(ink))), digit


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        *(("+", "sign"), ("x", "sign"), ("4", ""), ("7", ""), ("0", "")),
        # A slash leans more than its neighbours; alone, it may be a 1.
        *(("/", "slash?"), ("\\", "slash?"), ("1", ""), ("s", ""), ("z", "slash?")),
        *(("0/0", ",slash?,"), ("0\\0", ",slash?,"), ("0s0", ",slash?,"), ("0L0", ",slash,")),
        *(("010", ",,"), ("101", ",,"), ("111", ",,"), ("o/o", ",,"), ("o\\o", ",slash?,")),
        # At an end of the line a 1 may lean, and be longer.
        *(("0t0", ",slash?,"), ("0/", ","), ("\\0", ","), ("0L", ",slash?"), ("0|", ",")),
        # A longer or finer bar may be no 1, unless it leans or all are fine.
        *(("0l", ",bar?"), ("0!", ","), ("Oi", ",bar?"), ("ii", ","), ("0|0", ",bar?,")),
        *(("|0|", "bracket,,bracket"), ("0!0", ",bar?,")),  # between digits, it may lean
        *((f"{left}0{right}", "bracket,,bracket") for left, right in BRACKETS),
        *((f"{left}0", "bar?,") for left, _ in BRACKETS),  # without a counterpart
        *((f"0{right}", ",bar?") for _, right in BRACKETS),
        *((f"0{right}0", ",,") for _, right in BRACKETS),  # no place for a bracket
        *((f"0{left}0{right}0", ",bracket,,bracket,") for left, right in BRACKETS),
        # A dot is no 0; a printed 1 with a flag may be meant where a 7 is read.
        *((".", "dot?"), ("..", "dot?,dot?"), ("D", ""), ("f", "one?"), ("F", "")),
        *(("W", ""), ("Oj", ","), ("h0", "bar?,"), ("k0", ","), ("b", "")),
    ],
)
def test_the_signs_in_a_line(line, kinds):
    groups, digits = [], []
    for n, sign in enumerate(line):
        shape, digit = pen(130 * n + 20, *WRITTEN[sign])
        groups.append([shape])
        digits.append(digit)
    assert ",".join(signs_in(groups, digits)) == kinds
