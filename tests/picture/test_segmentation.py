"""Ink → shapes → digits: what belongs together by places and sizes alone."""

import numpy as np
import pytest

from model.picture.segmentation import (
    Shape,
    box_around,
    digits_of,
    lines_of,
    shapes_of_digit,
)


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
