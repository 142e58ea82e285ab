"""Training on corrections: their weight, and a check that the new weights are no worse."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corrections import NO_DIGIT, Correction, Corrections
from model import Recognizer
from training.dataset import Dataset
from training.evaluation import evaluate

# Corrections are repeated until they are this share of the training set: at least once, at most
# MOST_REPEATS times.
SHARE = 0.05
MOST_REPEATS = 50
MARGIN = 0.003  # of accuracy: as much as a change of seed


class WorseError(Exception):
    """The new weights are worse than the old ones."""


def load(path: Path) -> list[Correction]:
    """Load the corrections in a file, oldest first; at least one.

    Raises FileNotFoundError, or ValueError naming the file if it is damaged or empty.
    """
    kept = Corrections(path).read()
    if not kept:
        raise ValueError(f"{path}: holds no corrections yet; expected at least one")
    return kept


def listing(kept: Sequence[Correction]) -> str:
    """One line per correction, oldest first, and the count per digit."""
    lines = ["number  when (UTC)            was  read as"]
    for c in kept:
        lines.append(f"{c.number:6}  {c.time:%Y-%m-%d %H:%M:%S}  {name(c.label):>4}  {c.answer:7}")
    counts = Counter(name(c.label) for c in kept)
    lines.append(f"\n{len(kept):,} corrections: ")
    lines[-1] += ", ".join(f"{count:,} × {digit}" for digit, count in sorted(counts.items()))
    return "\n".join(lines)


def name(label: int) -> str:
    """The label in words: the digit, or "none"."""
    return "none" if label == NO_DIGIT else str(label)


def repeats(corrections: int, digits: int) -> int:
    """How often to repeat each correction, given the counts of corrections and digits."""
    return int(np.clip(SHARE * digits / corrections, 1, MOST_REPEATS))


def added(train_set: Dataset, kept: Sequence[Correction], times: int) -> Dataset:
    """The training set followed by all corrections, repeated `times` times."""
    X = np.array([c.image.ravel() for c in kept])
    corrections = Dataset(X, np.array([c.label for c in kept], np.int64))
    return Dataset.concatenated([train_set] + times * [corrections])


def recognizer_to_beat(path: Path) -> Recognizer | None:
    """The recognizer in the weights file to be replaced; None if there is no file.

    Raises ValueError, naming the file, if it cannot be loaded.
    """
    return Recognizer.load(path) if path.exists() else None


def refuse_if_worse(new: Recognizer, old: Recognizer, sets: dict[str, Dataset], path: Path) -> None:
    """Raise WorseError, with the figures, if the new one is worse than the old one, which is in
    `path`, by more than MARGIN on any validation set. The sets are in MNIST's box."""
    worse, figures = False, []
    for name, digits in sets.items():
        before, now = (
            evaluate(each.network, each.prepared(digits.X), digits.y).accuracy
            for each in (old, new)
        )
        worse |= round(before - now, 6) > MARGIN
        figures.append(f"{now:.2%} of {name.replace('_', ' ')} (before: {before:.2%})")
    if worse:
        raise WorseError(
            f"the new weights get {' and '.join(figures)} right. That is worse by more than"
            f" {100 * MARGIN:g} points, so {path} stays as it was. Look for wrong labels among the"
            " corrections (`python -m training corrections`), or train for longer."
        )
