"""Network: its gradients against finite differences and against a network in plain Python."""

import itertools
import math

import numpy as np
import pytest

from examples.without_numpy import backward, forward, update
from model.network import Network
from model.network.layers import Dense, ReLU, Sigmoid, Tanh
from model.network.losses import (
    BinaryCrossEntropy,
    LeastSquares,
    MeanSquaredError,
    SoftmaxCrossEntropy,
)
from training.optimizer import SGD

ACTIVATIONS = [Sigmoid, Tanh, ReLU]
LOSSES = [MeanSquaredError, LeastSquares, SoftmaxCrossEntropy, BinaryCrossEntropy]


def float64_network(sizes, hidden=Sigmoid, loss=MeanSquaredError, seed=0):
    rng = np.random.default_rng(seed)
    layers = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [
            Dense(rng.normal(0, 0.7, (inputs, outputs)), rng.normal(0, 0.3, outputs)),
            hidden(),
        ]
    return Network(layers[:-1], loss())


def batch_for(sizes, seed=1, samples=7):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(samples, sizes[0])), np.eye(sizes[-1])[
        rng.integers(0, sizes[-1], samples)
    ]


def fill_gradients(network, X, T):
    activations = network.forward(X)
    network.backward(activations, network.loss.gradient(activations[-1], T))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(5, 4), (5, 6, 4), (5, 6, 3, 4)])
def test_gradients_agree_with_finite_differences(sizes, hidden, loss):
    network = float64_network(sizes, hidden, loss)
    X, T = batch_for(sizes)
    fill_gradients(network, X, T)
    found = network.gradients.copy()
    step = 1e-6
    for k in range(network.parameters.size):
        value = network.parameters[k]
        around = []
        for moved in (value + step, value - step):
            network.parameters[k] = moved
            around.append(network.loss.value(network.logits(X), T))
        network.parameters[k] = value
        assert found[k] == pytest.approx((around[0] - around[1]) / (2 * step), rel=1e-5, abs=1e-9)


def plain_copy(network):
    return [
        [[*column, bias] for column, bias in zip(dense.W.T.tolist(), dense.b.tolist(), strict=True)]
        for dense in network.dense_layers
    ]


def flattened(plain):
    """The plain network's numbers in the order of Network.parameters: W row by row, then b."""
    return np.concatenate(
        [
            np.concatenate([np.array(layer)[:, :-1].T.ravel(), np.array(layer)[:, -1]])
            for layer in plain
        ]
    )


def plain_outputs(loss, z):
    """The last layer's outputs for its logits, spelled out."""
    if loss is LeastSquares:
        return z
    if loss is SoftmaxCrossEntropy:
        return [math.exp(k) / sum(map(math.exp, z)) for k in z]
    return [1 / (1 + math.exp(-k)) for k in z]


def plain_gradients(plain, loss, x, t):
    """The outputs and gradients for one sample: the example's, with the loss at the last layer."""
    outputs = forward(plain, x)
    inputs = outputs[-2]
    logits = [sum(w * i for w, i in zip(neuron, [*inputs, 1])) for neuron in plain[-1]]
    y = plain_outputs(loss, logits)
    deltas = [a - b for a, b in zip(y, t)]
    if loss is MeanSquaredError:
        deltas = [delta * a * (1 - a) for delta, a in zip(deltas, y)]
    return y, backward(plain, outputs, deltas)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 3), (4, 6, 5, 3)])
def test_agrees_with_plain_python(sizes, loss):
    network = float64_network(sizes, loss=loss)
    plain = plain_copy(network)
    X, T = batch_for(sizes)
    samples = list(zip(X.tolist(), T.tolist(), strict=True))

    each = []
    for row, (x, t) in enumerate(samples):
        y, gradients = plain_gradients(plain, loss, x, t)
        np.testing.assert_allclose(network.predict(X)[row], y, rtol=1e-12)
        fill_gradients(network, X[[row]], T[[row]])
        np.testing.assert_allclose(network.gradients, flattened(gradients), rtol=1e-10, atol=1e-15)
        each.append(gradients)

    for gradients in each:  # one step on the mean gradient of the batch
        update(plain, gradients, learning_rate=0.5 / len(samples))
    fill_gradients(network, X, T)
    SGD(network.parameters).step(network.gradients, learning_rate=0.5)
    np.testing.assert_allclose(network.parameters, flattened(plain), rtol=1e-12)


def test_least_squares_without_hidden_layer_finds_the_regression_line():
    """Linear outputs and no hidden layer: gradient descent ends where the closed formula does."""
    network = float64_network((3, 2), loss=LeastSquares)
    rng = np.random.default_rng(5)
    X, T = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    optimizer = SGD(network.parameters, momentum=0.9)
    for _ in range(1000):
        fill_gradients(network, X, T)
        optimizer.step(network.gradients, learning_rate=0.1)
    with_ones = np.column_stack([X, np.ones(40)])
    best, *_ = np.linalg.lstsq(with_ones, T)
    np.testing.assert_allclose(network.predict(X), with_ones @ best, rtol=1e-9)


def test_is_the_formula_of_the_tutorials():
    network = Network.from_sizes((784, 100, 10), np.random.default_rng(0))
    X = np.random.default_rng(1).random((3, 784), np.float32)
    (w1, b1), (w2, b2) = [(dense.W, dense.b) for dense in network.dense_layers]

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    expected = sigmoid(sigmoid(X @ w1 + b1) @ w2 + b2)
    np.testing.assert_allclose(network.predict(X), expected, rtol=1e-5)
    assert network.predict(X).dtype == np.float32
    assert network.parameters.size == 79_510


def test_the_flat_vectors_are_the_layers():
    network = float64_network((4, 3, 2))
    X, T = batch_for((4, 3, 2))
    network.parameters[:] = 0
    assert all(not dense.W.any() and not dense.b.any() for dense in network.dense_layers)
    np.testing.assert_allclose(network.predict(X), 0.5)
    fill_gradients(network, X, T)
    first, second = network.dense_layers
    expected = np.concatenate([first.dW.ravel(), first.db, second.dW.ravel(), second.db])
    np.testing.assert_array_equal(network.gradients, expected)
    assert network.gradients.any()


def test_rows_are_independent():
    network = float64_network((4, 5, 3))
    X, _ = batch_for((4, 5, 3))
    np.testing.assert_allclose(network.predict(X)[2], network.predict(X[2:3])[0], rtol=1e-12)


def test_without_hidden_layer_it_is_logistic_regression():
    network = float64_network((4, 1), loss=BinaryCrossEntropy)
    X, _ = batch_for((4, 1))
    (dense,) = network.dense_layers
    np.testing.assert_allclose(network.predict(X), 1 / (1 + np.exp(-(X @ dense.W + dense.b))))


def test_same_seed_same_network():
    first, again, other = (
        Network.from_sizes((6, 5, 4), np.random.default_rng(seed)).parameters for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_frozen_network_cannot_be_changed():
    network = float64_network((4, 3, 2)).freeze()
    for array in (network.parameters, network.dense_layers[0].W, network.dense_layers[1].b):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network([Sigmoid()]), "at least one Dense"),
        (
            lambda: Network(
                [Dense(np.ones((2, 3)), np.ones(3)), Dense(np.ones((4, 1)), np.ones(1))]
            ),
            "3 outputs is followed by one that expects 4",
        ),
        (lambda: Network.from_sizes((784,), np.random.default_rng(0)), "two or more"),
        (lambda: Network.from_sizes((4, 0, 2), np.random.default_rng(0)), "positive"),
        (lambda: Network.from_sizes((4, 2), np.random.default_rng(0), activation="step"), "step"),
        (lambda: Network.from_sizes((4, 2), np.random.default_rng(0), loss="l1"), "l1"),
        (lambda: float64_network((4, 2)).predict(np.ones((3, 5))), r"\(3, 5\); expected \(N, 4\)"),
        (lambda: float64_network((4, 2)).predict(np.ones(4)), r"\(4,\); expected \(N, 4\)"),
    ],
)
def test_what_cannot_be_built_says_why(make, message):
    with pytest.raises(ValueError, match=message):
        make()
