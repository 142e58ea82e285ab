"""The smallest patch, against trying all of them one by one."""

import numpy as np
import pytest

from model.inside.occlusion import SIDES, smallest_patch


def without(x, side, row, column):
    picture = x.reshape(28, 28).copy()
    picture[row : row + side, column : column + side] = 0
    return picture.ravel()


def margin(logits):
    *_, second, best = sorted(logits.tolist())
    return best - second


def all_tried(network, x):
    """The smallest side, and the largest margin of the patches of that side; or None."""
    digit = network.logits(x[None])[0].argmax()
    for side in SIDES:
        places = np.ndindex(29 - side, 29 - side)
        logits = network.logits(np.stack([without(x, side, *place) for place in places]))
        margins = [margin(z) for z in logits if z.argmax() != digit]
        if margins:
            return side, max(margins)
    return None


def test_all_patches_tried(network, digits):
    for x in [*digits.X[::125], np.zeros(784, np.float32)]:
        patch, expected = smallest_patch(network, x), all_tried(network, x)
        if patch is None:
            assert expected is None
            continue
        covered = without(x, patch.side, patch.row, patch.column)
        assert covered.sum() < x.sum()  # it takes ink away
        before, now = network.logits(np.stack([x, covered]))
        assert now.argmax() == patch.digit != before.argmax()
        assert (patch.side, margin(now)) == pytest.approx(expected, abs=1e-4)


def test_some_digits_need_a_large_patch_and_some_none(shipped, digits):
    patches = [smallest_patch(shipped, x) for x in digits.X[::10]]
    sides = {patch and patch.side for patch in patches}
    assert {None, 3, 6} <= sides
