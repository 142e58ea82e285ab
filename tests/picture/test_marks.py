"""Dots and dashes beside digits, by places alone; what belongs to a digit is no mark."""

import numpy as np
import pytest

from model.picture.marks import without_marks
from model.picture.segmentation import Shape

DIGIT, NEXT = (30, 10, 60, 90), (90, 10, 120, 90)  # left, top, right, bottom


def outline(left, top, right, bottom, pen=6):
    """A shape with strokes: a frame, or a full box where that is too small for one."""
    ink = np.zeros((bottom + 1, right + 1), bool)
    ink[top:bottom, left:right] = True
    ink[top + pen : bottom - pen, left + pen : right - pen] = False
    return Shape.of(*np.nonzero(ink))


def marks(*boxes):
    return without_marks([outline(*box) for box in sorted(boxes)])


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ((72, 84, 78, 90), "dot"),  # a decimal point
        ((70, 80, 78, 98), "dot"),  # a comma
        ((72, 46, 78, 52), "dot"),  # at half the height
        ((52, 94, 58, 100), "dot"),  # below the overhang of a 7
        ((6, 47, 24, 53), "dash"),  # a minus before the digit
        ((64, 44, 86, 52), "dash"),  # between digits
    ],
)
def test_a_mark_is_named_and_no_digits_shape(mark, name):
    shapes, names = marks(DIGIT, NEXT, mark)
    assert names == (name,)
    assert [shape.box for shape in shapes] == [DIGIT, NEXT]


@pytest.mark.parametrize(
    "part",
    [
        (62, 8, 84, 14),  # the bar of a 5, off to the right
        (50, 47, 68, 53),  # the bar of a 7
        (20, 47, 70, 53),  # … that reaches out on both sides
        (70, 30, 76, 90),  # a 1
        (70, 50, 76, 90),  # a small one
        (64, 92, 86, 98),  # a line below
    ],
)
def test_what_may_belong_to_a_digit_is_no_mark(part):
    shapes, names = marks(DIGIT, NEXT, part)
    assert names == ()
    assert part in [shape.box for shape in shapes]


@pytest.mark.parametrize("speck", [(72, 86, 74, 88), (72, 4, 78, 10)])  # tiny; above the digits
def test_dust_is_neither(speck):
    shapes, names = marks(DIGIT, NEXT, speck)
    assert names == () and [shape.box for shape in shapes] == [DIGIT, NEXT]


def test_marks_are_in_reading_order():
    assert marks((6, 47, 24, 53), DIGIT, (72, 84, 78, 90), NEXT)[1] == ("dash", "dot")
    assert marks(DIGIT, (72, 36, 78, 42), (72, 74, 78, 80), NEXT)[1] == ("dot", "dot")  # a colon
