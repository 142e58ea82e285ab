"""All settings of a training, with their defaults, and the named recipes."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from model.network.layers import ACTIVATIONS, INITIALIZERS
from model.network.losses import LOSSES
from model.picture.moments import PREPARATIONS
from training.augmentation import AUGMENTATIONS
from training.optimizer import SCHEDULES

MOST_LAYERS = 3  # hidden layers that a visitor of the page may choose


class SettingError(ValueError):
    """A setting has an impossible value; the message is a sentence."""


@dataclass(frozen=True)
class Setting:
    """The meaning of a setting, and its values: one of `choices`, or `least` to `most`."""

    meaning: str
    choices: Collection[str] = ()
    least: float = 0
    most: float = sys.float_info.max  # excludes infinity
    most_on_page: float | None = None  # a smaller maximum, for visitors of the page


def _setting(default: Any, meaning: str, **limits: Any) -> Any:
    return field(default=default, metadata={"setting": Setting(meaning, **limits)})


@dataclass(frozen=True)
class TrainingConfig:
    """The settings of a training. The same config and data give the same weights.

    Each `_setting` is a flag of the command line and a field on the page.
    """

    hidden: tuple[int, ...] = _setting(
        (100,), "sizes of the hidden layers; none: a perceptron", least=1, most_on_page=300
    )
    activation: str = _setting("sigmoid", "of the hidden layers", choices=ACTIVATIONS)
    loss: str = _setting(
        "mse",
        "outputs are sigmoids with mse and binary-cross-entropy, a softmax with cross-entropy,"
        " linear with least-squares",
        choices=LOSSES,
    )
    epochs: int = _setting(75, "passes over the training set", least=1, most_on_page=100)
    batch_size: int = _setting(100, "digits per update", least=1, most_on_page=10_000)
    learning_rate: float = _setting(
        2.0, "the highest, which the schedule scales", least=1e-12, most_on_page=1_000_000
    )
    momentum: float = _setting(0.9, "share of the last update kept in the next", most=0.999)
    # Small but useful: without it, accuracy peaks half-way and ends 0.3 points lower.
    weight_decay: float = _setting(5e-6, "pull of every parameter towards 0", most=10)
    schedule: str = _setting("cosine", "how the learning rate changes", choices=SCHEDULES)
    init: str = _setting("xavier", "how the first weights are drawn", choices=INITIALIZERS)
    preparation: str = _setting(
        "moments", "moments: slant, size and proportions normalized; box: not", choices=PREPARATIONS
    )
    augment: str = _setting(
        "distort", "how the digits are changed, anew in each epoch", choices=AUGMENTATIONS
    )
    strokes: int = _setting(
        60_000, "samples besides MNIST's, drawn from pen strokes", most_on_page=20_000
    )
    seed: int = _setting(1, "of the random numbers", most=2**32 - 1)
    validation_size: int = 5_000  # the last of MNIST's 60,000 training digits

    def __post_init__(self) -> None:
        """Raises SettingError."""
        for name, setting in SETTINGS.items():
            _check(name, getattr(self, name), setting.most)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The network's widths, from 784 pixels to ten digits."""
        return (784, *self.hidden, 10)

    def with_values(self, values: Mapping[str, Any]) -> "TrainingConfig":
        """This config with the values, perhaps text, whose names are settings.

        Raises SettingError for impossible ones.
        """
        known = {name: _parse(name, each) for name, each in values.items() if name in SETTINGS}
        return replace(self, **known)

    def with_page_values(self, values: Mapping[str, Any]) -> "TrainingConfig":
        """The same for a visitor of the page. Raises SettingError for excessive values, too."""
        config = self.with_values(values)
        for name, setting in SETTINGS.items():
            _check(name, getattr(config, name), setting.most_on_page or setting.most)
        if len(config.hidden) > MOST_LAYERS:
            raise SettingError(f"hidden: expected at most {MOST_LAYERS} sizes")
        return config


SETTINGS: dict[str, Setting] = {
    each.name: each.metadata["setting"] for each in fields(TrainingConfig) if each.metadata
}


def _check(name: str, value: Any, most: float) -> None:
    choices, least = SETTINGS[name].choices, SETTINGS[name].least
    numbers = value if isinstance(value, tuple) else (value,)
    if choices:
        if value not in choices:
            raise SettingError(f"{name} is {value!r}; expected one of {', '.join(choices)}")
    elif not all(least <= number <= most for number in numbers):
        upper = f" to {most:,}" if most < Setting.most else " or more"
        raise SettingError(f"{name} is {text_of(value)}; expected {least:,}{upper}")


def _parse(name: str, value: Any) -> Any:
    kind = type(getattr(TrainingConfig, name))
    try:
        if kind is tuple:
            sizes = value.replace(",", " ").split() if isinstance(value, str) else value
            return tuple(int(size) for size in sizes)
        return kind(value)
    except (TypeError, ValueError, OverflowError) as error:
        expected = {int: "a whole number", float: "a number", tuple: "whole numbers"}[kind]
        raise SettingError(f"{name} is {value!r}; expected {expected}") from error


def text_of(value: object) -> str:
    """A setting's value as typed on the command line."""
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def flags_of(config: TrainingConfig, recipe: str = "shipped") -> str:
    """The flags that turn a recipe into this config: one for each setting that differs."""
    return " ".join(
        f"--{name.replace('_', '-')} {text_of(value)}".rstrip()
        for name in SETTINGS
        if (value := getattr(config, name)) != getattr(RECIPES[recipe], name)
    )


def command_line(config: TrainingConfig, recipe: str, *others: str) -> str:
    """The command for this training, with further flags."""
    words = "python -m training --recipe", recipe, flags_of(config, recipe), *others
    return " ".join(filter(None, words))


# MNIST's digits, without augmentation or pen strokes.
_CLASSIC = TrainingConfig(
    preparation="box", augment="none", strokes=0, epochs=30, batch_size=50, weight_decay=0.0
)
_FRAMEWORK = replace(
    _CLASSIC,
    hidden=(50, 50),
    activation="tanh",
    loss="cross-entropy",
    epochs=2,
    batch_size=100,
    learning_rate=0.1,
    weight_decay=0.001,
    schedule="inverse",
)
# Configs by name, for `python -m training --recipe NAME`; docs/training.md has their figures.
RECIPES: dict[str, TrainingConfig] = {
    "shipped": TrainingConfig(),
    # Momentum and a falling learning rate.
    "plain": replace(_CLASSIC, learning_rate=1.0),
    # The classic from-scratch tutorial: gradient descent and nothing else.
    "tutorial": replace(
        _CLASSIC, learning_rate=0.5, momentum=0.0, schedule="constant", init="small-normal"
    ),
    # The tutorial that builds a small framework: two hidden tanh layers, and a softmax.
    "framework": _FRAMEWORK,
    # The same with unbounded linear outputs: twice the learning rate would diverge.
    "framework-least-squares": replace(_FRAMEWORK, loss="least-squares", learning_rate=0.05),
}
