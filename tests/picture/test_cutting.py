"""Cuts: where two digits may touch."""

from itertools import combinations

import numpy as np
import pytest

from harness.pictures import ZERO, draw
from model.picture.cutting import SLANT, _paths, cuts
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


def test_a_path_is_unbroken_and_the_cheapest_through_its_place():
    """It costs what it says, and where it was found no way costs less."""
    mask = np.random.default_rng(0).random((60, 50)) < 0.4

    def totals(prices):
        """The price of the cheapest way from above to each pixel, one by one."""
        slow = prices.astype(float)
        for row, column in list(np.ndindex(slow.shape))[slow.shape[1] :]:
            aside = [c for c in (column - 1, column, column + 1) if 0 <= c < slow.shape[1]]
            slow[row, column] += min(slow[row - 1, c] + SLANT * abs(c - column) for c in aside)
        return slow

    paths = _paths(mask)
    assert len(paths) > 20
    through = totals(mask) + totals(mask[::-1])[::-1] - mask
    rows = np.arange(len(mask))
    for path, price in paths:
        steps = np.abs(np.diff(path))
        assert steps.max() <= 1
        assert mask[rows, path].sum() + SLANT * steps.sum() == pytest.approx(price, abs=1e-3)
        assert through[rows, path].max() == pytest.approx(price, abs=1e-3)
