"""Losses: worked examples, and finite values and gradients for logits of ±1000."""

import numpy as np
import pytest

from model.network.losses import BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy

LOSSES = [MeanSquaredError(), SoftmaxCrossEntropy(), BinaryCrossEntropy()]


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        # logits 0 are answers of 1/2 (sigmoid) or 1/4 (softmax over four)
        (MeanSquaredError(), 4 * 0.5 * 0.5**2),
        (BinaryCrossEntropy(), 4 * np.log(2)),
        (SoftmaxCrossEntropy(), np.log(4)),
    ],
)
def test_value_for_undecided_logits(loss, expected):
    Y = np.eye(4)[[0, 2, 3]]
    assert loss.value(np.zeros((3, 4)), Y) == pytest.approx(expected)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_mean_over_samples(loss):
    """The same sample twice has the loss of one, and shares its gradient."""
    logits, Y = np.array([[0.3, -1.2, 2.0]]), np.eye(3)[[1]]
    doubled_logits, doubled_Y = np.repeat(logits, 2, axis=0), np.repeat(Y, 2, axis=0)
    assert loss.value(doubled_logits, doubled_Y) == pytest.approx(loss.value(logits, Y))
    np.testing.assert_allclose(
        2 * loss.gradient(doubled_logits, doubled_Y)[0], loss.gradient(logits, Y)[0]
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [0, 1, 50, 1000])
@pytest.mark.parametrize("loss", LOSSES)
def test_stable_for_huge_logits(loss, size, dtype):
    logits = np.array([[size, -size, 0], [-size, size, size]], dtype)
    for label in range(3):
        Y = np.eye(3, dtype=dtype)[[label, label]]
        with np.errstate(all="raise", under="ignore"):
            value, gradient = loss.value(logits, Y), loss.gradient(logits, Y)
            activation = loss.activation(logits)
        assert np.isfinite(value) and value >= 0
        assert np.isfinite(gradient).all() and np.abs(gradient).max() <= 1
        assert gradient.dtype == activation.dtype == dtype
        assert ((activation >= 0) & (activation <= 1)).all()


def test_confidently_wrong_costs_its_logit():
    """Cross-entropies grow with the logit; computed by way of log(0) they would be infinite."""
    wrong, Y = np.array([[1000.0, -1000.0]]), np.array([[0.0, 1.0]])
    assert SoftmaxCrossEntropy().value(wrong, Y) == pytest.approx(2000)
    assert BinaryCrossEntropy().value(wrong, Y) == pytest.approx(2000)
    assert MeanSquaredError().value(wrong, Y) == pytest.approx(1)
