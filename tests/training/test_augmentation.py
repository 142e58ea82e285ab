"""Distortions: they change digits a little, at random, and nothing else."""

import threading

import numpy as np
import pytest

from training.augmentation import AUGMENTATIONS, GROUP, augmented_epochs, distort


def bars(count):
    """Upright bars, 4 pixels wide and 18 high, in the middle."""
    X = np.zeros((count, 28, 28), np.float32)
    X[:, 5:23, 12:16] = 1
    return X.reshape(count, 784)


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
    X = bars(40)
    np.testing.assert_allclose(distort(X, np.random.default_rng(0), strength=0), X, atol=1e-3)
    assert AUGMENTATIONS["none"](X, np.random.default_rng(0), 1.0) is X


def test_every_way_to_distort_shows():
    """Over many samples the bar turns and slants, and moves."""
    images = distort(bars(3200), np.random.default_rng(0)).reshape(-1, 28, 28)
    ink = images.sum(axis=(1, 2))
    y, x = np.mgrid[:28, :28] - 13.5
    middle_x, middle_y = (images * x).sum((1, 2)) / ink, (images * y).sum((1, 2)) / ink
    from_middle = (x - middle_x[:, None, None]) * (y - middle_y[:, None, None])
    lean = (images * from_middle).sum((1, 2)) / ink
    assert middle_x.std() > 0.6 and middle_y.std() > 0.8  # moved; less by bends alone
    assert lean.min() < -2 and lean.max() > 2  # turned or slanted both ways
    assert abs(middle_x.mean()) < 0.2 and abs(lean.mean()) < 1.2  # with no preference
    assert np.abs(images[0] - images[1]).max() > 0.1  # neighbours belong to different groups


@pytest.mark.parametrize(
    ("augment", "strengths"), [("distort", (1, 0.75, 0.5, 0.25)), ("none", (1,))]
)
def test_every_epoch_has_its_own_digits_and_order_and_the_distortions_fade(augment, strengths):
    X, rng = np.random.default_rng(0).random((40, 784), np.float32), np.random.default_rng(0)
    epochs = augmented_epochs(X, augment, len(strengths), np.random.default_rng(0))
    for (epoch, order), strength in zip(epochs, strengths, strict=True):
        np.testing.assert_array_equal(order, rng.permutation(40))
        np.testing.assert_array_equal(epoch, AUGMENTATIONS[augment](X[order], rng, strength))


def test_digits_that_nobody_waits_for_are_not_made():
    """Whoever stops after an epoch stops the second thread too."""
    before = threading.active_count()
    epochs = augmented_epochs(bars(40), "distort", 1000, np.random.default_rng(0))
    next(epochs)
    epochs.close()
    assert threading.active_count() == before
