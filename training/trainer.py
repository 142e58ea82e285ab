"""Training: many small steps downhill, and the best place on the way is kept."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from model.network import Network
from training.augmentation import AUGMENTATIONS
from training.config import TrainingConfig
from training.dataset import NO_DIGIT, Dataset
from training.optimizer import SCHEDULES, SGD


class DivergedError(ArithmeticError):
    """The loss is no longer a number."""


@dataclass(frozen=True)
class EpochResult:
    """What one pass over the training set achieved."""

    epoch: int  # from 1
    train_loss: float  # mean over the epoch, while the weights were changing
    train_accuracy: float  # likewise
    validation_loss: float  # after the epoch
    validation_accuracy: float  # likewise
    is_best: bool  # no epoch before had a better validation accuracy


def train(
    network: Network,
    train_set: Dataset,
    validation_set: Dataset,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> Iterator[EpochResult]:
    """Trains the network in place, one epoch for each result taken.

    When the iteration ends, in whatever way, the network holds the weights of the epoch with the
    best validation accuracy (or those it came with, if no epoch was finished).

    Raises DivergedError, with advice, if the loss stops being a finite number.
    """
    optimizer = SGD(network.parameters, config.momentum, config.weight_decay)
    inputs = _augmented(train_set.X, config, rng.spawn(1)[0])
    best_accuracy, best_parameters = -1.0, network.parameters.copy()
    try:
        for epoch in range(1, config.epochs + 1):
            with np.errstate(over="ignore", invalid="ignore"):  # told below, in words
                train_loss, train_accuracy = _train_epoch(
                    network, Dataset(next(inputs), train_set.y), optimizer, config, epoch, rng
                )
            if not (math.isfinite(train_loss) and np.isfinite(network.parameters).all()):
                raise DivergedError(
                    f"the loss became {train_loss} in epoch {epoch}; try a lower learning rate than"
                    f" {config.learning_rate:g}"
                )
            validation_loss, validation_accuracy = _loss_and_accuracy(
                network, network.logits(validation_set.X), validation_set.y
            )
            is_best = validation_accuracy > best_accuracy
            if is_best:
                best_accuracy, best_parameters = validation_accuracy, network.parameters.copy()
            yield EpochResult(
                epoch, train_loss, train_accuracy, validation_loss, validation_accuracy, is_best
            )
    finally:
        network.parameters[:] = best_parameters


def one_hot(y: np.ndarray) -> np.ndarray:
    """Y (N, 10) float32 for labels y (N,): 1 in the label's column, 0 elsewhere.

    NO_DIGIT has no column, so no 1 at all: ten sigmoids can all say no.
    """
    return np.eye(NO_DIGIT + 1, 10, dtype=np.float32)[y]


def _augmented(
    X: np.ndarray, config: TrainingConfig, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """X (N, 784) anew for every epoch; a second thread makes the next while one is used.

    The distortions fade to a quarter of their strength: first what does not matter is learned,
    then the fine differences that strong distortions blur.
    """
    augment = AUGMENTATIONS[config.augment]
    strengths = np.linspace(1, 0.25, config.epochs).tolist()
    with ThreadPoolExecutor(max_workers=1) as second_thread:
        upcoming = second_thread.submit(augment, X, rng, strengths[0])
        for strength in strengths[1:]:
            current = upcoming.result()
            upcoming = second_thread.submit(augment, X, rng, strength)
            yield current
        yield upcoming.result()


def _train_epoch(
    network: Network,
    train_set: Dataset,
    optimizer: SGD,
    config: TrainingConfig,
    epoch: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """One pass over the shuffled training set: its loss and accuracy, as they were on the way."""
    Y = one_hot(train_set.y)
    logits = np.empty_like(Y)
    order = rng.permutation(len(Y))
    batches = np.split(order, range(config.batch_size, len(order), config.batch_size))
    schedule = SCHEDULES[config.schedule]
    for update, batch in enumerate(batches, start=(epoch - 1) * len(batches)):
        logits[batch] = network.learn_from(train_set.X[batch], Y[batch])
        factor = schedule(update, config.epochs * len(batches))
        optimizer.step(network.gradients, config.learning_rate * factor)
    return _loss_and_accuracy(network, logits, train_set.y)


def _loss_and_accuracy(network: Network, logits: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """The loss of logits (N, 10) for labels y (N,), and the share of digits it gets right, 0..1."""
    is_digit = y < NO_DIGIT
    accuracy = (logits.argmax(axis=1) == y)[is_digit].mean()
    return network.loss.value(logits, one_hot(y)), float(accuracy)
