"""Network: its gradients against finite differences, and the vectors that hold its parameters."""

from itertools import pairwise

import numpy as np
import pytest

from model.network import Network
from model.network.layers import ACTIVATIONS, Dense, Sigmoid
from model.network.losses import LOSSES, LeastSquares, MeanSquaredError
from training.optimizer import SGD


def float64_network(sizes, activation=Sigmoid, loss=MeanSquaredError):
    rng = np.random.default_rng(0)
    layers = []
    for inputs, outputs in pairwise(sizes):
        W, b = rng.normal(0, 0.7, (inputs, outputs)), rng.normal(0, 0.3, outputs)
        layers += [Dense(W, b), activation()]
    return Network(layers[:-1], loss())


def fill_gradients(network, X, T):
    activations = network.forward(X)
    network.backward(activations, network.loss.gradient(activations[-1], T))


@pytest.mark.parametrize("loss", LOSSES.values())
@pytest.mark.parametrize("activation", ACTIVATIONS.values())
@pytest.mark.parametrize("sizes", [(5, 4), (5, 6, 4), (5, 6, 3, 4)])
def test_gradients_agree_with_finite_differences(sizes, activation, loss):
    network, rng, step = float64_network(sizes, activation, loss), np.random.default_rng(1), 1e-6
    X, T = rng.normal(size=(7, 5)), np.eye(4)[rng.integers(0, 4, 7)]
    fill_gradients(network, X, T)
    for k, value in enumerate(network.parameters.tolist()):
        around = []
        for moved in (value + step, value - step):
            network.parameters[k] = moved
            around.append(network.loss.value(network.logits(X), T))
        network.parameters[k] = value
        slope = (around[0] - around[1]) / (2 * step)
        assert network.gradients[k] == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_least_squares_without_hidden_layer_finds_the_regression_line():
    """Linear outputs and no hidden layer: gradient descent ends where the closed formula does."""
    network, rng = float64_network((3, 2), loss=LeastSquares), np.random.default_rng(5)
    X, T = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    optimizer = SGD(network.parameters, momentum=0.9)
    for _ in range(1000):
        fill_gradients(network, X, T)
        optimizer.step(network.gradients, learning_rate=0.1)
    with_ones = np.column_stack([X, np.ones(40)])
    best, *_ = np.linalg.lstsq(with_ones, T)
    np.testing.assert_allclose(network.predict(X), with_ones @ best, rtol=1e-9)


def test_the_flat_vectors_are_the_layers():
    network = float64_network((4, 3, 2))
    fill_gradients(network, np.ones((5, 4)), np.eye(2)[[0, 1, 1, 0, 1]])
    assert network.gradients.all()
    for vector, names in ((network.parameters, ("W", "b")), (network.gradients, ("dW", "db"))):
        arrays = [getattr(layer, name) for layer in network.dense_layers for name in names]
        np.testing.assert_array_equal(vector, np.concatenate([array.ravel() for array in arrays]))
        vector[:] = 0
        assert not any(array.any() for array in arrays)


def test_same_seed_same_network():
    first, again, other = (
        Network.from_sizes((784, 100, 10), np.random.default_rng(seed)).parameters
        for seed in (3, 3, 4)
    )
    assert first.size == 79_510
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_frozen_network_cannot_be_changed():
    network = float64_network((4, 3, 2)).freeze()
    for array in (network.parameters, network.dense_layers[0].W, network.dense_layers[1].b):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def dense(*shape):
    return Dense(np.ones(shape), np.ones(shape[1]))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda rng: Network([]), "must begin with a Dense"),
        (lambda rng: Network([Sigmoid(), dense(2, 3)]), "must begin with a Dense"),
        (lambda rng: Network([dense(2, 3), dense(4, 1)]), "3 outputs is followed by one that expe"),
        (lambda rng: Network.from_sizes((784,), rng), "two or more"),
        (lambda rng: Network.from_sizes((4, 0, 2), rng), "positive"),
        (
            lambda rng: Network.from_sizes((4, 2), rng, activation="step"),
            "'step'; .* sigmoid, tanh",
        ),
        (lambda rng: Network.from_sizes((4, 2), rng, loss="l1"), "'l1'; expected one of mse"),
        (lambda rng: Network.from_sizes((4, 2), rng, init="one"), "'one'; expected one of xavier"),
        (lambda rng: Network([dense(4, 2)]).predict(np.ones((3, 5))), r"\(3, 5\); .* \(N, 4\)"),
        (lambda rng: Network([dense(4, 2)]).predict(np.ones(4)), r"\(4,\); expected \(N, 4\)"),
    ],
)
def test_what_cannot_be_built_says_why(make, message):
    with pytest.raises(ValueError, match=message):
        make(np.random.default_rng(0))
