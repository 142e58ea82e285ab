"""Distortions: they change digits a little, at random, and nothing else."""

import threading

import numpy as np
import pytest

from training.augmentation import GROUP, augmented_epochs, distort


@pytest.mark.parametrize("count", [1, GROUP + 2])
def test_the_same_rng_gives_the_same_digits_in_the_same_range(count):
    X = np.random.default_rng(0).random((count, 784), np.float32)
    before = X.copy()
    first, again, other = (distort(X, np.random.default_rng(seed), 2) for seed in (1, 1, 2))
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert first.shape == X.shape and first.dtype == np.float32
    assert first.min() >= -1e-6 and first.max() <= 1 + 1e-6


def test_no_strength_no_change():
    X = np.zeros((40, 28, 28), np.float32)
    X[:, 5:23, 12:16] = 1  # bars, away from the border
    X = X.reshape(40, 784)
    np.testing.assert_allclose(distort(X, np.random.default_rng(0), strength=0), X, atol=1e-3)


def test_every_epoch_has_its_own_digits_and_order_and_the_distortions_fade():
    X, rng = np.random.default_rng(0).random((40, 784), np.float32), np.random.default_rng(0)
    epochs = augmented_epochs(X, "distort", 4, np.random.default_rng(0))
    for (epoch, order), strength in zip(epochs, (1, 0.75, 0.5, 0.25), strict=True):
        np.testing.assert_array_equal(order, rng.permutation(40))
        np.testing.assert_array_equal(epoch, distort(X[order], rng, strength))


def test_digits_that_nobody_waits_for_are_not_made():
    """Whoever stops after an epoch stops the second thread too."""
    before = threading.active_count()
    X = np.zeros((40, 784), np.float32)
    epochs = augmented_epochs(X, "distort", 1000, np.random.default_rng(0))
    next(epochs)
    epochs.close()
    assert threading.active_count() == before
