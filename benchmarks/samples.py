"""Drawings of real pen strokes to measure on: digits, numbers, and what is no digit.

All are drawn on the page's canvas, black on white, and are the same every time.
"""

import gzip
import json
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from training.strokes.drawing import draw, placed
from training.strokes.hand import Strokes, sketched, varied

CANVAS = 320  # pixels, as on the page
# Non-digits, for evaluation only: training has others, in training/strokes/signs.txt.
NON_DIGITS = {
    "yen": "0,0 3,5! 6,0 ; 3,5 3,10 ; 1,7 5,7",
    "house": "0,5 3,1! 6,5! 6,10! 0,10! 0,5 6,5 ; 2.4,10 2.4,7.4! 3.8,7.4! 3.8,10",
    "flower": "3,10 3,5 ; 3,5 .6,3.6 1,.8 3,0 5,.8 5.4,3.6 3,5 ; 3,8 1.2,6.6 ; 3,8.6 5,7",
    "smile": "1,0 1,.4 ; 4,0 4,.4 ; 0,3 1,4.6 2.5,5 4,4.6 5,3",
    "zigzag": "0,6 1.2,2! 2.4,7! 3.6,1! 4.8,8! 6,2! 7.2,6.6! 8.4,3",
    "three bars": "0,2 6,2 ; 0,5 6,5 ; 0,8 6,8",
    "turned A": "0,0 3,10! 6,0 ; 1.4,5 4.6,5",
    "N in three strokes": ".4,0 .4,10 ; 5.6,0 5.6,10 ; .4,.4 5.6,9.6",
    "crown": "0,4 2,0! 4,4! 6,0! 8,4! 8,10! 0,10! 0,4",
    "man": "3,0 3,6 ; 3,6 0,10 ; 3,6 6,10 ; 0,3 6,3 ; 3,0 2,-1.4 3,-2.6 4,-1.4 3,0",
    "filled": "0,0 9,.5! 0,1! 9,1.5! 0,2! 9,2.5! 0,3! 9,3.5! 0,4! 9,4.5! 0,5! 9,5.5! 0,6! 9,6.5",
    "three dots": "0,0 0,.3 ; 4,.2 4,.5 ; 8,0 8,.3",
}


class PenDigit(NamedTuple):
    """A digit's label, and its strokes, (M, 2) float64 each."""

    label: int
    strokes: Strokes


def load_digits(path: Path) -> list[PenDigit]:
    """Load the digits in FILE. Raises FileNotFoundError, or ValueError for another format."""
    content = path.read_bytes()
    try:
        text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        return [
            PenDigit(digit["label"], [np.array(stroke, np.float64) for stroke in digit["strokes"]])
            for digit in json.loads(text)["digits"]
        ]
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise ValueError(f"{path}: not digits as strokes in JSON ({error!r})") from error


def drawn(strokes: Strokes, rng: np.random.Generator) -> Image.Image:
    """Draw strokes on the page's canvas with random brush, size and position."""
    brush = CANVAS * rng.uniform(0.015, 0.075)
    size = CANVAS * rng.uniform(0.3, 0.85)
    extent = np.ptp(np.concatenate(strokes), axis=0)
    room = CANVAS - brush - extent / max(extent.max(), 1) * (size - brush)
    return draw(placed(strokes, size, brush, at=tuple(rng.uniform(0, room))), CANVAS, brush)


def drawings_of(digits: list[PenDigit]) -> list[Image.Image]:
    """A drawing of each digit: the same every time."""
    return [drawn(d.strokes, np.random.default_rng([2026, n])) for n, d in enumerate(digits)]


def non_digits(count: int) -> dict[str, list[Image.Image]]:
    """`count` drawings of each of NON_DIGITS, by name: the same every time."""
    rng = np.random.default_rng(0)
    return {
        name: [drawn(varied(sketched(sign, rng), rng), rng) for _ in range(count)]
        for name, sign in NON_DIGITS.items()
    }


def composed(digits: list[PenDigit], rng: np.random.Generator) -> Image.Image:
    """Draw digits side by side, with gaps."""
    row, brush = in_a_row(digits, rng)
    return draw(list(chain(*row)), CANVAS, brush)


def touching(digits: list[PenDigit], rng: np.random.Generator) -> Image.Image:
    """Draw digits side by side, two of them touching in one place.

    As `composed`, but some digit is moved to the left, with all after it, until its ink meets the
    ink before; then by up to a quarter of the brush more, as long as the ink that both share is in
    one place and at most two brushes tall.
    """
    row, brush = in_a_row(digits, rng)
    second = int(rng.integers(1, len(row)))
    before, after = (np.asarray(draw(row[n], CANVAS, brush)) < 128 for n in (second - 1, second))
    rows = before.any(axis=1) & after.any(axis=1)
    # The columns between them, row by row: the least is where they meet.
    gaps = after.argmax(axis=1) - (CANVAS - before[:, ::-1].argmax(axis=1))
    meeting = gaps[rows].min()
    shared = rng.uniform(0, 0.25) * brush
    while shared > 1:
        tall = np.flatnonzero(rows & (gaps < meeting + shared))
        if np.ptp(tall) < min(2 * brush, len(tall)):
            break
        shared /= 2
    move = np.array([meeting + max(shared, 1), 0])
    row[second:] = [[stroke - move for stroke in digit] for digit in row[second:]]
    return draw(list(chain(*row)), CANVAS, brush)


def in_a_row(
    digits: list[PenDigit],
    rng: np.random.Generator,
    across: float = CANVAS,
    down: float = CANVAS,
    height: float = 0.55 * CANVAS,
    pen: tuple[float, float] = (8, 20),
) -> tuple[list[Strokes], float]:
    """The digits' strokes in pixels, side by side on a canvas of `across` × `down`, and the brush.

    The tallest is `height` high, less if that is too wide. The brush is in the range `pen`, but at
    most a quarter of the digits' height; gaps are 15 to 45% of that height. Heights vary by 12% and
    baselines by 6% (standard deviations).
    """
    extents = np.array([np.ptp(np.concatenate(digit.strokes), axis=0) for digit in digits]).clip(1)
    sizes = extents / extents[:, 1:] * np.exp(rng.normal(0, 0.12, (len(digits), 1)))
    gaps = rng.uniform(0.15, 0.45, len(digits) - 1)
    widths = sizes[:, 0].sum() + gaps.sum()
    room = across * rng.uniform(0.7, 0.98)
    brush = min(rng.uniform(*pen), room / (3 * widths + len(digits)))
    scale = min((room - len(digits) * brush) / widths, height / sizes[:, 1].max())
    sizes, gaps = scale * sizes + brush, scale * gaps
    left = rng.uniform(0, across - sizes[:, 0].sum() - gaps.sum())
    foot = rng.uniform(sizes[:, 1].max(), down)
    lefts = left + np.cumsum([0, *(sizes[:-1, 0] + gaps)])
    tops = foot + 0.06 * scale * rng.normal(size=len(digits)) - sizes[:, 1]
    corners = np.stack([lefts, tops.clip(0, down - sizes[:, 1])], axis=1)
    row = [
        placed(digit.strokes, size.max(), brush, corner)
        for digit, size, corner in zip(digits, sizes, corners)
    ]
    return row, brush


def numbers_of(
    digits: list[PenDigit], length: int, count: int, compose: Callable[..., Image.Image]
) -> list[tuple[str, Image.Image]]:
    """`count` numbers of `length` digits, as text and drawing: the same every time."""
    numbers = []
    for n in range(count):
        rng = np.random.default_rng([2026, length, n])
        chosen = [digits[i] for i in rng.integers(len(digits), size=length)]
        numbers.append(("".join(str(digit.label) for digit in chosen), compose(chosen, rng)))
    return numbers
