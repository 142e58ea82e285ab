"""One training from data to weights file, however it is started: same settings, same file."""

import argparse
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np

from model import Recognizer
from model.network import Network, weights
from model.usefulness import UselessError, refuse_useless
from training import card, feedback
from training.config import RECIPES, TrainingConfig
from training.data.splits import load_splits
from training.dataset import Dataset, Splits, sha256_of
from training.evaluation import calibrate, evaluate, why_worse
from training.strokes.drawing import drawn, held_out
from training.trainer import AfterUpdate, EpochResult, train

ENOUGH = 5_000  # digits to check whether a network is useless
ROOM = 5_000_000  # bytes that the disk must have: the weights, or the plots, need less
INTERRUPTED = 130  # the shell's exit code for Ctrl-C

Draw = Callable[[int, np.random.Generator], Dataset]


@dataclass
class Experiment:
    """A network, its data, and the results so far.

    `train_set` is prepared as the config says; `splits` and `validation_sets` are in MNIST's box.
    """

    config: TrainingConfig
    splits: Splits
    train_set: Dataset
    validation_sets: dict[str, Dataset]
    network: Network
    rng: np.random.Generator
    about: dict[str, Any]  # how many corrections, and the weights it continues from
    results: list[EpochResult] = field(default_factory=list)

    @cached_property
    def validation_set(self) -> Dataset:
        """The data's validation digits, prepared; held-out writers are too few to choose by."""
        return self.splits.validation.prepared(self.config.preparation)

    @property
    def test_set(self) -> Dataset:
        """The test set; or the validation set, if the data has no test set."""
        return self.splits.test if len(self.splits.test) else self.splits.validation

    @property
    def best(self) -> EpochResult:
        """The best epoch so far, whose weights the network has in the end."""
        return [result for result in self.results if result.is_best][-1]

    def train(
        self, after_epoch: Callable[[EpochResult], None], after_update: AfterUpdate | None = None
    ) -> None:
        """Train; however it ends, the network has the best epoch's weights then."""
        sets = self.train_set, self.validation_set
        with closing(train(self.network, *sets, self.config, self.rng, after_update)) as epochs:
            for result in epochs:
                self.results.append(result)
                after_epoch(result)

    def refuse_useless(self) -> None:
        """Raise UselessError, with advice, if the network has learned nothing."""
        # If few digits validate, add some that were trained on.
        more = self.train_set.sample(max(ENOUGH - len(self.validation_set), 0))
        known = Dataset.concatenated([self.validation_set, more]).digits()
        try:
            refuse_useless(self.network, known.X, known.y)
        except UselessError as error:
            raise UselessError(
                f"{error}, after epoch {len(self.results)}: nothing is saved. Try a lower learning"
                f" rate than {self.config.learning_rate:g}, or more epochs"
            ) from None

    @cached_property
    def recognizer(self) -> Recognizer:
        """The network, calibrated on all validation digits, after the training's end."""
        preparation = self.config.preparation
        digits = Dataset.concatenated(list(self.validation_sets.values())).prepared(preparation)
        return Recognizer(self.network, *calibrate(self.network, digits), preparation)

    def metadata(self) -> dict[str, Any]:
        """All that is needed to repeat the training and to trust the network, after its end."""
        sets = self.validation_sets.copy()
        if len(self.splits.test):
            sets[f"{self.splits.name}_test"] = self.splits.test
        found = {name: evaluate(self.recognizer, digits) for name, digits in sets.items()}
        return {
            "config": asdict(self.config),
            "preparation": self.config.preparation,
            "best_epoch": self.best.epoch,
            "calibration": {
                "temperature": self.recognizer.temperature,
                "certain_above": self.recognizer.certain_above,
            },
            "scores": {
                name: {"accuracy": each.accuracy, "calibration_error": each.calibration_error}
                for name, each in found.items()
            },
            f"{self.splits.name}_sha256": self.splits.checksum,
            "numpy": np.__version__,
        } | self.about


def run(
    options: argparse.Namespace, show: Callable[[Experiment], None], draw: Draw = drawn
) -> tuple[int, Experiment]:
    """Train as the options say, save the weights; return the exit code and the experiment.

    `show` trains the experiment; after a KeyboardInterrupt in it, the best epoch so far is saved,
    if there is one. `draw` makes samples from pen strokes. A network worse than that in the output
    file is saved beside it, with exit code 1. Before anything is saved, it may raise OSError,
    ValueError or DivergedError, worded for the user.
    """
    config = RECIPES[options.recipe].with_values(vars(options))
    _make_folders(options)
    is_new = options.overwrite or not options.output.exists()
    try:  # before the training
        old = None if is_new else Recognizer.load(options.output)
    except ValueError as error:
        raise ValueError(f"{error}. Or replace it with --overwrite") from None
    experiment = _set_up(options, config, draw)
    with suppress(KeyboardInterrupt):
        show(experiment)
    done = len(experiment.results)
    if not done:
        raise KeyboardInterrupt
    experiment.refuse_useless()
    if done < config.epochs:
        print(f"Stopped after {done} of {config.epochs} epochs: keeping the best of them.")
    code = _save(experiment, old, options)
    return (code if done == config.epochs else INTERRUPTED), experiment


def _save(experiment: Experiment, old: Recognizer | None, options: argparse.Namespace) -> int:
    """Save the network, print scores, draw plots; return the exit code: 1 if it is worse."""
    new, output = experiment.recognizer, options.output
    worse = why_worse(new, old, experiment.validation_sets) if old else ""
    if worse:
        output = output.with_name(f"{output.stem}-worse{output.suffix}")
    best, metadata = experiment.best, experiment.metadata()
    print(f"Best on validation, epoch {best.epoch}: {best.validation_accuracy:.2%} right")
    for name, score in metadata["scores"].items():
        right, error = score["accuracy"], score["calibration_error"]
        print(f"{name.replace('_', ' ')}: {right:.2%} right, calibration error {error:.2%}")
    weights.save(output, experiment.network, metadata)
    print(f"Saved: {output}")
    print(f"Model card: {card.write(output)}")
    if options.plots:
        from training import plots  # here, since matplotlib takes a second to load

        for path in plots.write_all(options.plots, new, experiment.results, experiment.test_set):
            print(f"Drawn: {path}")
    if worse:
        print(
            f"error: the new weights get {worse} right, which is worse; so they are in {output}."
            f" {options.output} stays as it was; --overwrite replaces it all the same.",
            file=sys.stderr,
        )
    return int(bool(worse))


def _make_folders(options: argparse.Namespace) -> None:
    """Create the output folders. Raises ValueError if they are not writable."""
    for folder in filter(None, (options.output.parent, options.plots)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder) as file:
                file.write(bytes(ROOM))
        except OSError as error:
            raise ValueError(f"{folder}: cannot be written into ({error.strerror})") from error
    if options.output.is_dir():
        raise ValueError(f"--output {options.output}: is a folder; expected a file")


def _set_up(options: argparse.Namespace, config: TrainingConfig, draw: Draw) -> Experiment:
    """Make a network, and prepare all sets, with samples from pen strokes if configured."""
    rng, strokes_rng = np.random.default_rng(config.seed).spawn(2)
    network = _new_network(config, rng, options.start)
    corrections = feedback.load(options.corrections) if options.corrections else []
    about: dict[str, Any] = {"corrections": len(corrections)} if corrections else {}
    if options.start:
        sha256 = sha256_of(options.start.read_bytes())
        about["from"] = {"file": options.start.name, "sha256": sha256}
    splits = load_splits(options, config)
    config = replace(config, validation_size=len(splits.validation))
    train_set, validation_sets = splits.train, {f"{splits.name}_validation": splits.validation}
    if config.strokes:
        print(f"Drawing {config.strokes:,} samples from pen strokes.", flush=True)
        samples = draw(config.strokes, strokes_rng)
        train_set = Dataset.concatenated([train_set, samples])
        validation_sets["pen_validation"] = held_out(strokes_rng)
    if corrections:
        times = feedback.repeats(len(corrections), len(train_set))
        print(f"With {len(corrections):,} corrections, {times} times each.", flush=True)
        train_set = feedback.with_corrections(train_set, corrections, times)
    # The outputs of a softmax sum to 1, so it cannot learn non-digits.
    if config.loss == "cross-entropy":
        train_set = train_set.digits()
    train_set = train_set.prepared(config.preparation)
    print(
        f"Training {'-'.join(map(str, network.sizes))} ({network.parameters.size:,} parameters)"
        f" on {len(train_set):,} digits; {len(splits.validation):,} others choose the best epoch.",
        flush=True,
    )
    return Experiment(config, splits, train_set, validation_sets, network, rng, about)


def _new_network(config: TrainingConfig, rng: np.random.Generator, start: Path | None) -> Network:
    """A network as the config says, with the weights in the file `start`, if there is one."""
    network = Network.from_sizes(config.sizes, rng, config.activation, config.loss, config.init)
    if start:
        known, _ = weights.load(start)
        ours, theirs = map(_architecture, (network, known))
        if ours != theirs:
            raise ValueError(
                f"--from {start}: its network is {theirs}; this training's is {ours}. Give"
                " --hidden, --activation and --loss as the file has them"
            )
        network.parameters[:] = known.parameters
    return network


def _architecture(network: Network) -> str:
    """A network's sizes, hidden activation and loss."""
    kinds = [type(part).__name__ for part in (*network.layers[1:2], network.loss)]
    return " ".join(["-".join(map(str, network.sizes)), *kinds])
