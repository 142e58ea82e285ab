"""What a training is made of before the first step and after the last: for every way to start one.

`python -m training` and the page that shows a training both use it, so that the same settings give
the same file.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np

from model.network import Network
from training.calibration import calibrate, calibration_error
from training.config import TrainingConfig
from training.dataset import Dataset
from training.evaluation import evaluate
from training.mnist.files import MNIST
from training.styles.drawing import drawn
from training.trainer import EpochResult

Draw = Callable[[int, np.random.Generator], Dataset]


class Sets(NamedTuple):
    """What to train on, and by name what to validate on."""

    train: Dataset
    validation: dict[str, Dataset]

    @property
    def all_validation(self) -> Dataset:
        return Dataset.concatenated(list(self.validation.values()))


def prepared(
    mnist: MNIST, config: TrainingConfig, draw: Draw = drawn
) -> tuple[Sets, np.random.Generator]:
    """The sets for this config, and the generator for `fresh` and then for the training."""
    rng, styles_rng = np.random.default_rng(config.seed).spawn(2)
    return _sets(mnist, config, styles_rng, draw), rng


def fresh(config: TrainingConfig, rng: np.random.Generator) -> Network:
    """The network before its training."""
    return Network.from_sizes(config.sizes, rng, config.activation, config.loss, config.init)


def _sets(mnist: MNIST, config: TrainingConfig, rng: np.random.Generator, draw: Draw) -> Sets:
    """MNIST's digits, and drawn ones in both parts if the config has styles."""
    name = f"{mnist.name}_validation"
    if not config.styles:
        return Sets(mnist.train, {name: mnist.validation})
    samples = draw(config.styles + config.validation_size, rng)
    # The outputs of a softmax sum to 1: it cannot learn that something is no digit.
    if config.loss == "cross-entropy":
        samples = samples.digits()
    drawn_train, drawn_validation = samples.split(config.validation_size)
    train_set = Dataset.concatenated([mnist.train, drawn_train])
    return Sets(train_set, {name: mnist.validation, "styles_validation": drawn_validation.digits()})


def metadata(
    network: Network,
    config: TrainingConfig,
    results: Sequence[EpochResult],
    mnist: MNIST,
    sets: Sets,
) -> dict[str, Any]:
    """What is needed to repeat the training and to trust the network: for the weights file."""
    calibration = calibrate(network, sets.all_validation)
    scored = {**sets.validation, f"{mnist.name}_test": mnist.test}
    return {
        "config": asdict(config),
        "best_epoch": max(results, key=lambda result: result.validation_accuracy).epoch,
        "calibration": calibration,
        "scores": {name: _scores(network, calibration, each) for name, each in scored.items()},
        f"{mnist.name}_sha256": mnist.checksum,
        "numpy": np.__version__,
    }


def _scores(network: Network, calibration: dict[str, float], digits: Dataset) -> dict[str, float]:
    """Accuracy and calibration error on a set."""
    return {
        "accuracy": evaluate(network, digits.X, digits.y).accuracy,
        "calibration_error": calibration_error(network, calibration["temperature"], digits),
    }
