"""Non-digits: letters and signs, turned or mirrored digits, pairs of digits, and scribbles."""

from pathlib import Path

import numpy as np
from numpy.random import Generator

from training.strokes.hand import Strokes, resampled, sketched, turn

# Letters and signs, one per line, without those that could be a digit, such as O, l, S and Z.
SIGNS = Path(__file__).with_name("signs.txt").read_text("ascii").splitlines()
# Matrices, and the digits that they turn into non-digits: a turned 6 would be a 9.
CHANGES = (
    (np.diag([-1, 1]), (3, 4, 6, 7, 9)),
    (turn(np.pi / 2), (2, 3, 4, 5, 6, 7, 9)),
    (turn(-np.pi / 2), (2, 3, 4, 5, 6, 7, 9)),
    (turn(np.pi), (3, 4, 7)),
)


def sign(rng: Generator) -> Strokes:
    """A random letter or sign."""
    return sketched(SIGNS[rng.integers(len(SIGNS))], rng)


def turned(strokes: Strokes, label: int, rng: Generator) -> Strokes | None:
    """Turn or mirror a digit; None if the result might still be a digit."""
    matrix, labels = CHANGES[rng.integers(len(CHANGES))]
    return [points @ matrix for points in strokes] if label in labels else None


def pair(left: Strokes, right: Strokes, rng: Generator) -> Strokes:
    """Two digits side by side, which often touch."""
    first, second = (np.concatenate(strokes)[:, 0] for strokes in (left, right))
    gap = rng.uniform(-0.2, 0.3) * min(np.ptp(first), np.ptp(second))
    size, place = rng.normal(1, 0.1), first.max() + gap
    return left + [size * (stroke - (second.min(), 0)) + (place, 0) for stroke in right]


def scribble(rng: Generator) -> Strokes:
    """Random lines."""
    steps = [rng.normal(0, 2.5, (rng.integers(3, 25), 2)) for _ in range(rng.integers(1, 5))]
    return [resampled(np.cumsum(step, axis=0) + rng.uniform(0, 8, 2)) for step in steps]
