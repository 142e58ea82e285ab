"""Shapes → digits: what belongs together by places and sizes alone."""

from itertools import chain

import numpy as np
import pytest

from model.picture.segmentation import Shape, digits_of


def grouped(*boxes):
    """The digits that boxes (left, top, right, bottom) make, each as the boxes of its shapes."""
    shapes = []
    for left, top, right, bottom in sorted(boxes):
        rows, columns = np.mgrid[top:bottom, left:right].reshape(2, -1)
        shapes.append(Shape.of(rows, columns))
    return [sorted(shape.box for shape in digit) for digit in digits_of(shapes)]


FIVE, BAR, THREE, DASH = (10, 10, 40, 60), (44, 8, 62, 16), (80, 10, 110, 60), (66, 30, 76, 36)


@pytest.mark.parametrize(
    "digits",
    [
        [[(10, 10, 20, 60)], [(40, 34, 60, 60)]],  # the second about half as tall, at the foot
        [[(10, 34, 30, 60)], [(40, 10, 60, 60)], [(70, 10, 90, 36)]],  # at the foot, at the top
        [[(10, 10, 30, 60)], [(24, 20, 44, 70)]],  # slanted: a third of their columns are shared
        [[FIVE, BAR], [THREE]],  # a fragment belongs to the nearest digit
        [[FIVE], [DASH, THREE]],
    ],
)
def test_shapes_beside_each_other_are_digits(digits):
    assert grouped(*chain(*digits)) == digits


@pytest.mark.parametrize(
    "one",
    [
        [(10, 10, 50, 60), (42, 8, 70, 16)],  # a 5 and the bar above it, off to the right
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
