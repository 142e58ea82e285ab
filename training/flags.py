"""A training's settings as flags and as the fields of a form, there and back."""

import argparse
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import Any

from training.config import MOST_LAYERS, RECIPES, SETTINGS, TrainingConfig


def add_settings(command: argparse.ArgumentParser) -> None:
    """Add to a command the flag --recipe, and one for each setting."""
    command.add_argument(
        "--recipe",
        choices=list(RECIPES),
        default="shipped",
        help="the settings to start from, listed below; further flags change single ones"
        " (default: shipped)",
    )
    for name, setting in SETTINGS.items():
        _add_setting(command, name, setting.meaning, setting.choices)


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


def command_line(config: TrainingConfig, recipe: str, drawn: bool) -> str:
    """What to type for this training; it writes `nnmodel.npz` into the folder where it is typed."""
    words = ["python -m training --recipe", recipe, flags_of(config, recipe)]
    words += ["--drawn"] * drawn + ["--output nnmodel.npz"]
    return " ".join(filter(None, words))


def config_within_bounds(recipe: str, values: Mapping[str, Any]) -> TrainingConfig:
    """The recipe's settings, but for a stranger's, which may be text.

    Raises ValueError, a sentence for that person, for what is impossible or out of bounds.
    """
    config = replace(RECIPES[recipe], **{name: _parsed(name, values[name]) for name in values})
    for name, setting in SETTINGS.items():
        value = getattr(config, name)
        numbers = value if isinstance(value, tuple) else (value,)
        least, most = setting.bounds or (value, value)
        if len(numbers) > MOST_LAYERS or not all(least <= number <= most for number in numbers):
            raise ValueError(_expected(name))
    return config


def _parsed(name: str, value: Any) -> Any:
    kind = type(getattr(TrainingConfig(), name))
    try:
        if kind is tuple:
            sizes = value.replace(",", " ").split() if isinstance(value, str) else value
            return tuple(int(size) for size in sizes)
        return kind(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(_expected(name)) from error


def _expected(name: str) -> str:
    kind = type(getattr(TrainingConfig(), name))
    kinds = {int: "a whole number", float: "a number", tuple: f"at most {MOST_LAYERS} sizes, each"}
    least, most = SETTINGS[name].bounds
    return f"{name}: expected {kinds[kind]} from {least:,} to {most:,}"


def _add_setting(
    command: argparse.ArgumentParser, name: str, meaning: str, choices: Collection[str]
) -> None:
    default = getattr(TrainingConfig(), name)
    is_list = isinstance(default, tuple)
    kind = int if is_list else type(default)
    command.add_argument(
        _flag(name),
        type=kind,
        nargs="*" if is_list else None,
        choices=list(choices) or None,
        metavar=None if choices else "SIZE" if is_list else kind.__name__.upper(),
        default=argparse.SUPPRESS,  # what is not typed comes from the recipe
        help=f"{meaning} (default: {_written(default)})",
    )


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _written(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
