"""The command line of `python -m training`."""

import argparse
import textwrap
from pathlib import Path

from model.inside.digits import DIGITS
from model.network.weights import SHIPPED
from training.config import RECIPES
from training.flags import add_settings, flags_of


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse `arguments`; the command is in `.command`, by default "train".

    Prints help or an error and raises SystemExit, as argparse does.
    """
    if not arguments or arguments[0].startswith("-"):
        arguments = ["train", *arguments]
    options = _parser().parse_args(arguments)
    if options.command == "train" and options.output is None:
        name = SHIPPED.name if options.recipe == "shipped" else f"{options.recipe}.npz"
        options.output = SHIPPED.with_name(name)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training")
    commands = parser.add_subparsers(dest="command", required=True)

    train = commands.add_parser(
        "train",
        prog="python -m training",
        description="Train a network and save it for the app.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,  # keeps the epilog's lines
    )
    add_settings(train)
    data = _add_data(train)
    data.add_argument(
        "--drawn",
        action="store_true",
        help="without MNIST: train on 7,000 digits that this program draws, and test on others",
    )
    train.add_argument(
        "--validation-size",
        dest="validated",  # another thing than the config's: that says how many there were
        type=_size,
        metavar="N",
        help="how many digits choose the best epoch, or their share, such as 0.1; drawn at random,"
        " as many of each digit (default: a tenth; of MNIST the last 5,000)",
    )
    train.add_argument(
        "--from",
        dest="start",
        type=Path,
        metavar="FILE",
        help="go on from the weights in this file",
    )
    train.add_argument(
        "--corrections",
        metavar="FILE",
        help="also train on the page's corrections: a file, or postgresql://…",
    )
    train.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="the file to write (default: weights/nnmodel.npz, which the app serves; with another"
        " recipe weights/NAME.npz)",
    )
    train.add_argument(
        "--overwrite",
        action="store_true",
        help="replace the file even if its weights are better",
    )
    train.add_argument("--plots", type=Path, metavar="DIR", help="also write plots to this folder")
    train.add_argument(
        "--watch",
        action="store_true",
        help="for a program that shows and steers the training: JSON lines on standard output and"
        " input (docs/training.md); where MNIST is not, as with --drawn instead of downloading",
    )

    evaluate = commands.add_parser(
        "evaluate", description="Score a weights file on MNIST's 10,000 test digits, or on others."
    )
    _add_weights(evaluate)
    _add_data(evaluate)
    evaluate.add_argument("--json", action="store_true", help="print all of it as JSON instead")
    evaluate.add_argument(
        "--plots", type=Path, metavar="DIR", help="also draw the confusion matrix to this folder"
    )

    export = commands.add_parser("export", description="Write a network for other programs.")
    _add_weights(export)
    export.add_argument(
        "--onnx", type=Path, metavar="FILE", required=True, help="the ONNX file to write"
    )

    corrections = commands.add_parser(
        "corrections", description="List what people said their drawings were."
    )
    corrections.add_argument(
        "file", metavar="FILE", help="the file of corrections, or postgresql://…"
    )
    corrections.add_argument(
        "--plots", type=Path, metavar="DIR", help="also write a contact sheet to this folder"
    )

    digits = commands.add_parser(
        "digits", description="Write 1,000 of MNIST's digits to a file, for the page to show."
    )
    _add_mnist_dir(digits)
    digits.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        default=DIGITS,
        help="the file to write (default: weights/digits.npz)",
    )
    return parser


def _epilog() -> str:
    """The end of --help: the recipes, a paragraph each, and the other commands."""
    paragraphs = ["recipes, with their flags:"]
    for name, config in RECIPES.items():
        paragraphs.append(f"  {name}: {flags_of(config) or 'the defaults'}")
    paragraphs += [
        "",
        "other commands: `python -m training evaluate` scores a weights file,"
        " `python -m training export` writes it as ONNX,"
        " `python -m training corrections` lists what people said their drawings were,"
        " `python -m training digits` writes some of"
        " MNIST's digits for the page; each has its own --help.",
    ]
    return "\n".join(
        textwrap.fill(text, width=79, subsequent_indent=4 * " ", break_on_hyphens=False)
        for text in paragraphs
    )


def _size(text: str) -> float:
    """A number of digits, or a share between 0 and 1."""
    value = float(text)
    if not (0 < value < 1 or (value >= 1 and value.is_integer())):
        raise ValueError
    return value


def _add_weights(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        default=SHIPPED,
        help="the file to read (default: weights/nnmodel.npz)",
    )


def _add_data(command: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Add what tells where digits come from, and give the group of which one may be told."""
    data = command.add_mutually_exclusive_group()
    data.add_argument(
        "--data",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="your own digits instead of MNIST: a folder with a folder of pictures for each digit,"
        " IDX files, .csv, or .npz; given several times, they are added up",
    )
    _add_mnist_dir(data)
    command.add_argument(
        "--as-is", action="store_true", help="--data is 28x28 and prepared already"
    )
    command.add_argument(
        "--strict", action="store_true", help="end if any picture of --data cannot be used"
    )
    return data


def _add_mnist_dir(command: argparse._ActionsContainer) -> None:
    command.add_argument(
        "--mnist-dir",
        type=Path,
        metavar="DIR",
        help="a folder with MNIST's four original files, instead of downloading them"
        " (default: the variable MNIST_DIR)",
    )
