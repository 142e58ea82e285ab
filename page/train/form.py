"""What can be set on the page, within which bounds, and what is said of impossible values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, NamedTuple

from model.network.layers import ACTIVATIONS
from model.network.losses import LOSSES
from page.words import Words
from training.augmentation import AUGMENTATIONS
from training.config import RECIPES, TrainingConfig
from training.flags import flags_of

MOST_LAYERS, MOST_UNITS = 3, 300
# Recipes by name. The shipped network takes minutes: here with fewer epochs and drawn digits.
SHOWN: dict[str, TrainingConfig] = {
    "tutorial": RECIPES["tutorial"],
    "framework": RECIPES["framework"],
    "plain": RECIPES["plain"],
    "shipped": replace(RECIPES["shipped"], epochs=10, styles=5_000),
}
CHOICES = {"activation": ACTIVATIONS, "loss": LOSSES, "augment": AUGMENTATIONS}
# Least and most: what a stranger may ask of this machine. Some of it teaches what goes wrong.
FRACTIONS = {"learning_rate": (1e-6, 1e6), "momentum": (0, 0.999), "weight_decay": (0, 10)}
WHOLE = {"batch_size": (1, 10_000), "epochs": (1, 100), "seed": (0, 2**32 - 1)}
KNOBS = [  # in the order of the page
    *("hidden", "activation", "loss", "learning_rate", "momentum"),
    *("batch_size", "epochs", "weight_decay", "augment", "seed"),
]


class Asked(NamedTuple):
    """What somebody wants to train, and how to train it without this page."""

    config: TrainingConfig
    command: str


class ImpossibleError(ValueError):
    """Some settings are impossible: `sentences` by name."""

    def __init__(self, sentences: dict[str, str]) -> None:
        super().__init__(str(sentences))
        self.sentences = sentences


def filled(recipe: str) -> dict[str, str]:
    """What the knobs say for a recipe."""
    return {name: _written(getattr(SHOWN[recipe], name)) for name in KNOBS}


def parse(given: Mapping[str, str], is_mnist: bool, words: Words) -> Asked:
    """The training that the form describes. Raises ImpossibleError."""
    recipe = given.get("recipe", "")
    if recipe not in SHOWN:
        raise ImpossibleError({"recipe": words["expected_choice"].format(names=", ".join(SHOWN))})
    settings, sentences = {}, {}
    for name in KNOBS:
        try:
            settings[name] = _read(name, given.get(name, "").strip(), words)
        except ValueError as error:
            sentences[name] = str(error)
    if sentences:
        raise ImpossibleError(sentences)
    base = SHOWN[recipe] if is_mnist else replace(SHOWN[recipe], styles=0)  # all are in styles
    try:
        config = replace(base, **settings)
    except ValueError as error:  # what the trainer itself refuses
        raise ImpossibleError({"recipe": str(error)}) from None
    flags = f"--recipe {recipe} {flags_of(config, recipe)}".strip()
    drawn = "" if is_mnist else " --drawn"
    return Asked(config, f"python -m training {flags}{drawn} --output nnmodel.npz")


def as_json(config: TrainingConfig) -> dict[str, Any]:
    return asdict(config)


def _read(name: str, text: str, words: Words) -> Any:
    """The value of a setting; raises ValueError with a sentence."""
    if name == "hidden":
        return _hidden(text, words)
    if name in CHOICES:
        if text not in CHOICES[name]:
            raise ValueError(words["expected_choice"].format(names=", ".join(CHOICES[name])))
        return text
    if name in WHOLE:
        return _number(text, r"[0-9]{1,10}", int, WHOLE[name], words["expected_whole"])
    pattern = r"[0-9]*[.,]?[0-9]+([eE][-+]?[0-9]{1,3})?"
    sentence = words["expected_number"]
    return _number(text.replace(",", "."), pattern, float, FRACTIONS[name], sentence)


def _hidden(text: str, words: Words) -> tuple[int, ...]:
    sizes = re.split(r"[\s,，、×-]+", text) if text else []
    possible = all(re.fullmatch("[0-9]{1,4}", size) for size in sizes)
    possible = possible and all(1 <= int(size) <= MOST_UNITS for size in sizes)
    if not possible or len(sizes) > MOST_LAYERS:
        raise ValueError(words["expected_hidden"].format(layers=MOST_LAYERS, units=MOST_UNITS))
    return tuple(int(size) for size in sizes)


def _number(
    text: str, pattern: str, kind: Callable, bounds: tuple[float, float], sentence: str
) -> Any:
    least, most = bounds
    if not re.fullmatch(pattern, text) or not least <= kind(text) <= most:
        raise ValueError(sentence.format(least=_plain(least), most=_plain(most)))
    return kind(text)


def _plain(number: float) -> str:
    return f"{number:,.10f}".rstrip("0").rstrip(".")


def _written(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
