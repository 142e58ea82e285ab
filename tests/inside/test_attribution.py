"""Integrated gradients: they add up, on every kind of network."""

import numpy as np
import pytest

from model.inside.attribution import attribution
from model.network.network import backward


def signs_of(digit, other):
    return np.eye(10, dtype=np.float32)[digit] - np.eye(10, dtype=np.float32)[other]


def assert_complete(network, x, digit, other):
    """Completeness: to 1% of the difference, or to 0.001 if that is tiny."""
    at_x, if_empty = network.logits(np.stack([x, np.zeros_like(x)])) @ signs_of(digit, other)
    found = attribution(network, x, digit, other)
    assert found.shape == (28, 28) and found.dtype == np.float32
    error = abs(found.sum(dtype=float) - (at_x - if_empty))
    assert error <= max(0.01 * abs(at_x - if_empty), 1e-3)


def test_it_adds_up(network, x):
    for digit, other in [(7, 2), (2, 7), (0, 9), (4, 5)]:
        assert_complete(network, x, digit, other)
    assert not network.gradients.any()  # others may be looking inside it, too


@pytest.mark.parametrize(
    "network", ["shipped", "relu", "two layers of relu", "saturated"], indirect=True
)
def test_it_adds_up_on_mnist(network, digits):
    X = digits.X[::25]
    for x, (digit, other) in zip(X, np.argsort(-network.logits(X))[:, :2].tolist()):
        assert_complete(network, x, digit, other)


@pytest.mark.parametrize("network", ["shipped", "relu", "two layers of tanh"], indirect=True)
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


@pytest.mark.parametrize("network", ["perceptron"], indirect=True)
def test_without_a_hidden_layer_it_is_the_difference_of_the_weights(network, x):
    W = network.dense_layers[0].W
    expected = (x * (W[:, 3] - W[:, 8])).reshape(28, 28)
    np.testing.assert_allclose(attribution(network, x, 3, 8), expected, atol=1e-6)


def test_removing_what_speaks_for_a_digit_speaks_against_it(shipped, x):
    """The map names pixels that matter, and none without ink."""
    found = attribution(shipped, x, 7, 1).ravel()
    assert not found[x == 0].any()
    inked = np.flatnonzero(x > 0.5)
    order = inked[np.argsort(found[inked])]
    pictures = np.tile(x, (3, 1))
    pictures[1, order[-15:]] = 0  # spoke for the 7
    pictures[2, order[:15]] = 0  # spoke for the 1
    whole, no_support, no_objection = shipped.logits(pictures) @ signs_of(7, 1)
    assert no_support < whole < no_objection
