"""One training, from the options to the saved weights."""

import argparse
import os
from contextlib import closing
from dataclasses import asdict
from typing import Any

import numpy as np

from model.network import Network, weights
from training import corrections
from training.calibration import calibrate, calibration_error
from training.config import TrainingConfig
from training.dataset import Dataset
from training.evaluation import evaluate
from training.flags import config_from
from training.mnist.files import MNIST, load_mnist, mnist_dir_from_environment
from training.progress import shown
from training.styles.drawing import drawn
from training.trainer import EpochResult, train

INTERRUPTED = 130  # the shell's exit code for Ctrl-C


def run(options: argparse.Namespace) -> int:
    """Train as the options say, save the weights, and return the exit code.

    Raises OSError, ValueError, DivergedError or WorseError, worded for the user; then nothing was
    saved.
    """
    config = config_from(options)
    _make_folders(options)
    kept = corrections.load(options.corrections) if options.corrections else []
    old = corrections.network_to_beat(options.output) if kept else None
    mnist = load_mnist(options.mnist_dir or mnist_dir_from_environment(), config.validation_size)
    rng, styles_rng = np.random.default_rng(config.seed).spawn(2)
    train_set, validation_sets = _sets(mnist, config, styles_rng)
    if kept:
        times = corrections.repeats(len(kept), len(train_set))
        print(f"With {len(kept):,} corrections, {times} times each.", flush=True)
        train_set = corrections.added(train_set, kept, times)
    network = Network.from_sizes(config.sizes, rng, config.activation, config.loss, config.init)
    validation_set = Dataset.concatenated(list(validation_sets.values()))
    results, interrupted = _results(network, train_set, validation_set, config, rng)
    if not results:
        print(f"Stopped before the first epoch ended; {options.output} is unchanged.")
        return INTERRUPTED
    if old:
        corrections.refuse_if_worse(network, old, validation_sets, options.output)
    if interrupted:
        print(f"Stopped after {len(results)} of {config.epochs} epochs: keeping the best of them.")
    metadata = _metadata(network, config, results, mnist, validation_sets)
    if kept:
        metadata["corrections"] = len(kept)
    weights.save(options.output, network, metadata)
    print(f"Saved: {options.output}")
    if options.plots:
        from training import plots  # matplotlib takes a second to load

        for path in plots.write_all(options.plots, network, results, mnist.test):
            print(f"Drawn: {path}")
    return INTERRUPTED if interrupted else 0


def _make_folders(options: argparse.Namespace) -> None:
    """Create the output folders; fail before the training if they are not writable."""
    for folder in filter(None, (options.output.parent, options.plots)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"{folder}: cannot create this folder ({error.strerror})") from error
        if not os.access(folder, os.W_OK):
            raise ValueError(f"{folder}: this folder is not writable")
    if options.output.is_dir():
        raise ValueError(f"--output {options.output}: is a folder; expected a file")


def _sets(
    mnist: MNIST, config: TrainingConfig, rng: np.random.Generator
) -> tuple[Dataset, dict[str, Dataset]]:
    """The training set, and the validation sets by name: MNIST's and as many drawn digits."""
    if not config.styles:
        return mnist.train, {"mnist_validation": mnist.validation}
    print(f"Drawing {config.styles:,} digits in other styles.", flush=True)
    samples = drawn(config.styles + config.validation_size, rng)
    # The outputs of a softmax sum to 1: it cannot learn that something is no digit.
    if config.loss == "cross-entropy":
        samples = samples.digits()
    drawn_train, drawn_validation = samples.split(config.validation_size)
    train_set = Dataset.concatenated([mnist.train, drawn_train])
    return train_set, {
        "mnist_validation": mnist.validation,
        "styles_validation": drawn_validation.digits(),
    }


def _results(
    network: Network,
    train_set: Dataset,
    validation_set: Dataset,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> tuple[list[EpochResult], bool]:
    """Train the network; return the results, and whether Ctrl-C stopped it early."""
    print(
        f"Training {'-'.join(map(str, network.sizes))} ({network.parameters.size:,} parameters)"
        f" on {len(train_set):,} digits; {len(validation_set):,} others choose the best epoch.",
        flush=True,
    )
    results: list[EpochResult] = []
    with closing(train(network, train_set, validation_set, config, rng)) as epochs:
        try:
            for result in shown(epochs, config.epochs):
                results.append(result)
        except KeyboardInterrupt:
            return results, True
    return results, False


def _metadata(
    network: Network,
    config: TrainingConfig,
    results: list[EpochResult],
    mnist: MNIST,
    validation_sets: dict[str, Dataset],
) -> dict[str, Any]:
    """What is needed to repeat the training and trust the network; prints the scores."""
    calibration = calibrate(network, Dataset.concatenated(list(validation_sets.values())))
    return {
        "config": asdict(config),
        "best_epoch": max(results, key=lambda result: result.validation_accuracy).epoch,
        "calibration": calibration,
        "scores": _scores(network, calibration, {**validation_sets, "mnist_test": mnist.test}),
        "mnist_sha256": mnist.checksum,
        "numpy": np.__version__,
    }


def _scores(
    network: Network, calibration: dict[str, float], sets: dict[str, Dataset]
) -> dict[str, Any]:
    """Accuracy and calibration error on each set, by name; prints them."""
    scores = {}
    for name, digits in sets.items():
        accuracy = evaluate(network, digits.X, digits.y).accuracy
        error = calibration_error(network, calibration["temperature"], digits)
        print(f"{name.replace('_', ' ')}: {accuracy:.2%} right, calibration error {error:.2%}")
        scores[name] = {"accuracy": accuracy, "calibration_error": error}
    return scores
