"""The command line: reads the arguments, wires the parts together, prints, saves."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
from tqdm import tqdm

from model import weights
from model.layers import ACTIVATIONS, INITIALIZERS
from model.network import Network
from training.config import LOSS_NAMES, WEIGHTS, TrainingConfig
from training.data import MNIST, load_mnist, mnist_dir_from_environment
from training.evaluation import evaluate
from training.optimizer import SCHEDULES
from training.trainer import DivergedError, EpochResult, train

INTERRUPTED = 130  # the shell's exit code for Ctrl-C


def main(arguments: list[str] | None = None) -> int:
    """Runs the command in `arguments` (by default the program's own); returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or arguments[0].startswith("-"):
        arguments = ["train", *arguments]
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except (OSError, ValueError, DivergedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was saved.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training")
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser(
        "train",
        prog="python -m training",
        description="Train a network on MNIST and save it for the app.",
        epilog="`python -m training evaluate --help`: score a weights file instead.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    command.set_defaults(command=_train)
    _add_settings(command)
    _add_mnist_dir(command)
    command.add_argument("--output", type=Path, default=WEIGHTS, help="the file to write")
    command.add_argument("--plots", type=Path, metavar="DIR", help="also write pictures there")

    command = commands.add_parser(
        "evaluate",
        description="Score a weights file on MNIST's 10,000 test digits.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    command.set_defaults(command=_evaluate)
    command.add_argument("--weights", type=Path, default=WEIGHTS, help="the file to score")
    _add_mnist_dir(command)
    return parser


def _add_mnist_dir(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--mnist-dir",
        type=Path,
        metavar="DIR",
        help="a folder with MNIST's four original files, instead of fetching them;"
        " without it, the variable MNIST_DIR counts",
    )


def _add_settings(command: argparse.ArgumentParser) -> None:
    """One flag for each setting; the defaults are the config's."""
    choices = {
        "activation": list(ACTIVATIONS),
        "loss": list(LOSS_NAMES),
        "schedule": list(SCHEDULES),
        "init": list(INITIALIZERS),
    }
    explanations = {
        "hidden": "sizes of the hidden layers; none after the flag: a perceptron",
        "activation": "of the hidden layers",
        "loss": "mse with sigmoid outputs, or cross-entropy with a softmax",
        "epochs": "how often all training digits are seen",
        "batch_size": "digits per update",
        "learning_rate": "before the schedule lowers it",
        "momentum": "share of the last update kept in the next",
        "weight_decay": "pull of every parameter towards 0",
        "schedule": "how the learning rate falls",
        "init": "how the first weights are drawn",
        "seed": "of everything random",
    }
    defaults = TrainingConfig()
    for name, explanation in explanations.items():
        default = getattr(defaults, name)
        flag = "--" + name.replace("_", "-")
        if name == "hidden":
            shown = " ".join(map(str, default))
            command.add_argument(
                flag,
                type=int,
                nargs="*",
                metavar="SIZE",
                default=argparse.SUPPRESS,
                help=f"{explanation} (default: {shown})",
            )
        else:
            command.add_argument(
                flag,
                type=type(default),
                choices=choices.get(name),
                default=default,
                help=explanation,
            )


def _config(options: argparse.Namespace) -> TrainingConfig:
    """The settings among the options."""
    names = {field.name for field in fields(TrainingConfig)}
    settings = {name: value for name, value in vars(options).items() if name in names}
    if "hidden" in settings:
        settings["hidden"] = tuple(settings["hidden"])
    return TrainingConfig(**settings)


def _load_mnist(options: argparse.Namespace, config: TrainingConfig) -> MNIST:
    return load_mnist(options.mnist_dir or mnist_dir_from_environment(), config.validation_size)


def _train(options: argparse.Namespace) -> int:
    config = _config(options)
    _make_folders(options)
    mnist = _load_mnist(options, config)
    rng = np.random.default_rng(config.seed)
    network = Network.from_sizes(config.sizes, rng, config.activation, config.loss, config.init)
    print(
        f"Training {'-'.join(map(str, network.sizes))} ({network.parameters.size:,} parameters)"
        f" on {len(mnist.train):,} digits; {len(mnist.validation):,} others choose the best epoch."
    )
    results: list[EpochResult] = []
    interrupted = False
    with closing(train(network, mnist.train, mnist.validation, config, rng)) as epochs:
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
    _save(network, mnist, config, results, options)
    return INTERRUPTED if interrupted else 0


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


def _save(
    network: Network,
    mnist: MNIST,
    config: TrainingConfig,
    results: list[EpochResult],
    options: argparse.Namespace,
) -> None:
    best = max(results, key=lambda result: result.validation_accuracy)
    test = evaluate(network, mnist.test.X, mnist.test.y)
    print(
        f"Best epoch: {best.epoch}, with {best.validation_accuracy:.2%} on the validation digits.\n"
        f"Test accuracy: {test.accuracy:.2%}"
    )
    metadata = {
        "config": asdict(config),
        "best_epoch": best.epoch,
        "scores": {"mnist_validation": best.validation_accuracy, "mnist_test": test.accuracy},
        "mnist_sha256": mnist.checksum,
        "numpy": np.__version__,
    }
    weights.save(options.output, network, metadata)
    print(f"Saved: {options.output}")
    if options.plots:
        from training import plots  # matplotlib takes a second to load

        for path in plots.write_all(options.plots, network, results, mnist.test, test):
            print(f"Drawn: {path}")


def _evaluate(options: argparse.Namespace) -> int:
    network, _ = weights.load(options.weights)
    mnist = _load_mnist(options, TrainingConfig())
    test = evaluate(network, mnist.test.X, mnist.test.y)
    right = int(test.confusion.trace())
    print(f"Test accuracy: {test.accuracy:.2%} ({right:,} of {len(mnist.test):,})\n")
    print(test.table())
    return 0
