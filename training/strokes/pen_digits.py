"""Read `digits.npz`: digits that people wrote with a pen, as strokes, with their writers."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from training.strokes.hand import Strokes

FILE = Path(__file__).with_name("digits.npz")
UNIT = 10 / 120  # of the file's grid: a digit's longer side is 10


class PenDigit(NamedTuple):
    """A digit's strokes, (M, 2) float64 each, x to the right, y down; its label; its writer."""

    strokes: Strokes
    label: int
    writer: int


@cache
def digits() -> list[PenDigit]:
    """All digits, each with its upper left corner at (0, 0) and a longer side of 10."""
    with np.load(FILE) as file:
        moves, lengths, counts = file["moves"].astype(np.int64), file["lengths"], file["counts"]
        labels, writers = file["labels"].tolist(), file["writers"].tolist()
    # The first move of a stroke is its first point, the others are differences of points.
    lines = np.split(moves, np.cumsum(lengths)[:-1])
    strokes = iter([np.cumsum(line, axis=0) * UNIT for line in lines])
    return [
        PenDigit([next(strokes) for _ in range(count)], label, writer)
        for count, label, writer in zip(counts.tolist(), labels, writers)
    ]


def sources() -> list[dict[str, str]]:
    """The data sets of the digits, each with its "source" and "license"."""
    with np.load(FILE) as file:
        about: list[dict[str, str]] = json.loads(str(file["metadata"]))
    return about
