"""Corrections as training data: load, list and weight them."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from corrections import Correction, Corrections
from model.reading import NO_DIGIT
from training.dataset import Dataset

SHARE = 0.05  # of the training set: corrections are repeated to reach it
MOST_REPEATS = 50  # of a correction


def load(place: str) -> list[Correction]:
    """Load the corrections in a file or a database, oldest first.

    Raises FileNotFoundError, or ValueError naming the file if it is damaged or empty.
    """
    store = Corrections(place)
    corrections = store.read()
    if not corrections:
        raise ValueError(f"{store.name}: holds no corrections yet; expected at least one")
    return corrections


def listing(corrections: Sequence[Correction]) -> str:
    """One line per correction, oldest first, and the count per digit."""
    lines = ["number  when (UTC)            was  read as"]
    labels = ["none" if c.label == NO_DIGIT else str(c.label) for c in corrections]
    for c, label in zip(corrections, labels):
        lines.append(f"{c.number:6}  {c.time:%Y-%m-%d %H:%M:%S}  {label:>4}  {c.answer:7}")
    each = ", ".join(f"{count:,} x {label}" for label, count in sorted(Counter(labels).items()))
    return "\n".join([*lines, "", f"{len(corrections):,} corrections: {each}"])


def repeats(corrections: int, digits: int) -> int:
    """How often to repeat each correction, given the counts of corrections and digits."""
    return int(np.clip(SHARE * digits / corrections, 1, MOST_REPEATS))


def with_corrections(train_set: Dataset, corrections: Sequence[Correction], times: int) -> Dataset:
    """The training set followed by all corrections, repeated `times` times."""
    X = np.array([c.image.ravel() for c in corrections])
    extra = Dataset(X, np.array([c.label for c in corrections], np.int64))
    return Dataset.concatenated([train_set] + times * [extra])
