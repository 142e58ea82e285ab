"""Rarer ways to write a digit, made from a usual one: a slash through a 0, an 8 left open, …

Strokes are points (M, 2), STEP apart, x to the right and y down, 10 on the longer side. An edit
returns new strokes, or the same ones if the digit is written in a way that it does not fit.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from training.strokes.hand import STEP, Strokes, curve, turn

Edit = Callable[[Strokes, np.random.Generator], Strokes]


def edited(strokes: Strokes, label: int, rng: np.random.Generator) -> Strokes:
    """The digit as it is, or in a rarer way, as often as EDITS says."""
    left = rng.random()
    for share, edit in EDITS.get(label, ()):
        left -= share
        if left < 0:
            return edit(strokes, rng)
    return strokes


def _box(strokes: Strokes) -> tuple[float, float, float, float]:
    """Left, top, width and height."""
    points = np.concatenate(strokes)
    return *points.min(axis=0), *np.maximum(np.ptp(points, axis=0), 0.1)


def _line(*points: tuple[float, float]) -> np.ndarray:
    return curve(np.array(points))


def _slash(strokes: Strokes, rng: np.random.Generator, beyond: tuple[float, float]) -> Strokes:
    """A slash through the 0, of so many times its height: from upper right to lower left."""
    left, top, width, height = _box(strokes)
    middle = np.array([left + width / 2, top + height / 2]) + rng.normal(0, 0.4, 2)
    half = rng.uniform(*beyond) * height / 2
    aside = rng.uniform(0, 1) * width / 2  # none: an upright one
    return [*strokes, _line(middle + (aside, -half), middle - (aside, -half))]


def _bar(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A bar through the stem of the 7."""
    if len(strokes) > 1:  # it has one
        return strokes
    left, top, width, height = _box(strokes)
    stem = np.concatenate(strokes)
    y = top + height * rng.uniform(0.4, 0.7)
    x = stem[np.abs(stem[:, 1] - y).argmin(), 0]
    half, rise = width * rng.uniform(0.2, 0.5), rng.normal(0, 0.08) * width
    return [*strokes, _line((x - half, y + rise), (x + half, y - rise))]


def _is_stick(strokes: Strokes) -> bool:
    _, _, width, height = _box(strokes)
    slant = strokes[0][-1] - strokes[0][0]
    way = np.linalg.norm(np.diff(strokes[0], axis=0), axis=1).sum()
    return len(strokes) == 1 and height > width and way < 1.15 * np.linalg.norm(slant)


def _flag(strokes: Strokes, rng: np.random.Generator, level: bool) -> Strokes:
    """A flag on the 1, from its lower left to its top, or a long one that is almost level."""
    if not _is_stick(strokes):
        return strokes
    stem = strokes[0] if strokes[0][0, 1] < strokes[0][-1, 1] else strokes[0][::-1]
    length = rng.uniform(2.5, 5.5) if level else rng.uniform(1.2, 5)
    angle = rng.uniform(0.1, 0.5) if level else rng.uniform(0.4, 1.2)
    start = stem[0] + length * np.array([-np.cos(angle), np.sin(angle)])
    bent = (start + stem[0]) / 2 + rng.normal(0, 0.1 * length, 2)
    return [np.concatenate([_line(start, bent, stem[0]), stem])]


def _base(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A base under the 1, which may have a flag, too."""
    if not _is_stick(strokes):
        return strokes
    left, top, width, height = _box(strokes)
    foot = strokes[0][strokes[0][:, 1].argmax()]
    ends = foot - (rng.uniform(1, 3), 0), foot + (rng.uniform(1, 3), 0)
    if rng.random() < 0.6:
        strokes = _flag(strokes, rng, level=False)
    return [*strokes, _line(*(end + rng.normal(0, 0.2, 2) for end in ends))]


def _tick(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A tick at the foot of the 1, to the right and a little up."""
    if not _is_stick(strokes):
        return strokes
    stem = strokes[0] if strokes[0][0, 1] < strokes[0][-1, 1] else strokes[0][::-1]
    end = stem[-1] + rng.uniform(1, 3.5) * np.array([1, -rng.uniform(0, 0.7)])
    stem = stem if rng.random() < 0.5 else _flag([stem], rng, level=False)[0]
    return [np.concatenate([stem, _line(stem[-1], end)])]


def _shortened(points: np.ndarray, least: float, most: float, rng: np.random.Generator):
    """The line without a share of its end."""
    return points[: max(3, int(len(points) * (1 - rng.uniform(least, most))))]


def _open_bowl(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """The bowl of the 6 left open."""
    return [*strokes[:-1], _shortened(strokes[-1], 0.04, 0.18, rng)]


def _swinging_bowl(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """The bowl of the 6 left open, its end swung up and to the right, and sometimes bent back."""
    *others, points = strokes
    if points[0, 1] > points[-1, 1]:  # written from below
        return strokes
    points = points[: max(3, points[:, 1].argmax() + rng.integers(-4, 5))]
    start, out, up = points[-1], rng.uniform(1, 5), -rng.uniform(2, 7)
    way = [start, start + (0.8 * out, 0.3 * up), start + (out, up)]
    if rng.random() < 0.4:
        way.append(way[-1] + rng.uniform(0.3, 1.5) * np.array([-1, rng.normal(0, 0.5)]))
    return [*others, np.concatenate([points, _line(*way)])]


def _curled_end(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """The end of the 3 or the 5 curled back into its bowl."""
    which = max(range(len(strokes)), key=lambda n: strokes[n][-1, 1])
    points = strokes[which]
    if len(points) < 12 or points[-1, 1] < np.concatenate(strokes)[:, 1].max() - 4:
        return strokes
    bends = np.diff(points[-len(points) // 3 :: 2], axis=0)
    sense = np.sign(np.cross(bends[:-1], bends[1:]).sum()) or 1
    radius, angle = rng.uniform(0.7, 2), rng.uniform(1, 3.8)
    way = np.diff(points[-4:], axis=0).mean(axis=0)
    way = STEP * way / max(np.linalg.norm(way), 1e-6)
    steps = int(angle * radius / STEP)
    ways = [way @ turn(sense * STEP * n / radius) for n in range(1, steps + 1)]
    curl = points[-1] + np.cumsum(ways, axis=0)
    return [*strokes[:which], np.concatenate([points, curl]), *strokes[which + 1 :]]


def _loop(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A small loop at the lower left corner of the 2, as in joined-up hand."""
    *others, points = strokes
    _, top, _, height = _box([points])
    low = np.flatnonzero(points[:, 1] > top + 0.6 * height)
    if others or len(low) < 6:
        return strokes
    corner = low[points[low, 0].argmin()]
    if not 5 < corner < len(points) - 4:
        return strokes
    radius = rng.uniform(0.5, 2) * np.array([1, rng.uniform(0.3, 0.9)])
    angles = np.linspace(0, 2 * np.pi, max(8, int(8 * radius[0])))
    start = rng.uniform(0.6, 1.2) * np.pi
    loop = np.stack([np.cos(start - angles), np.sin(start - angles)], axis=1)
    loop = points[corner] + radius * (loop - loop[0])
    return [np.concatenate([points[:corner], loop, points[corner:]])]


def _open_eight(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """An 8 whose ends do not meet."""
    if len(strokes) > 1:
        return strokes
    points = _shortened(strokes[0], 0.04, 0.15, rng)
    return [_shortened(points[::-1], 0, 0.06, rng)[::-1]]


def _stretched(strokes: Strokes, rng: np.random.Generator, least: float, most: float) -> Strokes:
    """Wider or narrower by a factor between these."""
    factor = np.exp(rng.uniform(np.log(least), np.log(most)))
    return [stroke * (factor, 1) for stroke in strokes]


_wide = partial(_stretched, least=1.1, most=1.9)
_narrow = partial(_stretched, least=0.4, most=0.8)

# How often a digit is edited, and how.
EDITS: dict[int, tuple[tuple[float, Edit], ...]] = {
    0: (
        (0.15, partial(_slash, beyond=(0.7, 1.1))),
        (0.15, partial(_slash, beyond=(1.1, 2.2))),
        (0.15, _wide),
    ),
    1: (
        (0.15, partial(_flag, level=False)),
        (0.1, partial(_flag, level=True)),
        (0.1, _base),
        (0.12, _tick),
    ),
    2: ((0.2, _loop), (0.15, _wide)),
    3: ((0.2, _curled_end), (0.15, _wide)),
    4: ((0.15, _wide),),
    5: ((0.2, _curled_end), (0.15, _wide)),
    6: ((0.15, _open_bowl), (0.2, _swinging_bowl)),
    7: ((0.25, _bar),),
    8: ((0.2, _open_eight), (0.15, _wide)),
    9: ((0.2, _narrow), (0.15, _wide)),
}
