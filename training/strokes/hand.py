"""Strokes of people's digits, and how a hand varies them: never the same digit twice."""

import json
import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

Strokes = list[np.ndarray]  # points (M, 2) float64 each, x to the right and y down
STEP = 0.25  # between points of a line; a digit's longer side is 10
FILE = Path(__file__).with_name("digits.npz")
UNIT = 10 / 120  # of the file's grid


class PenDigit(NamedTuple):
    """A digit that somebody wrote with a pen; its label; its writer."""

    strokes: Strokes
    label: int
    writer: int


@cache
def digits() -> list[PenDigit]:
    """All digits of the file, each with its upper left corner at (0, 0)."""
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
        return list(json.loads(str(file["metadata"])))


def curve(control: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
    """A smooth line (M, 2) through control points (K, 2), with points about STEP apart.

    A centripetal Catmull-Rom spline (Yuksel et al. 2011), which has no spurious loops.
    """
    points = np.asarray(control)
    t = np.concatenate([[0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(points, axis=0), axis=1)))])
    slopes = np.gradient(points, t, axis=0)
    at = np.linspace(0, t[-1], 16 * len(points))
    k = np.clip(np.searchsorted(t, at, side="right") - 1, 0, len(t) - 2)
    width = (t[k + 1] - t[k])[:, None]
    s = (at - t[k])[:, None] / width
    # Cubic Hermite basis, for the values and slopes at both ends.
    return resampled(
        (1 + 2 * s) * (1 - s) ** 2 * points[k]
        + s * (1 - s) ** 2 * width * slopes[k]
        + s**2 * (3 - 2 * s) * points[k + 1]
        + s**2 * (s - 1) * width * slopes[k + 1]
    )


def resampled(points: np.ndarray) -> np.ndarray:
    """Resample a line (M, 2) with points about STEP apart; a dot becomes two points."""
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    along = np.concatenate([[0], np.cumsum(lengths)])
    at = np.linspace(0, along[-1], int(along[-1] / STEP) + 2)
    return np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)


def sketched(sign: str, rng: Generator) -> Strokes:
    """The strokes of a sign, given as in `signs.txt`, with noise on every point.

    ";" lifts the pen. A point is "x,y"; "!" marks a corner of the otherwise smooth line.
    """
    spread = rng.uniform(0.08, 0.5)
    strokes = []
    for stroke in sign.split(";"):
        control = re.findall(r"([-.\d]+),([-.\d]+)(!?)", stroke)
        points = np.array([(float(x), float(y)) for x, y, _ in control])
        points += rng.normal(0, spread, points.shape)
        corners = [n for n, (_, _, corner) in enumerate(control) if corner]
        ends = pairwise([0, *corners, len(points) - 1])
        pieces = [curve(points[start : end + 1]) for start, end in ends if start < end]
        strokes.append(np.concatenate(pieces))
    return strokes


def varied(strokes: Strokes, rng: Generator) -> Strokes:
    """Vary strokes: bend them, change their ends and proportions, taper them."""
    strength, stretch = rng.uniform(0, 0.5), np.exp(rng.normal(0, [0.2, 0]))
    bend, phase, frequency = rng.normal(0, 0.2, 2), rng.uniform(0, 6, 2), rng.uniform(0.3, 1, 2)
    taper, head = rng.normal(0, 0.015, 2)
    result = []
    for stroke in strokes:
        points = _waved(_ends_changed(stroke, rng), strength, rng)
        points = points + bend * np.sin(points * frequency + phase)
        x, y = points.T
        result.append(np.stack([x * (1 + taper * y), y * (1 + head * y)], axis=1) * stretch)
    return result


def _waved(points: np.ndarray, strength: float, rng: Generator) -> np.ndarray:
    """Lengthen or curl parts of a line with random waves."""
    frequency = np.arange(1, 4)  # in half periods per stroke
    phase, amplitude = rng.uniform(0, 2 * np.pi, (2, 3)), rng.normal(0, 1, (2, 3)) / frequency
    along = np.linspace(0, np.pi, len(points))[:, None, None]
    waves: np.ndarray = (amplitude * np.cos(frequency * along + phase)).sum(axis=2)
    length: float = np.ptp(points, axis=0).max()
    return points + strength * min(length / 10, 1) * waves


def _ends_changed(points: np.ndarray, rng: Generator) -> np.ndarray:
    """Shorten or extend both ends of a line, sometimes with a hook."""
    for _ in range(2):  # the end, then the beginning of the line, which is reversed twice
        direction = points[-1] - points[-min(4, len(points))]
        direction = direction / (np.linalg.norm(direction) or 1)
        if rng.random() < 0.1:
            direction = direction @ turn(rng.uniform(1.5, 2.8) * rng.choice([-1, 1]))
        missing = int(rng.exponential(0.03) * len(points)) if rng.random() < 0.5 else 0
        points = points[: max(2, len(points) - missing)]
        points = np.concatenate([points, points[-1:] + direction * rng.exponential(0.35)])[::-1]
    return points


def turn(angle: float) -> np.ndarray:
    """The matrix (2, 2) that rotates rows of points by an angle in radians."""
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
