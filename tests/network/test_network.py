"""Network: its gradients against finite differences, and what no network can be built from."""

from itertools import pairwise

import numpy as np
import pytest

from model.network import Network
from model.network.layers import ACTIVATIONS, Dense, Sigmoid
from model.network.losses import LOSSES, MeanSquaredError


def float64_network(sizes, activation=Sigmoid, loss=MeanSquaredError):
    rng = np.random.default_rng(0)
    layers = []
    for inputs, outputs in pairwise(sizes):
        W, b = rng.normal(0, 0.7, (inputs, outputs)), rng.normal(0, 0.3, outputs)
        layers += [Dense(W, b), activation()]
    return Network(layers[:-1], loss())


@pytest.mark.parametrize("loss", LOSSES.values())
@pytest.mark.parametrize("activation", ACTIVATIONS.values())
@pytest.mark.parametrize("sizes", [(5, 4), (5, 6, 4), (5, 6, 3, 4)])
def test_gradients_agree_with_finite_differences(sizes, activation, loss):
    network, rng, step = float64_network(sizes, activation, loss), np.random.default_rng(1), 1e-6
    X, T = rng.normal(size=(7, 5)), np.eye(4)[rng.integers(0, 4, 7)]
    activations = network.forward(X)
    for _ in range(2):  # the second time fills them anew
        network.backward(activations, network.loss.gradient(activations[-1], T))
    for k, value in enumerate(network.parameters.tolist()):
        around = []
        for moved in (value + step, value - step):
            network.parameters[k] = moved
            around.append(network.loss.value(network.logits(X), T))
        network.parameters[k] = value
        slope = (around[0] - around[1]) / (2 * step)
        assert network.gradients[k] == pytest.approx(slope, rel=1e-5, abs=1e-9)


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
        (lambda rng: Dense(np.ones((2, 3)), np.ones(2)), r"expected \(inputs, outputs\)"),
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
