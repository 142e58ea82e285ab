"""Protect a weights file from being replaced by a worse network."""

from pathlib import Path

from model import Recognizer
from training.dataset import Dataset
from training.evaluation import evaluate

MARGIN = 0.01  # of accuracy: another seed changes as much, on the few held-out writers


def recognizer_to_beat(path: Path) -> Recognizer | None:
    """Load an existing weights file, or return None. Raises ValueError, naming a damaged file."""
    try:
        return Recognizer.load(path) if path.exists() else None
    except ValueError as error:
        raise ValueError(f"{error}. Use --overwrite to replace it") from None


def why_worse(new: Recognizer, old: Recognizer, sets: dict[str, Dataset]) -> str:
    """The accuracies, if `new` is worse than `old` by more than MARGIN on any set in MNIST's box;
    else ""."""
    worse, figures = False, []
    for name, digits in sets.items():
        before, now = (evaluate(each, digits).accuracy for each in (old, new))
        worse |= round(before - now, 6) > MARGIN
        figures.append(f"{now:.2%} of {name.replace('_', ' ')} (before: {before:.2%})")
    return " and ".join(figures) if worse else ""
