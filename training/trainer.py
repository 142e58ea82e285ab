"""The training loop: `_epoch` is gradient descent; `train` repeats it, keeps the best weights."""

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np

from model.network import Network
from model.reading import NO_DIGIT
from training.augmentation import augmented_epochs
from training.config import TrainingConfig
from training.dataset import Dataset, one_hot
from training.optimizer import SCHEDULES, SGD

# Called after each update with the batch's row numbers (n,) in the training set, and its logits
# (n, 10). It may block, or raise to stop.
AfterUpdate = Callable[[np.ndarray, np.ndarray], None]


class DivergedError(ArithmeticError):
    """The loss is no longer a finite number."""


@dataclass(frozen=True)
class EpochResult:
    """The scores of one pass over the training set."""

    epoch: int  # from 1
    epochs: int  # of the whole training
    train_loss: float  # mean over the epoch, while the weights were changing
    train_accuracy: float  # likewise
    validation_loss: float  # after the epoch
    validation_accuracy: float  # likewise
    is_best: bool  # so far


def train(
    network: Network,
    train_set: Dataset,
    validation_set: Dataset,
    config: TrainingConfig,
    rng: np.random.Generator,
    after_update: AfterUpdate | None = None,
) -> Generator[EpochResult, None, None]:
    """Train the network in place; each step of the iteration is an epoch.

    However the iteration ends, the network then has the weights of the epoch with the best
    validation accuracy, rounded to 0.1%, or among equals the lowest validation loss. They are the
    initial ones if no epoch was finished. Raises DivergedError, with advice, if the loss stops
    being a finite number.
    """
    best, best_parameters = (-1.0, 0.0), network.parameters.copy()
    try:
        passes = _epochs(network, train_set, config, rng, after_update)
        for epoch, train_logits in enumerate(passes, start=1):
            with np.errstate(over="ignore", invalid="ignore"):  # DivergedError follows
                train_loss, train_accuracy = score(network, train_logits, train_set.y)
                validation_logits = network.logits(validation_set.X)
                loss, accuracy = score(network, validation_logits, validation_set.y)
            if not (math.isfinite(train_loss + loss) and np.isfinite(network.parameters).all()):
                raise DivergedError(
                    f"the loss became {train_loss} in epoch {epoch}, and {loss} on the validation"
                    f" digits; try a lower learning rate than {config.learning_rate:g}"
                )
            # Smaller differences in accuracy are chance.
            rank = round(accuracy, 3), -loss
            is_best = rank > best
            if is_best:
                best, best_parameters = rank, network.parameters.copy()
            scores = train_loss, train_accuracy, loss, accuracy
            yield EpochResult(epoch, config.epochs, *scores, is_best)
    finally:
        network.parameters[:] = best_parameters


def _epochs(
    network: Network,
    train_set: Dataset,
    config: TrainingConfig,
    rng: np.random.Generator,
    after_update: AfterUpdate | None,
) -> Iterator[np.ndarray]:
    """Run all epochs; yield each one's logits (N, 10), from before each update, in one array."""
    T = one_hot(train_set.y)
    logits = np.empty_like(T)
    optimizer = SGD(network.parameters, config.momentum, config.weight_decay)
    updates = config.epochs * math.ceil(len(T) / config.batch_size)
    schedule = SCHEDULES[config.schedule]
    learning_rates = (config.learning_rate * schedule(t, updates) for t in range(updates))
    for X, order in augmented_epochs(train_set.X, config.augment, config.epochs, rng):
        with np.errstate(over="ignore", invalid="ignore"):  # `train` checks
            batches = _epoch(network, X, T[order], config.batch_size, optimizer, learning_rates)
            for batch, batch_logits in batches:
                logits[order[batch]] = batch_logits
                if after_update:
                    after_update(order[batch], batch_logits)
        yield logits


def _epoch(
    network: Network,
    X: np.ndarray,
    T: np.ndarray,
    batch_size: int,
    optimizer: SGD,
    learning_rates: Iterator[float],
) -> Iterator[tuple[slice, np.ndarray]]:
    """Run one epoch over shuffled X (N, 784), T (N, 10); yield each batch's slice and logits."""
    for first in range(0, len(X), batch_size):
        batch = slice(first, first + batch_size)
        activations = network.forward(X[batch])
        logits = activations[-1]
        dlogits = network.loss.gradient(logits, T[batch])
        network.backward(activations, dlogits)
        optimizer.step(network.gradients, next(learning_rates))
        yield batch, logits


def score(network: Network, logits: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """The loss of logits (N, 10) for labels y (N,), and the accuracy on digits, 0..1."""
    is_digit = y < NO_DIGIT
    accuracy = (logits.argmax(axis=1) == y)[is_digit].mean()
    return network.loss.value(logits, one_hot(y)), float(accuracy)
