"""`python -m training`: wires the parts together, prints, saves."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Any

import numpy as np
from tqdm import tqdm

from model import weights
from model.network import Network
from training import styles
from training.arguments import config_from, parse
from training.calibration import calibrate, calibration_error
from training.config import TrainingConfig
from training.data import MNIST, Dataset, load_mnist, mnist_dir_from_environment
from training.evaluation import evaluate
from training.trainer import DivergedError, EpochResult, train

INTERRUPTED = 130  # the shell's exit code for Ctrl-C


def main(arguments: list[str] | None = None) -> int:
    """Runs the command in `arguments` (by default the program's own); returns the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    commands = {"train": _train, "evaluate": _evaluate, "styles": _styles}
    try:
        return commands[options.command](options)
    except (OSError, ValueError, DivergedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was saved.", file=sys.stderr)
        return INTERRUPTED


def _train(options: argparse.Namespace) -> int:
    config = config_from(options)
    _make_folders(options)
    mnist = _load_mnist(options, config)
    rng, styles_rng = np.random.default_rng(config.seed).spawn(2)
    train_set, validation_sets = _sets(mnist, config, styles_rng)
    validation_set = Dataset.concatenated(list(validation_sets.values()))
    network = Network.from_sizes(config.sizes, rng, config.activation, config.loss, config.init)
    print(
        f"Training {'-'.join(map(str, network.sizes))} ({network.parameters.size:,} parameters)"
        f" on {len(train_set):,} digits; {len(validation_set):,} others choose the best epoch.",
        flush=True,
    )
    results: list[EpochResult] = []
    interrupted = False
    with closing(train(network, train_set, validation_set, config, rng)) as epochs:
        try:
            for result in _shown(epochs, config.epochs):
                results.append(result)
        except KeyboardInterrupt:
            interrupted = True
    if not results:
        print(f"Stopped before the first epoch ended; {options.output} is as it was.")
        return INTERRUPTED
    if interrupted:
        print(f"Stopped after {len(results)} of {config.epochs} epochs: keeping the best of them.")
    calibration = calibrate(network, validation_set)
    metadata = {
        "config": asdict(config),
        "best_epoch": max(results, key=lambda result: result.validation_accuracy).epoch,
        "calibration": calibration,
        "scores": _scores(network, calibration, {**validation_sets, "mnist_test": mnist.test}),
        "mnist_sha256": mnist.checksum,
        "numpy": np.__version__,
    }
    weights.save(options.output, network, metadata)
    print(f"Saved: {options.output}")
    if options.plots:
        from training import plots  # matplotlib takes a second to load

        for path in plots.write_all(options.plots, network, results, mnist.test):
            print(f"Drawn: {path}")
    return INTERRUPTED if interrupted else 0


def _sets(
    mnist: MNIST, config: TrainingConfig, rng: np.random.Generator
) -> tuple[Dataset, dict[str, Dataset]]:
    """What to train on, and the sets to choose by: MNIST's digits, and as many drawn ones."""
    if not config.styles:
        return mnist.train, {"mnist_validation": mnist.validation}
    print(f"Drawing {config.styles:,} digits in other styles.", flush=True)
    drawn = styles.drawn(config.styles + config.validation_size, rng)
    if config.loss == "cross-entropy":  # a softmax must choose a digit: it cannot learn to refuse
        drawn = drawn.digits()
    drawn_train, drawn_validation = drawn.split(config.validation_size)
    train_set = Dataset.concatenated([mnist.train, drawn_train])
    return train_set, {
        "mnist_validation": mnist.validation,
        "styles_validation": drawn_validation.digits(),
    }


def _make_folders(options: argparse.Namespace) -> None:
    """Finds out before the training, not after it, that its results cannot be written."""
    for folder in filter(None, (options.output.parent, options.plots)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"{folder}: cannot be made a folder ({error.strerror})") from error
        if not os.access(folder, os.W_OK):
            raise ValueError(f"{folder}: this folder cannot be written to")
    if options.output.is_dir():
        raise ValueError(f"--output {options.output}: a folder; expected the name of a file")


def _load_mnist(options: argparse.Namespace, config: TrainingConfig) -> MNIST:
    return load_mnist(options.mnist_dir or mnist_dir_from_environment(), config.validation_size)


def _shown(epochs: Iterable[EpochResult], total: int) -> Iterator[EpochResult]:
    """Passes the results on, and shows them: as a bar on a terminal, else as one line each."""
    on_terminal = sys.stderr.isatty()
    with tqdm(total=total, unit="epoch", disable=not on_terminal) as bar:
        for result in epochs:
            line = (
                f"loss {result.train_loss:.4f}  train {result.train_accuracy:.2%}"
                f"  validation {result.validation_accuracy:.2%}"
            )
            if on_terminal:
                bar.set_postfix_str(line, refresh=False)
                bar.update()
            else:
                best = "  best so far" if result.is_best else ""
                print(f"epoch {result.epoch}/{total}  {line}{best}", flush=True)
            yield result


def _scores(
    network: Network, calibration: dict[str, float], sets: dict[str, Dataset]
) -> dict[str, Any]:
    """Accuracy and calibration error on each set, by its name; prints them."""
    scores = {}
    for name, digits in sets.items():
        accuracy = evaluate(network, digits.X, digits.y).accuracy
        error = calibration_error(network, calibration["temperature"], digits)
        print(f"{name.replace('_', ' ')}: {accuracy:.2%} right, calibration error {error:.2%}")
        scores[name] = {"accuracy": accuracy, "calibration_error": error}
    return scores


def _evaluate(options: argparse.Namespace) -> int:
    network, _ = weights.load(options.weights)
    mnist = _load_mnist(options, TrainingConfig())
    test = evaluate(network, mnist.test.X, mnist.test.y)
    right = int(test.confusion.trace())
    print(f"Test accuracy: {test.accuracy:.2%} ({right:,} of {len(mnist.test):,})\n")
    print(test.table())
    return 0


def _styles(options: argparse.Namespace) -> int:
    from training import plots

    options.plots.mkdir(parents=True, exist_ok=True)
    print(f"Drawn: {plots.write_styles(options.plots)}")
    return 0
