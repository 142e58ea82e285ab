"""The flags of a training's settings and recipes, there and back: `--hidden 50 50` and so on."""

import argparse
from collections.abc import Iterable
from dataclasses import fields, replace

from model.network.layers import ACTIVATIONS, INITIALIZERS
from model.network.losses import LOSSES
from training.augmentation import AUGMENTATIONS
from training.config import RECIPES, TrainingConfig
from training.optimizer import SCHEDULES

# The flag of each setting: what it means, and what it may be if not any number.
SETTINGS = {
    "hidden": ("sizes of the hidden layers; none after the flag: a perceptron", None),
    "activation": ("of the hidden layers", ACTIVATIONS),
    "loss": (
        "outputs are sigmoids with mse and binary-cross-entropy, a softmax with cross-entropy,"
        " linear with least-squares",
        LOSSES,
    ),
    "epochs": ("passes over the training set", None),
    "batch_size": ("digits per update", None),
    "learning_rate": ("before the schedule lowers it", None),
    "momentum": ("share of the last update kept in the next", None),
    "weight_decay": ("pull of every parameter towards 0", None),
    "schedule": ("how the learning rate falls", SCHEDULES),
    "init": ("how the first weights are drawn", INITIALIZERS),
    "augment": ("how the digits are changed, anew in each epoch", AUGMENTATIONS),
    "styles": ("digits drawn by code in styles that MNIST lacks; 0: none", None),
    "seed": ("of everything random", None),
}


def add_settings(command: argparse.ArgumentParser) -> None:
    """Add to a command the flag --recipe, and one for each setting."""
    command.add_argument(
        "--recipe",
        choices=list(RECIPES),
        default="shipped",
        help="the settings to start from, listed below; further flags change single ones"
        " (default: shipped)",
    )
    for name, (meaning, choices) in SETTINGS.items():
        _add_setting(command, name, meaning, choices)


def config_from(options: argparse.Namespace) -> TrainingConfig:
    """The recipe's settings, but for those that were typed. Raises ValueError for nonsense."""
    typed = {
        field.name: getattr(options, field.name)
        for field in fields(TrainingConfig)
        if hasattr(options, field.name)
    }
    if "hidden" in typed:
        typed["hidden"] = tuple(typed["hidden"])
    return replace(RECIPES[options.recipe], **typed)


def flags_of(config: TrainingConfig, recipe: str = "shipped") -> str:
    """What to type after a recipe for this config: a flag for each setting that differs."""
    typed = []
    for name in SETTINGS:
        value = getattr(config, name)
        if value != getattr(RECIPES[recipe], name):
            typed.append(f"{_flag(name)} {_written(value)}".rstrip())
    return " ".join(typed)


def _add_setting(
    command: argparse.ArgumentParser, name: str, meaning: str, choices: Iterable[str] | None
) -> None:
    default = getattr(TrainingConfig(), name)
    is_list = isinstance(default, tuple)
    kind = int if is_list else type(default)
    command.add_argument(
        _flag(name),
        type=kind,
        nargs="*" if is_list else None,
        choices=choices and list(choices),
        metavar=None if choices else "SIZE" if is_list else kind.__name__.upper(),
        default=argparse.SUPPRESS,  # what is not typed comes from the recipe
        help=f"{meaning} (default: {_written(default)})",
    )


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _written(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
