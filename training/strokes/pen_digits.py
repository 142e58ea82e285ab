"""Digits that people wrote with a pen, as strokes, and whose they are: `digits.npz`."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from training.strokes.hand import Strokes

FILE = Path(__file__).with_name("digits.npz")
SIZE = 10.0  # longer side of a digit
GRID = 120  # steps on that side in the file


class PenDigit(NamedTuple):
    """A digit's strokes, (M, 2) float64 each, x to the right, y down; its label; who wrote it."""

    strokes: Strokes
    label: int
    writer: int


@cache
def digits() -> list[PenDigit]:
    """The digits. Each has its upper left corner at (0, 0), its longer side is SIZE."""
    with np.load(FILE) as file:
        moves, lengths, counts = file["moves"].astype(np.int64), file["lengths"], file["counts"]
        labels, writers = file["labels"].tolist(), file["writers"].tolist()
    # A stroke's first move is its first point; the others are from point to point.
    lines = np.split(moves, np.cumsum(lengths)[:-1])
    strokes = iter([np.cumsum(line, axis=0) * (SIZE / GRID) for line in lines])
    return [
        PenDigit([next(strokes) for _ in range(count)], label, writer)
        for count, label, writer in zip(counts.tolist(), labels, writers)
    ]


def sources() -> list[dict[str, str]]:
    """Where the digits are from: each "source", and its "license"."""
    with np.load(FILE) as file:
        about: list[dict[str, str]] = json.loads(str(file["metadata"]))
    return about
