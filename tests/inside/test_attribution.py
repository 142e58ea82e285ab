"""Integrated gradients: they add up, on every kind of network."""

import numpy as np
import pytest

from model.inside.attribution import attribution
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
