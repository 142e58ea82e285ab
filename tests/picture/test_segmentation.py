"""Ink → shapes → digits: what belongs together by places and sizes alone."""

import numpy as np
import pytest

from model.picture.segmentation import (
    Shape,
    box_around,
    cut_out,
    digits_of,
    is_too_wide,
    lines_of,
    parts_of_number,
    shapes_of_digit,
    without_dust,
)


def ink_with(*boxes, side=160):
    """(side, side) uint8 ink: each box (left, top, right, bottom) filled."""
    ink = np.zeros((side, side), np.uint8)
    for left, top, right, bottom in boxes:
        ink[top:bottom, left:right] = 255
    return ink


def shapes(*boxes):
    """One shape for each box, left to right."""
    found = []
    for left, top, right, bottom in sorted(boxes):
        rows, columns = np.mgrid[top:bottom, left:right].reshape(2, -1)
        found.append(Shape.of(rows, columns))
    return found


def grouped(*boxes):
    """The digits that the boxes make, each as the boxes of its shapes."""
    return [sorted(shape.box for shape in digit) for digit in digits_of(shapes(*boxes))]


def test_nothing_drawn_has_no_shapes():
    assert shapes_of_digit(np.zeros((160, 160), np.uint8)) == []
    assert shapes_of_digit(np.full((160, 160), 20, np.uint8)) == []  # too faint
    assert digits_of([]) == []


def test_shapes_without_dust_left_to_right():
    right, left, dust = (100, 20, 110, 90), (20, 30, 60, 40), (140, 140, 143, 143)
    ink = ink_with(right, left, dust)
    assert sorted(shape.box for shape in shapes_of_digit(ink)) == [left, right]
    assert [shape.box for shape in without_dust(parts_of_number(ink))] == [left, right]


def test_small_digits_are_looked_at_more_closely():
    """A gap of 4 pixels is nothing to strokes of a tall digit, and clear between small ones."""
    tall = ink_with((20, 10, 30, 150), (34, 10, 44, 150))
    ones = (20, 10, 25, 40), (29, 10, 34, 40)
    small, with_dust = ink_with(*ones), ink_with(*ones, (150, 150, 152, 152))
    assert len(shapes_of_digit(small)) == 1
    for ink, count in ((tall, 1), (small, 2), (with_dust, 2)):
        assert len(without_dust(parts_of_number(ink))) == count


@pytest.mark.parametrize(
    "digits",
    [
        [(10, 10, 20, 60), (40, 10, 50, 60)],  # 11
        [(10, 10, 20, 60), (40, 34, 60, 60)],  # the second about half as tall, at the foot
        [(10, 34, 30, 60), (40, 10, 60, 60), (70, 10, 90, 36)],  # at the foot, and at the top
        [(10, 10, 30, 60), (24, 20, 44, 70)],  # slanted: a third of their columns are shared
        [(12 * n, 10, 12 * n + 8, 60) for n in range(8)],
    ],
)
def test_shapes_beside_each_other_are_digits(digits):
    assert grouped(*digits) == [[digit] for digit in digits]


@pytest.mark.parametrize(
    "one",
    [
        [(10, 10, 50, 60)],
        [(10, 30, 50, 60), (20, 10, 48, 20)],  # a 5 and the bar above it
        [(10, 10, 50, 60), (42, 8, 70, 16)],  # … and off to the right
        [(10, 10, 50, 60), (56, 8, 80, 16)],  # … farther than its body reaches
        [(10, 10, 40, 50), (30, 10, 36, 70)],  # a 4 whose stroke stands in its angle
        [(10, 10, 40, 40), (15, 44, 45, 80)],  # an 8 whose loops part
        [(10, 10, 30, 40), (40, 50, 60, 80)],  # beside, but one above the other
        [(10, 10, 30, 40), (40, 10, 60, 40), (10, 50, 30, 80), (40, 50, 60, 80)],  # two rows
        [(12 * n, 10, 12 * n + 8, 60) for n in range(13)],  # too many
    ],
)
def test_other_shapes_are_no_number(one):
    assert grouped(*one) == []


def test_a_fragment_belongs_to_the_nearest_digit():
    five, bar, three = (10, 10, 40, 60), (44, 8, 62, 16), (80, 10, 110, 60)
    assert grouped(five, bar, three) == [[five, bar], [three]]
    dash = (66, 30, 76, 36)
    assert grouped(five, dash, three) == [[five], [dash, three]]


def test_lines_are_parted_also_where_they_climb():
    """Each is three digits wide and climbs by more than half a digit; a bar belongs to its 5."""
    upper = [(10, 40, 40, 90), (60, 28, 90, 78), (110, 14, 140, 64)]
    lower = [(10, 110, 40, 160), (60, 98, 90, 148), (110, 84, 140, 134)]
    bar = (60, 92, 85, 96)
    lines = lines_of(shapes(*upper, *lower, bar))
    assert [[box_around(digit) for digit in line] for line in lines] == [
        upper,
        [lower[0], (60, 92, 90, 148), lower[2]],
    ]


def test_too_wide_is_what_no_digit_is():
    assert not is_too_wide(shapes((10, 10, 50, 60)))
    assert not is_too_wide(shapes((10, 10, 20, 60), (50, 10, 60, 60)))
    assert is_too_wide(shapes((10, 10, 20, 60), (100, 10, 110, 60)))


def test_cut_out_leaves_the_neighbours_behind():
    """Also where their boxes overlap."""
    ink = ink_with((20, 20, 30, 100), (20, 90, 100, 100), (50, 20, 60, 60))
    corner, stroke = shapes_of_digit(ink)
    alone = cut_out(ink, [corner])
    assert alone.dtype == np.uint8 and alone.shape == (80, 80)
    assert (alone > 0).sum() == 10 * 80 + 70 * 10
    assert cut_out(ink, [stroke]).all()
    assert cut_out(ink, [corner, stroke]).sum() == ink.sum()
