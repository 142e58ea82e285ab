"""One training, from the options to the saved weights."""

import argparse
import os
from contextlib import closing

import numpy as np

from model.network import Network, weights
from training import corrections
from training.config import TrainingConfig
from training.course import fresh, metadata, prepared
from training.dataset import Dataset
from training.flags import config_from
from training.mnist.files import load_mnist, mnist_dir_from_environment
from training.progress import shown
from training.styles.instead import drawn_instead, without_mnist
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
    if options.drawn:
        print("Drawing digits to train on, instead of MNIST.", flush=True)
        config, mnist = without_mnist(config), drawn_instead()
    else:
        mnist_dir = options.mnist_dir or mnist_dir_from_environment()
        mnist = load_mnist(mnist_dir, config.validation_size)
    if config.styles:
        print(f"Drawing {config.styles:,} digits in other styles.", flush=True)
    sets, rng = prepared(mnist, config)
    train_set = sets.train
    if kept:
        times = corrections.repeats(len(kept), len(train_set))
        print(f"With {len(kept):,} corrections, {times} times each.", flush=True)
        train_set = corrections.added(train_set, kept, times)
    network = fresh(config, rng)
    results, interrupted = _results(network, train_set, sets.all_validation, config, rng)
    if not results:
        print(f"Stopped before the first epoch ended; {options.output} is unchanged.")
        return INTERRUPTED
    if old:
        corrections.refuse_if_worse(network, old, sets.validation, options.output)
    if interrupted:
        print(f"Stopped after {len(results)} of {config.epochs} epochs: keeping the best of them.")
    about = metadata(network, config, results, mnist, sets)
    _print_scores(about["scores"])
    if kept:
        about["corrections"] = len(kept)
    weights.save(options.output, network, about)
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


def _print_scores(scores: dict[str, dict[str, float]]) -> None:
    for name, score in scores.items():
        right, error = score["accuracy"], score["calibration_error"]
        print(f"{name.replace('_', ' ')}: {right:.2%} right, calibration error {error:.2%}")
