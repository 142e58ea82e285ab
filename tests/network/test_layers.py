"""Layers: initialisation, and stability where a naive formula overflows."""

import numpy as np
import pytest

from model.network.layers import ACTIVATIONS, Dense, sigmoid, softmax


@pytest.mark.parametrize(
    ("init", "spread", "largest"),
    [("xavier", np.sqrt(2 / 500), np.sqrt(6 / 500)), ("small-normal", 0.01, 0.06)],
)
def test_initial_weights_have_the_spread_of_their_rule(init, spread, largest):
    dense = Dense.initialized(300, 200, np.random.default_rng(0), init)
    assert dense.W.std() == pytest.approx(spread, rel=0.02)
    assert abs(dense.W.mean()) < 0.02 * spread
    assert np.abs(dense.W).max() <= largest
    assert not dense.b.any()
    assert dense.W.dtype == dense.b.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_are_stable_and_keep_the_dtype(dtype):
    z = np.array([[-1000, -30, -1, 0, 1, 30, 1000]], dtype)
    with np.errstate(all="raise", under="ignore"):
        for activation in ACTIVATIONS.values():
            Y = activation().forward(z)
            dX = activation().backward(z, Y, np.ones_like(z))
            assert Y.dtype == dX.dtype == dtype
            assert np.isfinite(Y).all() and np.isfinite(dX).all()
        np.testing.assert_allclose(sigmoid(z)[0, [0, 3, 6]], [0, 0.5, 1])
        np.testing.assert_allclose(sigmoid(z)[0, 2], 1 / (1 + np.e), rtol=1e-6)
        np.testing.assert_allclose(softmax(z).sum(), 1, rtol=1e-6)
        np.testing.assert_allclose(softmax(np.array([[1000, 1000, -1000]], dtype)), [[0.5, 0.5, 0]])
