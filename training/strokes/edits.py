"""Edits that turn a usual digit into a rarer way to write it: a slash through a 0, an open 8, …

An edit takes strokes with points STEP apart, of a digit 10 high or wide. It returns new strokes, or
the same if it does not fit the way in which the digit is written.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.random import Generator

from training.strokes.hand import STEP, Strokes, curve, turn

Edit = Callable[[Strokes, Generator], Strokes]
Range = tuple[float, float]


def edited(strokes: Strokes, label: int, rng: Generator) -> Strokes:
    """Edit the digit or leave it, with the probabilities in EDITS."""
    left = rng.random()
    for share, edit in EDITS[label]:
        left -= share
        if left < 0:
            return edit(strokes, rng)
    return strokes


def _stretched(strokes: Strokes, rng: Generator, least: float, most: float) -> Strokes:
    """Stretch horizontally by a factor between `least` and `most`."""
    factor = np.exp(rng.uniform(np.log(least), np.log(most)))
    return [stroke * (factor, 1) for stroke in strokes]


def _slashed(strokes: Strokes, rng: Generator, least: float, most: float) -> Strokes:
    """Slash the 0, from upper right to lower left, `least` to `most` times its height."""
    strokes = _stretched(strokes, rng, 0.5, 1)
    points = np.concatenate(strokes)
    width, height = np.ptp(points, axis=0)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2 + rng.normal(0, 0.4, 2)
    half = np.array([rng.uniform(0, 1) * width, -rng.uniform(least, most) * height]) / 2
    return [*strokes, curve([middle + half, middle - half])]


def _barred(strokes: Strokes, rng: Generator) -> Strokes:
    """Add a bar through the stem of the 7."""
    if len(strokes) > 1:  # it has a bar
        return strokes
    points = strokes[0]
    (width, height), top = np.ptp(points, axis=0), points[:, 1].min()
    middle = points[np.abs(points[:, 1] - top - height * rng.uniform(0.4, 0.7)).argmin()]
    half = width * np.array([rng.uniform(0.2, 0.5), rng.normal(0, 0.08)])
    return [*strokes, curve([middle - half, middle + half])]


def _stem(strokes: Strokes) -> np.ndarray | None:
    """The stem of the 1, top to foot; None if it has more strokes or is not straight."""
    points = strokes[0] if strokes[0][0, 1] < strokes[0][-1, 1] else strokes[0][::-1]
    points = points[points[:, 1].argmin() :]
    length = np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    is_straight = length < 1.15 * np.linalg.norm(points[-1] - points[0])
    return points if len(strokes) == 1 and is_straight and len(points) > 9 else None


def _flagged(
    strokes: Strokes, rng: Generator, lengths: Range = (1.2, 5), angles: Range = (0.4, 1.2)
) -> Strokes:
    """Add a flag to the top of the 1, from the lower left; an angle of 0 is level."""
    stem = _stem(strokes)
    if stem is None:
        return strokes
    length, angle = rng.uniform(*lengths), rng.uniform(*angles)
    start = stem[0] + length * np.array([-np.cos(angle), np.sin(angle)])
    bent = (start + stem[0]) / 2 + rng.normal(0, 0.1 * length, 2)
    return [np.concatenate([curve([start, bent, stem[0]]), stem])]


def _with_foot(strokes: Strokes, rng: Generator) -> Strokes:
    """Add a base under the 1, or a tick at its foot; often also a flag."""
    stem = _stem(strokes)
    if stem is None:
        return strokes
    written = _flagged(strokes, rng)[0] if rng.random() < 0.6 else stem
    if rng.random() < 0.5:
        left, right = -rng.uniform(1, 3), rng.uniform(1, 3)
        ends = stem[-1] + np.array([[left, 0], [right, 0]]) + rng.normal(0, 0.2, (2, 2))
        return [written, curve(ends)]
    tick = rng.uniform(0.7, 3.5) * turn(rng.uniform(0, 1.2))[0]
    return [np.concatenate([written, curve([stem[-1], stem[-1] + tick * (1, -1)])])]


def _shortened(points: np.ndarray, most: float, rng: Generator) -> np.ndarray:
    """Cut off a share of the line's end."""
    return points[: max(3, int(len(points) * (1 - rng.uniform(0.03, most))))]


def _opened(strokes: Strokes, rng: Generator) -> Strokes:
    """Leave the bowl of the 6, or the 8, open."""
    *others, points = strokes
    return [*others, _shortened(_shortened(points, 0.22, rng)[::-1], 0.06, rng)[::-1]]


def _swung(strokes: Strokes, rng: Generator) -> Strokes:
    """Leave the bowl of the 6 open, its end swung up to the right, and often back and down."""
    *others, points = strokes
    if points[0, 1] > points[-1, 1]:  # written from below
        return strokes
    points = points[: max(3, points[:, 1].argmax() + rng.integers(-4, 5))]
    way = np.array([[0, 0], [0.8, 0.3], [1, 1], [0.5, 0.9], [0.2, 0.4], [0.4, -0.1], [1.3, 0.3]])
    way = way[: rng.integers(3, len(way) + 1)] * (rng.uniform(1, 5), -rng.uniform(2, 7))
    way[1:] += rng.normal(0, 0.3, (len(way) - 1, 2))
    return [*others, np.concatenate([points, curve(points[-1] + way)])]


def _curled(points: np.ndarray, rng: Generator) -> np.ndarray:
    """Curl the line's end further in the direction in which it turns."""
    bends = np.diff(points[-len(points) // 3 :: 2], axis=0)
    sense = np.sign(bends[:-1, 0] @ bends[1:, 1] - bends[:-1, 1] @ bends[1:, 0]) or 1
    radius, angle = rng.uniform(0.7, 2), rng.uniform(1, 3.8)
    way = points[-1] - points[-4]
    way = STEP * way / max(np.linalg.norm(way), 1e-6)
    turns = np.arange(1, int(angle * radius / STEP) + 1) * sense * STEP / radius
    ways = [way @ turn(t) for t in turns]
    ways += rng.integers(0, 10) * ways[-1:]  # then straight on
    return np.concatenate([points, points[-1] + np.cumsum(ways, axis=0)])


def _curled_back(strokes: Strokes, rng: Generator) -> Strokes:
    """Curl the end of the 3 or 5 into its bowl, and sometimes the beginning of a 3."""
    *others, points = sorted(strokes, key=lambda stroke: stroke[-1, 1])
    if len(points) < 12 or points[-1, 1] < np.concatenate(strokes)[:, 1].max() - 4:
        return strokes
    points = _curled(points, rng)
    if not others and rng.random() < 0.3:
        points = _curled(points[::-1], rng)[::-1]
    return [*others, points]


def _bar_astray(strokes: Strokes, rng: Generator) -> Strokes:
    """Shorten and displace the 5's bar, if it is a separate stroke, and shorten its neck."""
    bar, *others = sorted(strokes, key=lambda stroke: np.ptp(stroke[:, 1]))
    if len(others) != 1:
        return strokes
    bar = bar.mean(axis=0) + (bar - bar.mean(axis=0)) * rng.uniform(0.3, 1)
    without_neck = _shortened(others[0][::-1], 0.3, rng)[::-1]
    return [without_neck, bar + rng.normal([-0.4, -0.8], 0.8)]


def _looped(strokes: Strokes, rng: Generator) -> Strokes:
    """Add a loop at the lower left of the 2, as in joined-up writing, with a rising tail."""
    *others, points = strokes
    low = np.flatnonzero(points[:, 1] > points[:, 1].min() + 0.6 * np.ptp(points[:, 1]))
    corner = low[points[low, 0].argmin()]
    if others or not 5 < corner < len(points) - 4:
        return strokes
    radius = rng.uniform(0.4, 1.8) * np.array([1, np.exp(rng.uniform(-1, 1))])
    angles = rng.uniform(0.6, 1.2) * np.pi - np.linspace(0, 2 * np.pi, max(8, int(8 * radius[0])))
    loop = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    loop = points[corner] + loop - loop[0]
    tail = (points[corner:] - points[corner]) @ turn(-rng.uniform(0, 0.9)) * rng.uniform(0.5, 1)
    return [np.concatenate([points[:corner], loop, points[corner] + tail])]


_wide = partial(_stretched, least=1.1, most=1.9)
_flagged_level = partial(_flagged, lengths=(2.5, 5.5), angles=(0.1, 0.5))

# Probabilities of the edits of each digit.
EDITS: dict[int, tuple[tuple[float, Edit], ...]] = {
    0: (
        (0.15, partial(_slashed, least=0.7, most=1.1)),
        (0.17, partial(_slashed, least=1.1, most=2.4)),
        (0.15, _wide),
    ),
    1: ((0.2, _flagged), (0.15, _flagged_level), (0.45, _with_foot)),
    2: ((0.25, _looped), (0.15, _wide)),
    3: ((0.2, _curled_back), (0.15, _wide)),
    4: ((0.15, _wide),),
    5: ((0.2, _curled_back), (0.25, _bar_astray), (0.15, _wide)),
    6: ((0.15, _opened), (0.25, _swung)),
    7: ((0.4, _barred),),
    8: ((0.2, _opened), (0.15, _wide)),
    9: ((0.2, partial(_stretched, least=0.4, most=0.8)), (0.15, _wide)),
}
