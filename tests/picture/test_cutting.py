"""Cuts: where two digits may touch."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from harness.pictures import PICTURES, ZERO, draw
from model.picture.cutting import MOST_CUTS, SLANT, _paths, cuts
from model.picture.ink import ink_of, threshold
from model.picture.segmentation import SPECK, Shape, cut_out, shapes_of_digit


def whole(ink):
    """All of the ink as one shape, and its cuts."""
    return cuts(ink, [Shape.of(*np.nonzero(ink))])


def two_blocks() -> np.ndarray:
    """(60, 70) uint8: two blocks of 30 columns, joined by a bar of 4 rows and 10 columns."""
    ink = np.full((60, 70), 255, np.uint8)
    ink[:20, 30:40] = ink[24:, 30:40] = 0
    return ink


def test_the_thinnest_place_is_cut_first():
    first = whole(two_blocks())[0]
    left, right = first.left.box, first.right.box
    assert left.height == right.height == 60
    assert 30 <= left.right == right.left <= 40 and (left.left, right.right) == (0, 70)


def test_a_neck_fits_better_than_a_cut_through_a_block():
    fits = [cut.fit for cut in whole(two_blocks())]
    assert fits[0] == max(fits)
    alone = [cut.fit for cut in whole(np.full((60, 30), 255, np.uint8))]
    assert max(alone, default=0) < fits[0] / 100


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
    """Else one place would count several times."""
    ink = ink_of(draw(ZERO))
    shapes = shapes_of_digit(ink)
    lefts = [{*zip(cut.left.rows, cut.left.columns)} for cut in cuts(ink, shapes)]
    assert len(lefts) > 1
    for one, other in combinations(lefts, 2):
        assert len(one ^ other) >= SPECK * len(shapes[0].rows)


def test_nothing_to_cut():
    assert whole(np.full((1, 1), 255, np.uint8)) == []
    assert whole(np.full((40, 1), 255, np.uint8)) == []


@settings(max_examples=50)
@given(picture=PICTURES)
def test_the_pieces_are_the_ink(picture):
    ink = ink_of(picture)
    shapes = shapes_of_digit(ink)
    if not shapes:
        return
    alone = cut_out(ink, shapes[:1])
    found = cuts(ink, shapes[:1])
    assert len(found) <= MOST_CUTS
    for cut in found:
        assert 0 <= cut.fit < np.inf
        kept = alone[alone > threshold(alone)].sum(dtype=int)
        assert sum(ink[each.rows, each.columns].sum() for each in (cut.left, cut.right)) == kept


@given(mask=hnp.arrays(bool, st.tuples(st.integers(3, 12), st.integers(3, 12))))
def test_a_path_is_unbroken_and_the_cheapest_through_its_place(mask):
    """It costs what it says, and where it was found no way costs less."""

    def totals(prices):
        """The price of the cheapest way from above to each pixel, one by one."""
        slow = prices.astype(float)
        for row, column in list(np.ndindex(slow.shape))[slow.shape[1] :]:
            aside = [c for c in (column - 1, column, column + 1) if 0 <= c < slow.shape[1]]
            slow[row, column] += min(slow[row - 1, c] + SLANT * abs(c - column) for c in aside)
        return slow

    through = totals(mask) + totals(mask[::-1])[::-1] - mask
    rows = np.arange(len(mask))
    for path, price in _paths(mask):
        steps = np.abs(np.diff(path))
        assert steps.max() <= 1
        assert mask[rows, path].sum() + SLANT * steps.sum() == pytest.approx(price, abs=1e-3)
        assert through[rows, path].max() == pytest.approx(price, abs=1e-3)
