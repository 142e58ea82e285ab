"""Every setting of a training, with its default, and the named recipes: the only place for both."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from model.network.layers import ACTIVATIONS, INITIALIZERS
from model.network.losses import LOSSES
from model.picture.moments import PREPARATIONS
from training.augmentation import AUGMENTATIONS
from training.optimizer import SCHEDULES


class SettingError(ValueError):
    """A setting with which no training is possible, in a sentence."""


@dataclass(frozen=True)
class TrainingConfig:
    """What a training depends on, besides the data. The same config gives the same weights."""

    hidden: tuple[int, ...] = (100,)
    activation: str = "sigmoid"
    loss: str = "mse"
    epochs: int = 75
    batch_size: int = 100
    learning_rate: float = 2.0
    momentum: float = 0.9
    weight_decay: float = 5e-6  # more than it seems: without, the hidden sigmoids get stuck
    schedule: str = "cosine"
    init: str = "xavier"
    preparation: str = "moments"
    augment: str = "distort"
    strokes: int = 60_000  # samples drawn by training/strokes, besides MNIST's digits
    seed: int = 1
    validation_size: int = 5_000  # the last of MNIST's 60,000 training digits

    def __post_init__(self) -> None:
        """Raises SettingError."""
        for name, setting in SETTINGS.items():
            value, known = getattr(self, name), setting.choices
            if known and value not in known:
                raise SettingError(f"{name} is {value!r}; expected one of {', '.join(known)}")
        for name, acceptable, expected in (
            ("hidden", all(size >= 1 for size in self.hidden), "sizes of 1 or more"),
            ("epochs", self.epochs >= 1, "1 or more"),
            ("batch_size", self.batch_size >= 1, "1 or more"),
            ("learning_rate", 0 < self.learning_rate < float("inf"), "a positive number"),
            ("momentum", 0 <= self.momentum < 1, "at least 0 and less than 1"),
            ("weight_decay", 0 <= self.weight_decay < float("inf"), "0 or a positive number"),
            ("strokes", self.strokes >= 0, "0 or more"),
            ("seed", self.seed >= 0, "0 or more"),
            ("validation_size", self.validation_size >= 1, "1 or more"),
        ):
            if not acceptable:
                raise SettingError(f"{name} is {getattr(self, name)}; expected {expected}")

    @property
    def sizes(self) -> tuple[int, ...]:
        """The network's widths, from 784 pixels to ten digits."""
        return (784, *self.hidden, 10)


class Setting(NamedTuple):
    """What a setting means, which names it may be, or which numbers if a stranger chooses them."""

    meaning: str
    choices: Collection[str] = ()
    bounds: tuple[float, float] | None = None


# Each of these has a flag, and a field on the page.
SETTINGS = {
    "hidden": Setting(
        "sizes of the hidden layers; none after the flag: a perceptron", bounds=(1, 300)
    ),
    "activation": Setting("of the hidden layers", ACTIVATIONS),
    "loss": Setting(
        "outputs are sigmoids with mse and binary-cross-entropy, a softmax with cross-entropy,"
        " linear with least-squares",
        LOSSES,
    ),
    "epochs": Setting("passes over the training set", bounds=(1, 100)),
    "batch_size": Setting("digits per update", bounds=(1, 10_000)),
    "learning_rate": Setting("before the schedule lowers it", bounds=(1e-6, 1_000_000)),
    "momentum": Setting("share of the last update kept in the next", bounds=(0, 0.999)),
    "weight_decay": Setting("pull of every parameter towards 0", bounds=(0, 10)),
    "schedule": Setting("how the learning rate falls", SCHEDULES),
    "init": Setting("how the first weights are drawn", INITIALIZERS),
    "preparation": Setting("normalized by moments, or in MNIST's box as it comes", PREPARATIONS),
    "augment": Setting("how the digits are changed, anew in each epoch", AUGMENTATIONS),
    "strokes": Setting(
        "samples besides MNIST's, drawn from the strokes of other hands", bounds=(0, 20_000)
    ),
    "seed": Setting("of everything random", bounds=(0, 2**32 - 1)),
}
MOST_LAYERS = 3  # that a stranger may choose

_FRAMEWORK = TrainingConfig(
    preparation="box",
    augment="none",
    strokes=0,
    hidden=(50, 50),
    activation="tanh",
    loss="cross-entropy",
    epochs=2,
    batch_size=100,
    learning_rate=0.1,
    momentum=0.9,
    weight_decay=0.001,
    schedule="inverse",
)
# Trainings by name, for `python -m training --recipe NAME`. docs/training.md has their figures.
RECIPES: dict[str, TrainingConfig] = {
    "shipped": TrainingConfig(),
    # Momentum, a falling learning rate, and MNIST's digits as they are.
    "plain": TrainingConfig(
        preparation="box",
        augment="none",
        strokes=0,
        epochs=30,
        batch_size=50,
        learning_rate=1.0,
        weight_decay=0.0,
    ),
    # The classic from-scratch tutorial: gradient descent and nothing else.
    "tutorial": TrainingConfig(
        preparation="box",
        augment="none",
        strokes=0,
        epochs=30,
        batch_size=50,
        learning_rate=0.5,
        momentum=0.0,
        weight_decay=0.0,
        schedule="constant",
        init="small-normal",
    ),
    # The tutorial that builds a small framework: two hidden layers of tanh, and a softmax.
    "framework": _FRAMEWORK,
    # The same with linear outputs. Nothing bounds these: twice the learning rate would diverge.
    "framework-least-squares": replace(_FRAMEWORK, loss="least-squares", learning_rate=0.05),
}
