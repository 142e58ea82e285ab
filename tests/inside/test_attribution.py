"""Gradients at the pixels, and integrated gradients: they add up, on every kind of network."""

from itertools import pairwise

import numpy as np
import pytest

from model.inside.attribution import attribution
from model.inside.passes import first_and_rest, forward, input_gradient
from model.network import Network
from model.network.layers import Dense, ReLU, Sigmoid, Tanh
from model.picture.prepare import prepare


def signs_of(digit, other):
    return np.eye(10, dtype=np.float32)[digit] - np.eye(10, dtype=np.float32)[other]


@pytest.mark.parametrize("activation", [Sigmoid, Tanh, ReLU])
@pytest.mark.parametrize("sizes", [(5, 4), (5, 6, 4), (5, 6, 3, 4)])
def test_input_gradients_agree_with_finite_differences(sizes, activation):
    rng = np.random.default_rng(0)
    layers = []
    for inputs, outputs in pairwise(sizes):
        dense = Dense(rng.normal(0, 0.7, (inputs, outputs)), rng.normal(0, 0.3, outputs))
        layers += [dense, activation()]
    network = Network(layers[:-1])
    X, dlogits = rng.normal(size=(3, 5)), rng.normal(size=(3, 4))
    found, step = input_gradient(network, X, dlogits), 1e-6
    for place in np.ndindex(*X.shape):
        moved = np.zeros_like(X)
        moved[place] = step
        rise = network.logits(X + moved) - network.logits(X - moved)
        assert found[place] == pytest.approx((rise * dlogits).sum() / (2 * step), abs=1e-7)


def test_the_first_layer_and_the_rest_are_the_network(network, x):
    first, rest = first_and_rest(network)
    logits = forward(rest, first.forward(x[None]))[-1]
    np.testing.assert_allclose(logits, network.logits(x[None]), rtol=1e-5, atol=1e-5)


def assert_complete(network, x, digit, other):
    """Completeness: to 1% of the difference, or to 0.001 if that is tiny."""
    signs = signs_of(digit, other)
    from_empty = (network.logits(np.stack([x, np.zeros_like(x)])) @ signs).astype(float)
    difference = from_empty[0] - from_empty[1]
    found = attribution(network, x, digit, other)
    assert found.shape == (28, 28) and found.dtype == np.float32
    error = abs(found.sum(dtype=float) - difference)
    assert error <= max(0.01 * abs(difference), 1e-3)


def test_it_adds_up(network, x):
    for digit, other in [(7, 2), (2, 7), (0, 9), (4, 5)]:
        assert_complete(network, x, digit, other)


@pytest.mark.parametrize(
    "network", ["shipped", "relu", "two layers of relu", "saturated"], indirect=True
)
def test_it_adds_up_on_mnist(network, digits):
    X = digits.X[::25]
    for x, (digit, other) in zip(X, np.argsort(-network.logits(X))[:, :2].tolist()):
        assert_complete(network, x, digit, other)


@pytest.mark.parametrize(
    "network", ["shipped", "relu", "two layers of tanh", "strange"], indirect=True
)
def test_it_is_the_mean_gradient_on_the_way(network, x):
    """As defined: gradients at the pixels, at 3,000 pictures on the way, times the pixels."""
    points = 3_000
    total = np.zeros(784)
    for alpha in (np.arange(points, dtype=np.float32) + 0.5) / points:
        total += input_gradient(network, alpha * x[None], signs_of(7, 1)[None])[0]
    expected = (x * total / points).reshape(28, 28)
    found = attribution(network, x, 7, 1)
    np.testing.assert_allclose(found, expected, atol=0.01 * np.abs(expected).max())


@pytest.mark.parametrize("network", ["perceptron"], indirect=True)
def test_without_a_hidden_layer_it_is_the_difference_of_the_weights(network, x):
    W = network.dense_layers[0].W
    expected = (x * (W[:, 3] - W[:, 8])).reshape(28, 28)
    np.testing.assert_allclose(attribution(network, x, 3, 8), expected, atol=1e-6)


def test_pixels_without_ink_add_nothing(network, x):
    assert not attribution(network, x, 7, 1)[x.reshape(28, 28) == 0].any()
    assert not attribution(network, np.zeros_like(x), 7, 1).any()


def test_removing_what_speaks_for_a_digit_speaks_against_it(shipped, x):
    """The map names pixels that matter: more than as many others of the same ink."""
    found = attribution(shipped, x, 7, 1).ravel()
    inked = np.flatnonzero(x > 0.5)
    order = inked[np.argsort(found[inked])]
    without = np.tile(x, (2, 1))
    without[0, order[-15:]] = 0  # spoke for the 7
    without[1, order[:15]] = 0  # spoke for the 1
    whole, no_support, no_objection = (
        logits @ signs_of(7, 1) for logits in shipped.logits(np.stack([x, *without]))
    )
    assert no_support < whole < no_objection


def test_the_picture_is_only_read(shipped):
    x = prepare(np.eye(40, dtype=np.uint8) * 255).reshape(784)
    x.flags.writeable = False
    attribution(shipped, x, 1, 7)
