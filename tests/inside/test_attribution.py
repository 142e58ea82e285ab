"""Integrated gradients add up, and the smallest patch is that of all tried, on every network."""

import numpy as np
import pytest

from model.inside.attribution import attribution
from model.inside.occlusion import SIDES, smallest_patch
from model.network.network import backward


def signs_of(digit, other):
    return np.eye(10, dtype=np.float32)[digit] - np.eye(10, dtype=np.float32)[other]


def test_it_adds_up(network, x, digits):
    """Completeness: to 1% of the difference, or to 0.001 if that is tiny."""
    pairs = [(x, pair) for pair in [(7, 2), (2, 7), (0, 9), (4, 5)]]
    pairs += [(each, np.argsort(-network.logits(each[None]))[0, :2]) for each in digits.X[::50]]
    for picture, (digit, other) in pairs:
        logits = network.logits(np.stack([picture, np.zeros_like(picture)]))
        at_x, if_empty = logits @ signs_of(digit, other)
        found = attribution(network, picture, digit, other)
        assert found.shape == (28, 28) and found.dtype == np.float32
        error = abs(found.sum(dtype=float) - (at_x - if_empty))
        assert error <= max(0.01 * abs(at_x - if_empty), 1e-3)
    assert not network.gradients.any()  # others may be looking inside it, too


@pytest.mark.parametrize(
    "network", ["shipped", "perceptron", "relu", "two layers of tanh"], indirect=True
)
def test_it_is_the_mean_gradient_on_the_way(network, x):
    """As defined: gradients at the pixels, at 3,000 pictures on the way, times the pixels."""
    points = 3_000
    alphas = (np.arange(points, dtype=np.float32) + 0.5) / points
    dlogits = np.tile(signs_of(7, 1), (points, 1))
    gradients = backward(network.layers, network.forward(alphas[:, None] * x), dlogits)
    network.gradients[:] = 0  # as it came
    expected = (x * gradients.mean(axis=0, dtype=float)).reshape(28, 28)
    found = attribution(network, x, 7, 1)
    np.testing.assert_allclose(found, expected, atol=0.01 * np.abs(expected).max())


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
    assert {None, 3, 6} <= {patch and patch.side for patch in patches}
