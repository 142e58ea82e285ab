"""What may replace a weights file: no useless network, and none worse than what the file holds."""

from pathlib import Path

from model import Recognizer
from training.dataset import Dataset
from training.evaluation import evaluate

MARGIN = 0.01  # of accuracy: a change of seed makes as much, on the few pens that validate


def recognizer_to_beat(path: Path) -> Recognizer | None:
    """The recognizer in the weights file to be replaced; None if there is no file.

    Raises ValueError, naming the file, if it cannot be loaded.
    """
    try:
        return Recognizer.load(path) if path.exists() else None
    except ValueError as error:
        raise ValueError(f"{error}. With --overwrite it is replaced") from None


def why_worse(new: Recognizer, old: Recognizer, sets: dict[str, Dataset]) -> str:
    """The figures, if the new one is worse than the old one by more than MARGIN on any validation
    set, in MNIST's box; else ""."""
    worse, figures = False, []
    for name, digits in sets.items():
        before, now = (
            evaluate(each.network, each.prepared(digits.X), digits.y).accuracy
            for each in (old, new)
        )
        worse |= round(before - now, 6) > MARGIN
        figures.append(f"{now:.2%} of {name.replace('_', ' ')} (before: {before:.2%})")
    return " and ".join(figures) if worse else ""
