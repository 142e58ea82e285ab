"""Training on corrections: which there are, and their weight."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from corrections import Correction, Corrections
from model.reading import NO_DIGIT
from training.dataset import Dataset

# Corrections are repeated until they are this share of the training set: at least once, at most
# MOST_REPEATS times.
SHARE = 0.05
MOST_REPEATS = 50


def load(place: str) -> list[Correction]:
    """Load the corrections in a file, or a database, oldest first; at least one.

    Raises FileNotFoundError, or ValueError naming the file if it is damaged or empty.
    """
    corrections = Corrections(place)
    kept = corrections.read()
    if not kept:
        raise ValueError(f"{corrections.name}: holds no corrections yet; expected at least one")
    return kept


def listing(kept: Sequence[Correction]) -> str:
    """One line per correction, oldest first, and the count per digit."""
    lines = ["number  when (UTC)            was  read as"]
    for c in kept:
        lines.append(f"{c.number:6}  {c.time:%Y-%m-%d %H:%M:%S}  {name(c.label):>4}  {c.answer:7}")
    counts = Counter(name(c.label) for c in kept)
    lines.append(f"\n{len(kept):,} corrections: ")
    lines[-1] += ", ".join(f"{count:,} x {digit}" for digit, count in sorted(counts.items()))
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
