"""The network and its parts: gradients against finite differences, values, stability, refusals."""

from itertools import pairwise, product

import numpy as np
import pytest

from model.network import Network
from model.network.layers import ACTIVATIONS, Dense, Sigmoid
from model.network.losses import LOSSES, MeanSquaredError

RNG = np.random.default_rng(0)


def float64_network(sizes, activation=Sigmoid, loss=MeanSquaredError):
    rng, layers = np.random.default_rng(0), []
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


@pytest.mark.parametrize(
    ("name", "undecided", "wrong"),
    [
        # Logits 0 mean 1/2 (sigmoid), 1/4 (softmax over four), or 0 (linear).
        ("mse", 4 * 0.5 * 0.5**2, 1),
        ("least-squares", 0.5 * 1**2, (1000**2 + 1001**2) / 2),
        # Cross-entropies grow with the logit; by way of log(0) they would be infinite.
        ("binary-cross-entropy", 4 * np.log(2), 2000),
        ("cross-entropy", np.log(4), 2000),
    ],
)
def test_losses_have_the_values_of_their_formulas(name, undecided, wrong):
    value = LOSSES[name]().value
    assert value(np.zeros((3, 4)), np.eye(4)[[0, 2, 3]]) == pytest.approx(undecided)
    assert value(np.array([[1000.0, -1000.0]]), np.array([[0.0, 1.0]])) == pytest.approx(wrong)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [0, 1, 50, 1000])
def test_huge_numbers_are_no_problem_and_the_dtype_stays(size, dtype):
    Z, dY = np.array([[size, -size, 0], [-size, size, size]], dtype), np.ones((2, 3), dtype)
    with np.errstate(all="raise", under="ignore"):
        for layer in (each() for each in ACTIVATIONS.values()):
            for array in (Y := layer.forward(Z), layer.backward(Z, Y, dY)):
                assert array.dtype == dtype and np.isfinite(array).all()
        for (name, loss), label in product(LOSSES.items(), range(3)):
            T = np.eye(3, dtype=dtype)[[label, label]]
            A, gradient = loss().activation(Z), loss().gradient(Z, T)
            assert 0 <= loss().value(Z, T) < np.inf
            assert A.dtype == gradient.dtype == dtype
            # A linear output that is far off pulls in proportion; all others pull by 1 at most.
            is_linear = name == "least-squares"
            assert np.abs(gradient).max() <= (size + 1 if is_linear else 1)
            assert is_linear or (A.min() >= 0 and A.max() <= 1)


@pytest.mark.parametrize(
    ("init", "spread", "largest"),
    [("xavier", np.sqrt(2 / 500), np.sqrt(6 / 500)), ("small-normal", 0.01, 0.06)],
)
def test_initial_weights_have_the_spread_of_their_rule(init, spread, largest):
    dense = Dense.initialized(300, 200, RNG, init)
    assert dense.W.std() == pytest.approx(spread, rel=0.02)
    assert abs(dense.W.mean()) < 0.02 * spread and np.abs(dense.W).max() <= largest
    assert dense.W.dtype == dense.b.dtype == np.float32 and not dense.b.any()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network([]), "must begin with a Dense"),
        (lambda: Network([Sigmoid(), *float64_network((2, 3)).layers]), "must begin with a Dense"),
        (lambda: Network.from_sizes((4, 2), RNG, "step"), "'step'; .* sigmoid, tanh"),
        (lambda: Network.from_sizes((4, 2), RNG, loss="l1"), "'l1'; expected one of mse"),
        (lambda: Network.from_sizes((4, 2), RNG, init="one"), "'one'; expected one of xavier"),
        (lambda: float64_network((4, 2)).predict(np.ones((3, 5))), r"\(3, 5\); .* \(N, 4\)"),
        (lambda: float64_network((4, 2)).predict(np.ones(4)), r"\(4,\); expected \(N, 4\)"),
    ],
)
def test_what_cannot_be_built_or_read_says_why(make, message):
    with pytest.raises(ValueError, match=message):
        make()
