"""The command line of `python -m training`; `experiment.py` has the training itself."""

import argparse
import sys
import textwrap
from functools import partial
from pathlib import Path
from typing import Any

from model.network import weights
from model.network.weights import SHIPPED
from training import feedback, onnx_file
from training.config import RECIPES, SETTINGS, TrainingConfig, flags_of, text_of
from training.experiment import INTERRUPTED, run
from training.report import report
from training.trainer import DivergedError, EpochResult
from training.watch import watch

DATABASE = "the page's file of corrections, or postgresql://…"
FILE: dict[str, Any] = {"type": Path, "metavar": "FILE"}
FOLDER: dict[str, Any] = {"type": Path, "metavar": "DIR"}
WEIGHTS = FILE | {"default": SHIPPED, "help": "default: weights/nnmodel.npz"}


def main(arguments: list[str] | None = None) -> int:
    """Run the command in `arguments` (default: `sys.argv`) and return the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        return int(options.run(options) or 0)
    except (OSError, ValueError, DivergedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was saved.", file=sys.stderr)
        return INTERRUPTED


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse `arguments`; `.run` is the command's function. Raises SystemExit, as argparse does."""
    if not arguments or arguments[0].startswith("-"):
        arguments = ["train", *arguments]
    options = _parser().parse_args(arguments)
    if options.run is _train and options.output is None:
        name = SHIPPED.name if options.recipe == "shipped" else f"{options.recipe}.npz"
        options.output = SHIPPED.with_name(name)
    return options


def _train(options: argparse.Namespace) -> int:
    if options.watch:
        return watch(options)
    return run(options, lambda experiment: experiment.train(_print_epoch))[0]


def _print_epoch(result: EpochResult) -> None:
    print(
        f"epoch {result.epoch}/{result.epochs}  loss {result.train_loss:.4f}"
        f"  train {result.train_accuracy:.2%}  validation {result.validation_accuracy:.2%}"
        f"{'  best so far' * result.is_best}",
        flush=True,
    )


def _export(options: argparse.Namespace) -> None:
    onnx_file.save(options.onnx, *weights.load(options.weights))
    print(f"Saved: {options.onnx}")


def _corrections(options: argparse.Namespace) -> None:
    print(feedback.listing(feedback.load(options.file)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training")
    commands = parser.add_subparsers(required=True)

    train = commands.add_parser(
        "train",
        prog="python -m training",
        description="Train a network and save it for the app.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,  # keeps the epilog's lines
    )
    train.set_defaults(run=_train)
    _add_settings(train)
    add = train.add_argument
    drawn = "train on 7,000 digits that this program draws"
    _add_data(train).add_argument("--drawn", action="store_true", help=drawn)
    add(
        "--validation-size",
        type=float,
        metavar="N",
        help="how many digits choose the best epoch, or their share, such as 0.1; chosen at random,"
        " the same share of each digit (default: a tenth; of MNIST the last 5,000)",
    )
    add("--from", **FILE, dest="start", help="continue from the weights in this file")
    add("--corrections", metavar="FILE", help=f"also train on these; {DATABASE}")
    add("--output", **FILE, help="default: weights/nnmodel.npz, or NAME.npz for another recipe")
    add("--overwrite", action="store_true", help="replace --output even if it is better")
    add("--plots", **FOLDER, help="folder for plots of the training")
    add(
        "--watch",
        action="store_true",
        help="for a program that shows and steers the training: JSON lines on standard output and"
        " input (docs/training.md); without MNIST, as with --drawn",
    )

    evaluate = commands.add_parser(
        "evaluate", description="Score a weights file on MNIST's 10,000 test digits, or on others."
    )
    evaluate.set_defaults(run=report)
    evaluate.add_argument("--weights", **WEIGHTS)
    _add_data(evaluate)
    evaluate.add_argument("--json", action="store_true", help="print everything as JSON")
    evaluate.add_argument("--plots", **FOLDER, help="folder for the confusion matrix")

    export = commands.add_parser("export", description="Export a network to ONNX.")
    export.set_defaults(run=_export)
    export.add_argument("--weights", **WEIGHTS)
    export.add_argument("--onnx", **FILE, required=True, help="the ONNX file to write")

    listing = commands.add_parser("corrections", description="List the page's corrections.")
    listing.set_defaults(run=_corrections)
    listing.add_argument("file", metavar="FILE", help=DATABASE)
    return parser


def _add_settings(command: argparse.ArgumentParser) -> None:
    """Add the flag --recipe, and one for each setting."""
    command.add_argument(
        "--recipe",
        choices=RECIPES,
        default="shipped",
        help="the settings to start from, listed below; further flags change single ones"
        " (default: shipped)",
    )
    for name, setting in SETTINGS.items():
        default = getattr(TrainingConfig, name)
        command.add_argument(
            f"--{name.replace('_', '-')}",
            nargs="*" if isinstance(default, tuple) else None,
            choices=setting.choices or None,
            metavar=None if setting.choices else "N",
            default=argparse.SUPPRESS,  # so that the recipe's value stays
            help=f"{setting.meaning} (default: {text_of(default)})",
        )


def _add_data(command: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Add the flags for data, and return the group of those that exclude each other."""
    data = command.add_mutually_exclusive_group()
    data.add_argument(
        "--data",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="your own digits instead of MNIST: a folder with a folder of pictures for each digit,"
        " IDX files, .csv, or .npz; may be given several times",
    )
    mnist = "a folder with MNIST's four files, instead of downloading (default: MNIST_DIR)"
    data.add_argument("--mnist-dir", **FOLDER, help=mnist)
    as_is, strict = "--data is 28x28 and prepared", "stop if any picture of --data cannot be used"
    command.add_argument("--as-is", action="store_true", help=as_is)
    command.add_argument("--strict", action="store_true", help=strict)
    return data


def _epilog() -> str:
    """The end of --help: the recipes, a paragraph each, and the other commands."""
    recipes = [f"  {name}: {flags_of(each) or 'the defaults'}" for name, each in RECIPES.items()]
    commands = "other commands, each with its own --help: evaluate, export, corrections"
    wrapped = partial(textwrap.fill, width=79, subsequent_indent=4 * " ", break_on_hyphens=False)
    return "\n".join(map(wrapped, ["recipes, with their flags:", *recipes, "", commands]))
