"""Accuracy on numbers composed of real pen drawings, for `benchmarks.drawings`."""

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
from PIL import Image

from model.recognizer import Recognizer
from training.strokes.drawing import draw, placed

LENGTHS = (2, 3, 4)
TOUCHING = (2, 3)  # lengths of the numbers of which two digits touch
CRAMPED = (5, 6, 7, 8, 9, 10)  # lengths of the numbers for which there is little room
CANVAS = 320  # pixels, as on the page


def strokes_of(digit: dict[str, Any]) -> list[np.ndarray]:
    """The strokes of a digit from `benchmarks.drawings.load_digits`: each (N, 2) float64."""
    return [np.array(stroke, dtype=np.float64).reshape(-1, 2) for stroke in digit["strokes"]]


def composed(digits: list[dict[str, Any]], rng: np.random.Generator) -> Image.Image:
    """Draw digits side by side on the page's canvas, with gaps."""
    row, brush = _in_a_row(digits, rng)
    return draw(list(chain(*row)), CANVAS, brush)


def touching(digits: list[dict[str, Any]], rng: np.random.Generator) -> Image.Image:
    """Draw digits side by side, two of them touching in one place.

    As `composed`, but some digit is moved to the left, with all after it, until its ink meets the
    ink before; then by up to a quarter of the brush more, as long as the ink that both share is in
    one place and at most two brushes tall.
    """
    row, brush = _in_a_row(digits, rng)
    second = int(rng.integers(1, len(row)))
    before, after = (_ink(row[n], brush) for n in (second - 1, second))
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


def cramped(digits: list[dict[str, Any]], rng: np.random.Generator) -> Image.Image:
    """Draw digits side by side with a brush too thick for them, as on a phone's small canvas.

    The brush has 7 to 16 pixels. Between the middles of its strokes, gaps are as in `composed`, but
    for half the brush to all of it: so many digits touch.
    """
    strokes = [strokes_of(digit) for digit in digits]
    extents = np.array([np.ptp(np.concatenate(digit), axis=0) for digit in strokes]).clip(1)
    sizes = extents / extents[:, 1:] * np.exp(rng.normal(0, 0.12, (len(digits), 1)))
    gaps = rng.uniform(0.15, 0.45, len(digits))
    brush, room = rng.uniform(7, 16), CANVAS * rng.uniform(0.7, 0.98)
    pitch = brush * rng.uniform(0.5, 1)
    scale = (room - brush - len(digits) * pitch) / (sizes[:, 0].sum() + gaps.sum())
    scale = min(scale, 0.55 * CANVAS / sizes[:, 1].max())
    left, foot = 0.01 * CANVAS, CANVAS * rng.uniform(0.6, 0.9)
    row = []
    for digit, (width, height), gap in zip(strokes, scale * sizes, scale * gaps):
        top = foot + 0.06 * scale * rng.normal() - height - brush
        row += placed(digit, max(width, height) + brush, brush, at=(left, top))
        left += width + gap + pitch
    return draw(row, CANVAS, brush)


def _ink(strokes: list[np.ndarray], brush: float) -> np.ndarray:
    """Where the strokes' ink is: (CANVAS, CANVAS) bool."""
    return np.asarray(draw(strokes, CANVAS, brush)) < 128


def _in_a_row(
    digits: list[dict[str, Any]], rng: np.random.Generator
) -> tuple[list[list[np.ndarray]], float]:
    """The digits' strokes in pixels, side by side on the page's canvas, and the brush.

    The brush has 8 to 20 pixels, but at most a quarter of the digits' height; gaps are 15 to 45% of
    that height. Heights vary by 12% and baselines by 6% (standard deviations).
    """
    strokes = [strokes_of(digit) for digit in digits]
    extents = np.array([np.ptp(np.concatenate(digit), axis=0) for digit in strokes]).clip(1)
    sizes = extents / extents[:, 1:] * np.exp(rng.normal(0, 0.12, (len(digits), 1)))
    gaps = rng.uniform(0.15, 0.45, len(digits) - 1)
    widths = sizes[:, 0].sum() + gaps.sum()
    room = CANVAS * rng.uniform(0.7, 0.98)
    brush = min(rng.uniform(8, 20), room / (3 * widths + len(digits)))
    scale = min((room - len(digits) * brush) / widths, 0.55 * CANVAS / sizes[:, 1].max())
    sizes, gaps = scale * sizes + brush, scale * gaps
    left = rng.uniform(0, CANVAS - sizes[:, 0].sum() - gaps.sum())
    foot = rng.uniform(sizes[:, 1].max(), CANVAS)
    row = []
    for digit, (width, height), gap in zip(strokes, sizes, [*gaps, 0]):
        top = np.clip(foot + 0.06 * scale * rng.normal() - height, 0, CANVAS - height)
        row.append(placed(digit, max(width, height), brush, at=(left, top)))
        left += width + gap
    return row, brush


def some_numbers(
    digits: list[dict[str, Any]],
    length: int,
    count: int,
    compose: Callable[[list[dict[str, Any]], np.random.Generator], Image.Image] = composed,
) -> list[tuple[str, Image.Image]]:
    """`count` numbers of `length` digits, as text and drawing: the same every time."""
    numbers = []
    for n in range(count):
        rng = np.random.default_rng([2026, length, n])
        chosen = [digits[i] for i in rng.integers(len(digits), size=length)]
        text = "".join(str(digit["label"]) for digit in chosen)
        numbers.append((text, compose(chosen, rng)))
    return numbers


def report_numbers(recognizer: Recognizer, digits: list[dict[str, Any]]) -> None:
    """Print, per length, the shares read correctly and with the correct number of digits."""
    for length in LENGTHS:
        numbers = some_numbers(digits, length, count=min(500, len(digits)))
        print(f"numbers of {length} digits: {_shares(recognizer, numbers)[0]}")


def report_touching(recognizer: Recognizer, digits: list[dict[str, Any]], whose: str) -> None:
    """Print the same of numbers of which two digits touch; and how many are called uncertain."""
    for length in TOUCHING:
        numbers = some_numbers(digits, length, min(500, len(digits)), touching)
        shares, doubt = _shares(recognizer, numbers)
        print(f"{length} digits{whose}, two of them touching: {shares}; {doubt}")


def report_cramped(recognizer: Recognizer, digits: list[dict[str, Any]]) -> None:
    """Print how many long numbers, written too thickly for their size, are wrong but certain."""
    shares = np.zeros(3)
    for length in CRAMPED:
        for text, picture in some_numbers(digits, length, min(100, len(digits)), cramped):
            reading = recognizer.read(picture)
            right, certain = reading.text == text, reading.certain
            shares += right, not right and not certain, not right and certain
    right, doubted, wrong = shares / shares.sum()
    print(f"cramped numbers: {right:.1%} right, {doubted:.1%} wrong", end=" ")
    print(f"and called uncertain, {wrong:.1%} wrong and certain")


def _shares(recognizer: Recognizer, numbers: list[tuple[str, Image.Image]]) -> tuple[str, str]:
    readings = [recognizer.read(picture) for _, picture in numbers]
    right = np.array([reading.text == text for reading, (text, _) in zip(readings, numbers)])
    counted = np.mean(
        [len(reading.text) == len(text) for reading, (text, _) in zip(readings, numbers)]
    )
    uncertain = np.array([not reading.certain for reading in readings])
    shares = f"{right.mean():.1%} right, {counted:.1%} seen as {len(numbers[0][0])}"
    of_wrong = f", {uncertain[~right].mean():.0%} of those read wrongly" if not right.all() else ""
    return shares, f"called uncertain: {uncertain.mean():.0%}{of_wrong}"
