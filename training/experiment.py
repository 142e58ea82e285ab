"""One training from data to file, for every way to start one: the same settings, the same file."""

import argparse
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from corrections import Correction
from model import Recognizer
from model.network import Network, weights
from training import corrections
from training.calibration import calibrate, calibration_error
from training.config import TrainingConfig
from training.dataset import Dataset
from training.evaluation import evaluate
from training.flags import config_from
from training.mnist.files import MNIST, load_mnist, mnist_dir_from_environment
from training.strokes.drawing import drawn, held_out
from training.strokes.fixed_digits import fixed_digits
from training.trainer import EpochResult, Watch, train

INTERRUPTED = 130  # the shell's exit code for Ctrl-C

Draw = Callable[[int, np.random.Generator], Dataset]


@dataclass
class Experiment:
    """A network, what it is trained, validated and tested with, and how that went so far.

    `train_set` is prepared as the config says; `mnist` and `validation_sets` are in MNIST's box.
    """

    config: TrainingConfig
    mnist: MNIST
    train_set: Dataset
    validation_sets: dict[str, Dataset]
    network: Network
    rng: np.random.Generator
    results: list[EpochResult] = field(default_factory=list)

    @cached_property
    def validation_set(self) -> Dataset:
        """All validation sets, prepared."""
        together = Dataset.concatenated(list(self.validation_sets.values()))
        return together.prepared(self.config.preparation)

    @cached_property
    def test_set(self) -> Dataset:
        """The test set, prepared."""
        return self.mnist.test.prepared(self.config.preparation)

    def train(
        self, after_epoch: Callable[[EpochResult], None], after_update: Watch | None = None
    ) -> None:
        """Train; whatever ends it, the network holds the best epoch's weights."""
        sets = self.train_set, self.validation_set
        with closing(train(self.network, *sets, self.config, self.rng, after_update)) as epochs:
            for result in epochs:
                self.results.append(result)
                after_epoch(result)

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What is needed to repeat the training and to trust the network, as it is at its end."""
        calibration = calibrate(self.network, self.validation_set)
        preparation = self.config.preparation
        scored = {
            name: digits.prepared(preparation) for name, digits in self.validation_sets.items()
        }
        scored[f"{self.mnist.name}_test"] = self.test_set
        return {
            "config": asdict(self.config),
            "preparation": preparation,
            "best_epoch": max(result.epoch for result in self.results if result.is_best),
            "calibration": calibration,
            "scores": {
                name: {
                    "accuracy": evaluate(self.network, digits.X, digits.y).accuracy,
                    "calibration_error": calibration_error(
                        self.network, calibration["temperature"], digits
                    ),
                }
                for name, digits in scored.items()
            },
            f"{self.mnist.name}_sha256": self.mnist.checksum,
            "numpy": np.__version__,
        }


def run(options: argparse.Namespace, show: Callable[[Experiment], None], draw: Draw = drawn) -> int:
    """Train as the options say, save the weights, and return the exit code.

    `show` trains the experiment; KeyboardInterrupt then ends it with what is best so far. `draw`
    draws the samples besides MNIST's.

    Raises OSError, ValueError, DivergedError or WorseError, worded for the user; then nothing was
    saved.
    """
    config = config_from(options)
    _make_folders(options)
    kept = corrections.load(options.corrections) if options.corrections else []
    old = corrections.recognizer_to_beat(options.output) if kept else None
    experiment = _prepared(config, _digits(options, config), kept, draw)
    interrupted = False
    try:
        show(experiment)
    except KeyboardInterrupt:
        interrupted = True
    done = len(experiment.results)
    if not done:
        print(f"Stopped before the first epoch ended; {options.output} is unchanged.")
        return INTERRUPTED
    if old:
        new = Recognizer(experiment.network, preparation=config.preparation)
        corrections.refuse_if_worse(new, old, experiment.validation_sets, options.output)
    if interrupted:
        print(f"Stopped after {done} of {config.epochs} epochs: keeping the best of them.")
    metadata = experiment.metadata | ({"corrections": len(kept)} if kept else {})
    for name, score in metadata["scores"].items():
        right, error = score["accuracy"], score["calibration_error"]
        print(f"{name.replace('_', ' ')}: {right:.2%} right, calibration error {error:.2%}")
    weights.save(options.output, experiment.network, metadata)
    print(f"Saved: {options.output}")
    if options.plots:
        from training import plots  # matplotlib takes a second to load

        shown = experiment.network, experiment.results, experiment.test_set
        for path in plots.write_all(options.plots, *shown):
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


def _digits(options: argparse.Namespace, config: TrainingConfig) -> MNIST:
    """MNIST, or what is drawn for where it is not."""
    if not options.drawn:
        mnist_dir = options.mnist_dir or mnist_dir_from_environment()
        return load_mnist(mnist_dir, config.validation_size)
    print("Drawing digits to train on, instead of MNIST.", flush=True)
    return fixed_digits()


def _prepared(
    config: TrainingConfig, mnist: MNIST, kept: list[Correction], draw: Draw
) -> Experiment:
    """All sets, with drawn digits in both parts if the config says so, and a fresh network."""
    config = replace(config, validation_size=len(mnist.validation))
    rng, strokes_rng = np.random.default_rng(config.seed).spawn(2)
    train_set, validation_sets = mnist.train, {f"{mnist.name}_validation": mnist.validation}
    if config.strokes:
        print(f"Drawing {config.strokes:,} samples from pen strokes.", flush=True)
        samples = draw(config.strokes, strokes_rng)
        # The outputs of a softmax sum to 1: it cannot learn that something is no digit.
        if config.loss == "cross-entropy":
            samples = samples.digits()
        train_set = Dataset.concatenated([train_set, samples])
        validation_sets["pen_validation"] = held_out(strokes_rng)
    if kept:
        times = corrections.repeats(len(kept), len(train_set))
        print(f"With {len(kept):,} corrections, {times} times each.", flush=True)
        train_set = corrections.added(train_set, kept, times)
    train_set = train_set.prepared(config.preparation)
    network = Network.from_sizes(config.sizes, rng, config.activation, config.loss, config.init)
    validated = sum(map(len, validation_sets.values()))
    print(
        f"Training {'-'.join(map(str, network.sizes))} ({network.parameters.size:,} parameters)"
        f" on {len(train_set):,} digits; {validated:,} others choose the best epoch.",
        flush=True,
    )
    return Experiment(config, mnist, train_set, validation_sets, network, rng)
