"""Accuracy on numbers composed of real pen drawings, for `benchmarks.drawings`."""

from typing import Any

import numpy as np
from PIL import Image

from model.recognizer import Recognizer
from training.styles.drawing import draw, placed

LENGTHS = (2, 3, 4)
CANVAS = 320  # pixels, as on the page


def strokes_of(digit: dict[str, Any]) -> list[np.ndarray]:
    """The strokes of a digit from `benchmarks.drawings.load_digits`: each (N, 2) float64."""
    return [np.array(stroke, dtype=np.float64).reshape(-1, 2) for stroke in digit["strokes"]]


def composed(digits: list[dict[str, Any]], rng: np.random.Generator) -> Image.Image:
    """Draw digits side by side on the page's canvas.

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
    result = []
    for digit, (width, height), gap in zip(strokes, sizes, [*gaps, 0]):
        top = np.clip(foot + 0.06 * scale * rng.normal() - height, 0, CANVAS - height)
        result += placed(digit, max(width, height), brush, at=(left, top))
        left += width + gap
    return draw(result, CANVAS, brush)


def some_numbers(
    digits: list[dict[str, Any]], length: int, count: int
) -> list[tuple[str, Image.Image]]:
    """`count` numbers of `length` digits, as text and drawing: the same every time."""
    numbers = []
    for n in range(count):
        rng = np.random.default_rng([2026, length, n])
        chosen = [digits[i] for i in rng.integers(len(digits), size=length)]
        text = "".join(str(digit["label"]) for digit in chosen)
        numbers.append((text, composed(chosen, rng)))
    return numbers


def report_numbers(recognizer: Recognizer, digits: list[dict[str, Any]]) -> None:
    """Print, per length, the shares read correctly and with the correct number of digits."""
    for length in LENGTHS:
        numbers = some_numbers(digits, length, count=min(500, len(digits)))
        texts = [recognizer.read(picture).text for _, picture in numbers]
        right = np.mean([read == text for read, (text, _) in zip(texts, numbers)])
        counted = np.mean([len(text) == length for text in texts])
        print(f"numbers of {length} digits: {right:.1%} right, {counted:.1%} seen as {length}")
