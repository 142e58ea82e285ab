"""The arguments of `python -m training`: what can be said, and what each word means."""

import argparse
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from model.network.layers import ACTIVATIONS, INITIALIZERS
from model.network.weights import SHIPPED
from training.augmentation import AUGMENTATIONS
from training.config import LOSS_NAMES, TrainingConfig
from training.optimizer import SCHEDULES

# The flag of each setting: what it means, and what it may be if not any number.
SETTINGS = {
    "hidden": ("sizes of the hidden layers; none after the flag: a perceptron", None),
    "activation": ("of the hidden layers", ACTIVATIONS),
    "loss": ("mse with sigmoid outputs, or cross-entropy with a softmax", LOSS_NAMES),
    "epochs": ("how often every training digit is seen", None),
    "batch_size": ("digits per update", None),
    "learning_rate": ("before the schedule lowers it", None),
    "momentum": ("share of the last update kept in the next", None),
    "weight_decay": ("pull of every parameter towards 0", None),
    "schedule": ("how the learning rate falls", SCHEDULES),
    "init": ("how the first weights are drawn", INITIALIZERS),
    "augment": ("what every digit goes through, anew in each epoch", AUGMENTATIONS),
    "styles": ("digits drawn by code in ways of writing that MNIST lacks; 0: none", None),
    "seed": ("of everything random", None),
}


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options in `arguments`, with the command's name as `.command`; "train" if none is given.

    Prints help or what is wrong, and raises SystemExit, as argparse does.
    """
    if not arguments or arguments[0].startswith("-"):
        arguments = ["train", *arguments]
    return _parser().parse_args(arguments)


def config_from(options: argparse.Namespace) -> TrainingConfig:
    """The settings among the options. Raises ValueError where one makes no sense."""
    settings = {
        field.name: getattr(options, field.name)
        for field in fields(TrainingConfig)
        if hasattr(options, field.name)
    }
    return TrainingConfig(**{**settings, "hidden": tuple(settings["hidden"])})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training")
    commands = parser.add_subparsers(dest="command", required=True)

    train = commands.add_parser(
        "train",
        prog="python -m training",
        description="Train a network and save it for the app.",
        epilog="Other commands: `python -m training evaluate` scores a weights file,"
        " `python -m training styles` shows the drawn digits, `python -m training corrections` what"
        " people said their drawings were; all tell more with --help.",
    )
    for name, (meaning, choices) in SETTINGS.items():
        _add_setting(train, name, meaning, choices)
    _add_mnist_dir(train)
    train.add_argument(
        "--corrections",
        type=Path,
        metavar="FILE",
        help="also learn from what people told the page, and keep the old weights if the new ones"
        " are worse",
    )
    _add_path(train, "--output", SHIPPED, "the file to write")
    train.add_argument("--plots", type=Path, metavar="DIR", help="also write pictures there")

    evaluate = commands.add_parser(
        "evaluate", description="Score a weights file on MNIST's 10,000 test digits."
    )
    _add_path(evaluate, "--weights", SHIPPED, "the file to score")
    _add_mnist_dir(evaluate)

    styles = commands.add_parser(
        "styles", description="Draw samples of every style that --styles trains with, as a picture."
    )
    styles.add_argument("--plots", type=Path, metavar="DIR", required=True, help="where to")

    corrections = commands.add_parser(
        "corrections", description="List what people said their drawings were."
    )
    corrections.add_argument("file", type=Path, metavar="FILE", help="where the page keeps them")
    corrections.add_argument(
        "--plots", type=Path, metavar="DIR", help="also write a picture of them there"
    )
    return parser


def _add_setting(
    command: argparse.ArgumentParser, name: str, meaning: str, choices: Iterable[str] | None
) -> None:
    default = getattr(TrainingConfig(), name)
    flag = "--" + name.replace("_", "-")
    if name == "hidden":
        meaning += f" (default: {' '.join(map(str, default))})"
        command.add_argument(
            flag, type=int, nargs="*", metavar="SIZE", default=default, help=meaning
        )
        return
    kind = type(default)
    command.add_argument(
        flag,
        type=kind,
        choices=choices and list(choices),
        metavar=None if choices else kind.__name__.upper(),
        default=default,
        help=f"{meaning} (default: {default})",
    )


def _add_path(command: argparse.ArgumentParser, flag: str, default: Path, meaning: str) -> None:
    shown = default.relative_to(default.parents[1])
    command.add_argument(
        flag, type=Path, metavar="FILE", default=default, help=f"{meaning} (default: {shown})"
    )


def _add_mnist_dir(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--mnist-dir",
        type=Path,
        metavar="DIR",
        help="a folder with MNIST's four original files, instead of downloading them"
        " (default: the variable MNIST_DIR)",
    )
