"""The commands of `python -m training`; the training itself is in `experiment.py`."""

import argparse
import sys

from model.inside import digits
from model.network import weights
from training import corrections, onnx_file
from training.arguments import parse
from training.config import TrainingConfig
from training.experiment import INTERRUPTED, run
from training.mnist.files import load_mnist, mnist_dir_from_environment
from training.page_digits import chosen
from training.progress import show
from training.report import report
from training.trainer import DivergedError


def main(arguments: list[str] | None = None) -> int:
    """Run the command in `arguments` (default: `sys.argv`) and return the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    commands = {
        "train": _train,
        "evaluate": _evaluate,
        "export": _export,
        "corrections": _corrections,
        "digits": _digits,
    }
    try:
        return commands[options.command](options)
    except (OSError, ValueError, DivergedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was saved.", file=sys.stderr)
        return INTERRUPTED


def _train(options: argparse.Namespace) -> int:
    if options.watch:
        from training.watch import watch

        return watch(options)
    return run(options, show)


def _evaluate(options: argparse.Namespace) -> int:
    report(options)
    return 0


def _export(options: argparse.Namespace) -> int:
    onnx_file.save(options.onnx, *weights.load(options.weights))
    print(f"Saved: {options.onnx}")
    return 0


def _corrections(options: argparse.Namespace) -> int:
    kept = corrections.load(options.file)
    print(corrections.listing(kept))
    if options.plots:
        from training import plots

        options.plots.mkdir(parents=True, exist_ok=True)
        print(f"Drawn: {plots.write_corrections(options.plots, kept)}")
    return 0


def _digits(options: argparse.Namespace) -> int:
    mnist_dir = options.mnist_dir or mnist_dir_from_environment()
    digits.save(options.output, chosen(load_mnist(mnist_dir, TrainingConfig().validation_size)))
    print(f"Saved: {options.output}")
    return 0
