"""Cuts: where two digits may touch."""

from itertools import combinations

import numpy as np

from harness.pictures import ZERO, draw
from model.picture.cutting import cuts
from model.picture.ink import ink_of
from model.picture.segmentation import SPECK, Shape, shapes_of_digit


def whole(ink):
    """All of the ink as one shape, and its cuts."""
    return cuts(ink, [Shape.of(*np.nonzero(ink))])


def test_a_leaning_gap_is_followed():
    """Two slanted strokes whose columns overlap, joined by a bar: no upright line parts them."""
    ink = np.zeros((60, 50), np.uint8)
    for row in range(60):
        for left in (30 - row // 2, 45 - row // 2):
            ink[row, left : left + 5] = 255
    ink[28:32, 16:31] = 255
    best = max(whole(ink), key=lambda cut: cut.fit)
    assert best.left.box.height == best.right.box.height == 60
    assert abs(len(best.left.rows) - len(best.right.rows)) < 60


def test_cuts_differ_by_more_than_dust():
    """Else one place would count several times. A dot and a thin stroke cannot be cut."""
    assert whole(np.full((1, 1), 255, np.uint8)) == whole(np.full((40, 1), 255, np.uint8)) == []
    ink = ink_of(draw(ZERO))
    shapes = shapes_of_digit(ink)
    lefts = [{*zip(cut.left.rows, cut.left.columns)} for cut in cuts(ink, shapes)]
    assert len(lefts) > 1
    for one, other in combinations(lefts, 2):
        assert len(one ^ other) >= SPECK * len(shapes[0].rows)
