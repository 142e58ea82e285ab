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
    labels = ["none" if c.label == NO_DIGIT else str(c.label) for c in kept]
    for c, label in zip(kept, labels):
        lines.append(f"{c.number:6}  {c.time:%Y-%m-%d %H:%M:%S}  {label:>4}  {c.answer:7}")
    each = ", ".join(f"{count:,} x {label}" for label, count in sorted(Counter(labels).items()))
    return "\n".join([*lines, "", f"{len(kept):,} corrections: {each}"])


def repeats(corrections: int, digits: int) -> int:
    """How often to repeat each correction, given the counts of corrections and digits."""
    return int(np.clip(SHARE * digits / corrections, 1, MOST_REPEATS))


def added(train_set: Dataset, kept: Sequence[Correction], times: int) -> Dataset:
    """The training set followed by all corrections, repeated `times` times."""
    X = np.array([c.image.ravel() for c in kept])
    corrections = Dataset(X, np.array([c.label for c in kept], np.int64))
    return Dataset.concatenated([train_set] + times * [corrections])
