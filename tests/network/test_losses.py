"""Losses: worked examples, and finite values and gradients for logits of ±1000."""

import numpy as np
import pytest

from model.network.losses import LOSSES


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        # logits 0 are answers of 1/2 (sigmoid) or 1/4 (softmax over four)
        ("mse", 4 * 0.5 * 0.5**2),
        ("least-squares", 0.5 * 1**2),  # logits are the answers: three are right, one 1 too small
        ("binary-cross-entropy", 4 * np.log(2)),
        ("cross-entropy", np.log(4)),
    ],
)
def test_value_for_undecided_logits(loss, expected):
    T = np.eye(4)[[0, 2, 3]]
    assert LOSSES[loss]().value(np.zeros((3, 4)), T) == pytest.approx(expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [0, 1, 50, 1000])
@pytest.mark.parametrize("name", LOSSES)
def test_stable_for_huge_logits(name, size, dtype):
    loss = LOSSES[name]()
    logits = np.array([[size, -size, 0], [-size, size, size]], dtype)
    for label in range(3):
        T = np.eye(3, dtype=dtype)[[label, label]]
        with np.errstate(all="raise", under="ignore"):
            value, gradient = loss.value(logits, T), loss.gradient(logits, T)
            activation = loss.activation(logits)
        assert np.isfinite(value) and value >= 0
        # A linear output that is far off pulls in proportion; all others pull by 1 at most.
        steepest = size + 1 if name == "least-squares" else 1
        assert np.isfinite(gradient).all() and np.abs(gradient).max() <= steepest
        assert gradient.dtype == activation.dtype == dtype
        if name != "least-squares":
            assert ((activation >= 0) & (activation <= 1)).all()


def test_confidently_wrong_costs_its_logit():
    """Cross-entropies grow with the logit; computed by way of log(0) they would be infinite."""
    wrong, T = np.array([[1000.0, -1000.0]]), np.array([[0.0, 1.0]])
    values = {name: loss().value(wrong, T) for name, loss in LOSSES.items()}
    assert values["cross-entropy"] == values["binary-cross-entropy"] == pytest.approx(2000)
    assert values["mse"] == pytest.approx(1)
    assert values["least-squares"] == pytest.approx((1000**2 + 1001**2) / 2)
