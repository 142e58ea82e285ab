"""Signs beside digits, by places and outlines alone; what belongs to a digit is none."""

import numpy as np
import pytest

from harness.pictures import SEVEN, ZERO, draw
from model.picture.ink import ink_of
from model.picture.measures import threshold
from model.picture.segmentation import Shape
from model.picture.signs import fraction_bars, is_cross, signs_in, without_marks

DIGIT, NEXT = (30, 10, 60, 90), (90, 10, 120, 90)  # left, top, right, bottom


def outline(left, top, right, bottom, pen=6):
    """A shape with strokes: a frame, or a full box where that is too small for one."""
    ink = np.zeros((bottom + 1, right + 1), bool)
    ink[top:bottom, left:right] = True
    ink[top + pen : bottom - pen, left + pen : right - pen] = False
    return Shape.of(*np.nonzero(ink))


def marks(*boxes):
    """The shapes that are left, and the names of the marks."""
    shapes, found = without_marks([outline(*box) for box in sorted(boxes)])
    assert all(mark.box in boxes for mark in found)
    return shapes, tuple(mark.kind for mark in found)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ((72, 84, 78, 90), "dot"),  # a decimal point
        ((70, 80, 78, 98), "dot"),  # a comma
        ((70, 72, 78, 112), "dot"),  # a long one
        ((72, 46, 78, 52), "dot"),  # at half the height
        ((52, 94, 58, 100), "dot"),  # below the overhang of a 7
        ((6, 47, 24, 53), "dash"),  # a minus before the digit
        ((64, 44, 86, 52), "dash"),  # between digits
        ((62, 8, 84, 14), None),  # the bar of a 5, off to the right
        ((50, 47, 68, 53), None),  # the bar of a 7
        ((20, 47, 70, 53), None),  # … that reaches out on both sides
        ((70, 30, 76, 90), None),  # a 1
        ((70, 50, 76, 90), None),  # a small one
        ((64, 92, 86, 98), "dash"),  # a line below
        ((70, 4, 77, 20), "dot"),  # an apostrophe
    ],
)
def test_a_mark_is_named_and_what_may_belong_to_a_digit_stays(part, name):
    shapes, names = marks(DIGIT, NEXT, part)
    boxes = [shape.box for shape in shapes]
    if name:
        assert (names, boxes) == ((name,), [DIGIT, NEXT])
    else:
        assert (names, boxes) == ((), sorted([DIGIT, NEXT, part]))


@pytest.mark.parametrize("speck", [(72, 86, 74, 88), (72, 4, 78, 10)])  # tiny; above the digits
def test_dust_is_neither(speck):
    shapes, names = marks(DIGIT, NEXT, speck)
    assert names == () and [shape.box for shape in shapes] == [DIGIT, NEXT]


def test_marks_are_in_reading_order():
    assert marks((6, 47, 24, 53), DIGIT, (72, 84, 78, 90), NEXT)[1] == ("dash", "dot")
    assert marks(DIGIT, (72, 36, 78, 42), (72, 74, 78, 80), NEXT)[1] == ("dot", "dot")  # a colon


@pytest.mark.parametrize(
    ("part", "is_bar"),
    [
        ((20, 110, 130, 116), True),
        ((20, 125, 130, 131), False),  # the bar of a 5 below
        ((35, 110, 55, 116), False),  # shorter than a digit is wide
    ],
)
def test_a_fractions_bar_is_midway_and_as_wide_as_its_digits(part, is_bar):
    bar, below = outline(*part), [(30, 135, 60, 215), (90, 135, 120, 215)]
    others = [outline(*box) for box in (DIGIT, NEXT, *below)]
    assert fraction_bars([*others, bar]) == [bar] * is_bar


def test_two_bars_alone_have_no_marks():
    shapes, names = marks((40, 30, 80, 36), (40, 50, 80, 56))
    assert names == () and len(shapes) == 2


def pen(*strokes, left=0, size=100, top=60, brush=8):
    """A shape of one piece, drawn in a square of `size`, from its upper left corner."""
    ink = ink_of(draw(strokes, 640, size, (left + 20, top), brush, mode="L").resize((320, 320)))
    return Shape.of(*np.nonzero(ink > threshold(ink)))


PLUS = [[(0.2, 0.5), (0.8, 0.5)], [(0.5, 0.2), (0.5, 0.8)]]
TIMES = [[(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]]
SLASH, ONE = [[(0.45, 0), (0, 1)]], [[(0.1, 0), (0.05, 1)]]
ARC = np.linspace(-1, 1, 20)
ROUND, SHALLOW = (
    tuple([[(depth * a * a, 0.5 + 0.58 * a) for a in ARC]] for depth in (most, -most))
    for most in (0.25, 0.18)
)
SQUARE = (
    [[(0.25, -0.08), (0, -0.08), (0, 1.08), (0.25, 1.08)]],
    [[(0, -0.08), (0.25, -0.08), (0.25, 1.08), (0, 1.08)]],
)
UNEVEN = (
    [[(0.18, 0), (0, 0.03), (0.03, 1), (0.12, 1.05)]],
    [[(0.12, 0), (0.3, 0.03), (0.27, 1), (0.18, 1.05)]],
)
BAR = [[(0, -0.15), (0, 1.15)]]
PRINTED_ONE = [[(0, 0.2), (0.25, 0.04), (0.25, 1)]]


def kinds(*written):
    """What a line of (strokes, what the network reads) is."""
    shapes = [[pen(*strokes, left=130 * n)] for n, (strokes, _) in enumerate(written)]
    return signs_in(shapes, [digit for _, digit in written])


@pytest.mark.parametrize("cross", [PLUS, TIMES])
def test_a_cross_is_one_and_digits_are_not(cross):
    assert is_cross(pen(*cross))
    assert kinds((cross, 4)) == ["sign"]
    assert not any(
        is_cross(pen(*strokes)) for strokes in (SEVEN, ZERO, SLASH, ONE, ROUND[0], TIMES[:1])
    )


def test_a_slash_leans_more_than_its_neighbours():
    zero, slash, one = (ZERO, 0), (SLASH, 1), (ONE, 1)
    assert kinds(zero, slash, zero) == ["", "slash?", ""]
    assert kinds(zero, one, zero) == kinds(one, zero, one) == kinds(one, one, one) == [""] * 3
    back = [[(1 - x, y) for x, y in SLASH[0]]], 1
    assert kinds(slash) == kinds(back) == ["slash?"] and kinds(one) == [""]
    assert kinds(zero, back, zero) == ["", "slash?", ""]
    steep, steep_back = [[(0.37, 0), (0, 1)]], [[(0, 0), (0.37, 1)]]
    assert kinds((steep, 1)) == [""] and kinds((steep_back, 1)) == ["slash?"]
    assert kinds(zero, (steep, 1), zero) == ["", "slash?", ""]
    long = [[(x, 1.3 * y - 0.15) for x, y in SLASH[0]]]
    assert kinds(zero, (long, 1), zero) == ["", "slash", ""]


def test_a_longer_or_finer_bar_may_be_no_1():
    fine = Shape.of(*np.nonzero(np.pad(np.ones((30, 2), bool), 20)))
    thick = pen(*ZERO, brush=20)
    assert kinds((ZERO, 0), (BAR, 1)) == ["", "bar?"]
    assert kinds((ZERO, 0), ([[(0.25, -0.15), (0, 1.15)]], 1)) == ["", ""]  # it leans
    assert signs_in([[thick], [fine]], [0, 1]) == ["", "bar?"]
    assert signs_in([[fine], [fine]], [1, 1]) == ["", ""]


def test_a_dot_is_no_0_and_a_zero_no_dot():
    dot, bold = [[(0.5, 0.5)]], pen(*ZERO, brush=25)
    assert kinds((dot, 0)) == ["dot?"] and kinds((dot, 0), (dot, 0)) == ["dot?"] * 2
    assert signs_in([[bold]], [0]) == [""]


def test_where_all_digits_lean_so_may_a_1():
    leaning = [[(x - 0.4 * y + 0.4, y) for x, y in ZERO[0]]]
    assert kinds((leaning, 0), (SLASH, 1), (leaning, 0)) == [""] * 3
    back = [[(1 - x, y) for x, y in SLASH[0]]]
    assert kinds((leaning, 0), (back, 1), (leaning, 0)) == ["", "slash?", ""]


@pytest.mark.parametrize("pair", [ROUND, SHALLOW, SQUARE, UNEVEN, (BAR, BAR)])
def test_brackets_around_a_digit(pair):
    left, right = pair
    assert kinds((left, 1), (ZERO, 0), (right, 1)) == ["bracket", "", "bracket"]
    between = "bar?" if left == right else ""  # no place for a bracket
    assert kinds((ZERO, 0), (right, 1), (ZERO, 0)) == ["", between, ""]
    if left != right:
        assert kinds((left, 1), (ZERO, 0)) == ["bracket", ""]
        within = kinds((ZERO, 0), (left, 1), (ZERO, 0), (right, 1), (ZERO, 0))
        assert within == ["", "bracket", "", "bracket", ""]


def test_a_printed_1_with_a_flag_may_be_meant_where_a_7_is_read():
    assert kinds((PRINTED_ONE, 7)) == ["one?"]
    assert kinds((SEVEN, 7)) == kinds((PRINTED_ONE, 1)) == [""]
