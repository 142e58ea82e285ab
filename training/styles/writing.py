"""From a style to the strokes of a hand: never the same twice.

A style is text, as in `table.py`: the points that a pen passes through. Here it becomes smooth
lines, with all that hands do to them: other proportions, slants, hooks, rounded corners.
"""

import re
from functools import lru_cache

import numpy as np


def scribble(rng: np.random.Generator) -> str:
    """A style that means nothing: a line that wanders, or a few lines, arcs and zigzags."""
    if rng.random() < 0.3:
        return _stroke(np.cumsum(rng.normal(0, 2.5, (rng.integers(8, 25), 2)), axis=0), rng)
    strokes = []
    for _ in range(rng.integers(3, 7)):
        place, size, along = rng.uniform(0, 8, 2), rng.uniform(1, 5), np.linspace(-1, 1, 7)
        angles = rng.uniform(0, 2 * np.pi) + along * rng.uniform(0.5, np.pi)
        shape = rng.choice(3)
        if shape == 0:  # a line
            points = np.outer(along[[0, -1]], [np.cos(angles[0]), np.sin(angles[0])])
        elif shape == 1:  # an arc, or a circle
            points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * rng.uniform(0.5, 1, 2)
        else:  # a zigzag, or a bundle of lines
            points = np.stack([along, np.tile([-1.0, 1.0], 4)[:7] * rng.uniform(0.2, 1)], axis=1)
            points = points[:, :: rng.choice([-1, 1])]
        strokes.append(_stroke(place + size * points, rng))
    return ";".join(strokes)


def _stroke(points: np.ndarray, rng: np.random.Generator) -> str:
    """Points (K, 2) as a stroke in the table's notation, smooth or with a corner at each."""
    corner = rng.choice(["", "!"])
    return " ".join(f"{x:.1f},{y:.1f}{corner}" for x, y in points)


@lru_cache(maxsize=1000)  # more styles than the table holds; scribbles come only once
def parse(style: str) -> list[list[np.ndarray]]:
    """The strokes of a style, each as its smooth pieces: control points (K, 2) between corners."""
    strokes = []
    for stroke in style.split(";"):
        pieces: list[list[tuple[float, float]]] = [[]]
        for x, y, corner in re.findall(r"([-.\d]+),([-.\d]+)(!?)", stroke):
            pieces[-1].append((float(x), float(y)))
            if corner:
                pieces.append([(float(x), float(y))])
        strokes.append([np.array(piece) for piece in pieces if len(piece) > 1])
    return strokes


def curve(points: np.ndarray, step: float = 0.25) -> np.ndarray:
    """A smooth line (M, 2) through control points (K, 2), at most about `step` between its points.

    A Catmull-Rom spline in the centripetal parametrization (Yuksel et al. 2011), which makes no
    loops of its own where points are unevenly spaced.
    """
    t = np.concatenate([[0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(points, axis=0), axis=1)))])
    slopes = np.gradient(points, t, axis=0) if len(points) > 2 else np.diff(points, axis=0) / t[1]
    slopes = np.broadcast_to(slopes, points.shape)
    count = int(np.linalg.norm(np.diff(points, axis=0), axis=1).sum() / step) + 2
    at = np.linspace(0, t[-1], count)
    k = np.clip(np.searchsorted(t, at, side="right") - 1, 0, len(t) - 2)
    width = (t[k + 1] - t[k])[:, None]
    s = (at - t[k])[:, None] / width
    # The cubic Hermite basis: values at both ends, slopes at both ends.
    return (
        (1 + 2 * s) * (1 - s) ** 2 * points[k]
        + s * (1 - s) ** 2 * width * slopes[k]
        + s**2 * (3 - 2 * s) * points[k + 1]
        + s**2 * (s - 1) * width * slopes[k + 1]
    )


def written(style: str, rng: np.random.Generator) -> list[np.ndarray]:
    """The strokes of a style, (M, 2) points each, as some hand in some mood would write them."""
    spread = rng.uniform(0.08, 0.5)  # how far this hand strays from the points
    strokes = []
    for number, pieces in enumerate(parse(style)):
        points = np.concatenate([curve(piece) for piece in _jittered(pieces, spread, rng)])
        points = _ends_changed(_rounded(points, rng), rng)
        if number > 0:  # the pen comes down a little beside where it should
            points = points.mean(axis=0) + (points - points.mean(axis=0)) * rng.normal(1, 0.1)
            points = points + rng.normal(0, 0.35, 2)
        strokes.append(points)
    return _stretched(strokes, rng)


def _jittered(
    pieces: list[np.ndarray], spread: float, rng: np.random.Generator
) -> list[np.ndarray]:
    """Moves every control point, each for itself and all together in waves along the stroke.

    The waves make a part longer or curl it more, as hands do. A corner, which ends one piece and
    begins the next, is moved only once.
    """
    count = sum(len(piece) - 1 for piece in pieces) + 1
    frequency = np.arange(1, 4)  # in half periods per stroke
    phase, amplitude = rng.uniform(0, 2 * np.pi, (2, 3)), rng.normal(0, 1, (2, 3)) / frequency
    along = np.linspace(0, np.pi, count)[:, None, None]
    waves = (amplitude * np.cos(frequency * along + phase)).sum(axis=2)
    moves = rng.uniform(0, 0.6) * waves + rng.normal(0, spread, (count, 2))
    moved, first = [], 0
    for piece in pieces:
        moved.append(piece + moves[first : first + len(piece)])
        first += len(piece) - 1
    return moved


def _rounded(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cuts corners, as a quick hand does: a moving average over a random stretch of the line."""
    half = rng.integers(0, 5)
    if half == 0 or len(points) <= 2 * half:
        return points
    padded = np.concatenate([points[:1]] * half + [points] + [points[-1:]] * half)
    sums = np.cumsum(np.concatenate([np.zeros((1, 2)), padded]), axis=0)
    return (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)


def _ends_changed(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The pen lands and lifts too early or too late, and sometimes leaves a hook."""
    for _ in range(2):  # the end, then, on the reversed line, the beginning
        direction = points[-1] - points[-min(4, len(points))]
        direction = direction / (np.linalg.norm(direction) or 1)
        if rng.random() < 0.1:
            direction = direction @ _turn(rng.uniform(1.5, 2.8) * rng.choice([-1, 1]))
        missing = int(rng.exponential(0.03) * len(points)) if rng.random() < 0.5 else 0
        points = points[: max(2, len(points) - missing)]
        points = np.concatenate([points, points[-1:] + direction * rng.exponential(0.35)])[::-1]
    return points


def _stretched(strokes: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Bends, stretches, slants and turns the whole digit; a larger head, or a wider one."""
    bend, phase = rng.normal(0, 0.15, 2), rng.uniform(0, 2 * np.pi, 2)
    frequency = rng.uniform(0.3, 1.0, 2)
    balance, width = np.exp(rng.normal(0, 0.15)), np.exp(rng.normal(0, 0.3))
    taper = rng.normal(0, 0.15)
    slant, turn = rng.normal(0.05, 0.22), _turn(rng.normal(0, 0.12))
    result = []
    for points in strokes:
        x, y = (points + bend * np.sin(points * frequency + phase)).T
        x = x * (1 + taper * (y / 5 - 1))
        y = 10 * np.sign(y) * np.abs(y / 10) ** balance
        result.append(np.stack([width * x - slant * y, y], axis=1) @ turn)
    return result


def _turn(angle: float) -> np.ndarray:
    """The matrix (2, 2) that turns rows of points by an angle in radians."""
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
