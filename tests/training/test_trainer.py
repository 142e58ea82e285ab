"""Training by hand, on small made-up digits, on drawn ones, and on MNIST; distortions."""

import numpy as np
import pytest

from model.network import Network
from training.augmentation import GROUP, augmented_epochs, distort
from training.config import TrainingConfig
from training.dataset import Dataset, one_hot
from training.optimizer import SCHEDULES
from training.strokes.drawing import drawn_here
from training.trainer import DivergedError, score, train


def test_schedules_are_their_formulas():
    assert SCHEDULES["constant"](799, 800) == SCHEDULES["inverse"](0, 800) == 1
    assert SCHEDULES["inverse"](800, 800) == pytest.approx(1.4**-0.75)
    factors = np.array([SCHEDULES["cosine"](t, 1000) for t in range(1000)])
    assert factors[[0, 50, 500, 999]] == pytest.approx([0, 1, 0.5, 0], abs=0.05)


def made_up_digits(count, seed=0):
    """Ten random pictures with as much ink as digits have, one for each label, with noise."""
    pictures = np.random.default_rng(42).random((10, 784), np.float32) < 0.15
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 10, count)
    return Dataset(np.float32(0.7) * pictures[y] + 0.3 * rng.random((count, 784), np.float32), y)


TRAIN, VALIDATION = made_up_digits(230, seed=1), made_up_digits(60, seed=2)


def plain(**settings):
    """A config without distortions, which would make these random pictures unrecognizable."""
    return TrainingConfig(augment="none", strokes=0, **settings)


SMALL = plain(hidden=(20,), epochs=20, batch_size=20, learning_rate=0.1)  # few digits are enough


def run(config, train_set=TRAIN, validation_set=VALIDATION, after_update=None):
    rng = np.random.default_rng(config.seed)
    network = Network.from_sizes(config.sizes, rng, config.activation, config.loss, config.init)
    return network, list(train(network, train_set, validation_set, config, rng, after_update))


def rank(result):
    """By this the best epoch is chosen: accuracy, to a tenth of a percent, and then the loss."""
    return round(result.validation_accuracy, 3), -result.validation_loss


def test_the_best_epoch_is_kept():
    """Validation digits with wrong labels: the better the network learns, the worse it scores."""
    misleading = Dataset(VALIDATION.X, (VALIDATION.y + 1) % 11)  # nines are no digit
    network, results = run(SMALL, validation_set=misleading)
    ranks = [rank(result) for result in results]
    assert ranks[-1] < max(ranks)  # else this test shows nothing
    loss, accuracy = score(network, network.logits(misleading.X), misleading.y)
    assert (round(accuracy, 3), -loss) == pytest.approx(max(ranks))
    digits = misleading.digits()
    assert accuracy == (network.predict(digits.X).argmax(axis=1) == digits.y).mean() > 0
    bests = [rank for rank, result in zip(ranks, results) if result.is_best]
    assert bests == sorted(set(bests)) and bests[-1] == max(ranks)


@pytest.mark.parametrize("last", [3, 90])  # of 12 updates each epoch
def test_stopping_leaves_the_best_so_far(last):
    network, results = Network.from_sizes(SMALL.sizes, np.random.default_rng(0)), []
    first, _ = score(network, network.logits(VALIDATION.X), VALIDATION.y)
    numbers = iter(range(1, 999))

    def stop(rows, logits):
        if next(numbers) == last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        results.extend(train(network, TRAIN, VALIDATION, SMALL, np.random.default_rng(0), stop))
    assert len(results) == last // 12
    loss, _ = score(network, network.logits(VALIDATION.X), VALIDATION.y)
    assert loss == pytest.approx(-max(map(rank, results))[1] if results else first)


@pytest.mark.parametrize("learning_rate", [10.0, 1e37])  # after some epochs, at once
def test_divergence_is_told_with_advice(learning_rate):
    config = plain(hidden=(), loss="least-squares", epochs=30, learning_rate=learning_rate)
    with pytest.raises(DivergedError, match="try a lower learning rate than 1"):
        run(config)


def test_an_epoch_is_shuffle_forward_gradient_backward_update():
    """Two epochs against the same steps by hand: a new order each, and batches of 100, 100, 30."""
    config = plain(hidden=(8,), epochs=2, learning_rate=0.1, weight_decay=0.1, schedule="inverse")
    updates = []
    network, results = run(config, after_update=lambda *update: updates.append(update))
    assert len(updates) == 6
    rng = np.random.default_rng(config.seed)
    by_hand = Network.from_sizes(config.sizes, rng)
    velocity = 0
    for epoch in (0, 1):
        order = rng.permutation(len(TRAIN))
        for n, batch in enumerate((order[:100], order[100:200], order[200:]), start=3 * epoch):
            activations = by_hand.forward(TRAIN.X[batch])
            rows, logits = updates[n]
            np.testing.assert_array_equal(rows, batch)
            np.testing.assert_allclose(logits, activations[-1], atol=1e-5)
            dlogits = by_hand.loss.gradient(activations[-1], one_hot(TRAIN.y[batch]))
            by_hand.backward(activations, dlogits)
            pull = by_hand.gradients + 0.1 * by_hand.parameters
            velocity = 0.9 * velocity - 0.1 * SCHEDULES["inverse"](n, 6) * pull
            by_hand.parameters += velocity
        rows, logits = zip(*updates[3 * epoch : 3 * epoch + 3])
        expected = score(by_hand, np.concatenate(logits), TRAIN.y[np.concatenate(rows)])
        found = results[epoch].train_loss, results[epoch].train_accuracy
        assert found == pytest.approx(expected)  # every digit counts, even in the last small batch
    np.testing.assert_allclose(network.parameters, by_hand.parameters, atol=1e-6)


def test_the_same_weights_as_when_they_were_pinned():
    """Whatever changes a training's result changes the shipped file: then train that anew."""
    samples = drawn_here(1040, np.random.default_rng(0)).prepared("moments")
    network, _ = run(TrainingConfig(hidden=(20,), epochs=2), samples, samples)
    directions = np.random.default_rng(1).normal(size=(4, network.parameters.size))
    expected = [-11.65062, -3.73905, -0.83207, 36.30293]
    assert directions @ network.parameters == pytest.approx(expected, abs=1e-4)


def test_an_epoch_on_mnist(mnist):
    config = plain(epochs=1, batch_size=50, weight_decay=0.0)
    _, (result,) = run(config, mnist.train, mnist.validation)
    assert result.validation_accuracy > 0.95


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
    np.testing.assert_allclose(distort(X, np.random.default_rng(0), strength=0), X, atol=2e-3)


def test_every_epoch_has_its_own_digits_and_order_and_the_distortions_fade():
    X, rng = np.random.default_rng(0).random((40, 784), np.float32), np.random.default_rng(0)
    epochs = augmented_epochs(X, "distort", 4, np.random.default_rng(0))
    for (epoch, order), strength in zip(epochs, (1, 0.75, 0.5, 0.25), strict=True):
        np.testing.assert_array_equal(order, rng.permutation(40))
        np.testing.assert_array_equal(epoch, distort(X[order], rng, strength))
