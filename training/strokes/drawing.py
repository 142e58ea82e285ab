"""Training samples, drawn as on the page: real digits, rarer ways to write them, and non-digits.

A sample is a pen's strokes, varied as hands vary them, drawn with a random brush, and prepared by
`model.picture.prepare` like a drawing on the page.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from model.picture.prepare import MARGIN, OUTLINE, steps_of_outline
from model.reading import NO_DIGIT
from training.dataset import Dataset
from training.parallel import processes
from training.strokes.edits import edited
from training.strokes.hand import Strokes, digits, resampled, sketched, turn, varied

NO_DIGIT_SHARE = 0.21  # of all samples
HELD_OUT = 10  # one in so many writers is not trained on, but validates
VALIDATION = 5_000  # drawings of held-out writers' digits
BRUSH = (0.02, 0.25)  # of the drawing's size: least and largest width
CHUNK = 500  # samples per task of a process, each with its own random generator
# Letters and signs, one per line, without those that could be a digit, such as O, l, S and Z.
SIGNS = Path(__file__).with_name("signs.txt").read_text("ascii").splitlines()
# Matrices, and the digits that they turn into non-digits: a turned 6 would be a 9.
CHANGES = (
    (np.diag([-1, 1]), (3, 4, 6, 7, 9)),
    (turn(np.pi / 2), (2, 3, 4, 5, 6, 7, 9)),
    (turn(-np.pi / 2), (2, 3, 4, 5, 6, 7, 9)),
    (turn(np.pi), (3, 4, 7)),
)


def drawn(count: int, rng: np.random.Generator) -> Dataset:
    """Make `count` samples in MNIST's box: digits and, labelled NO_DIGIT, non-digits.

    It uses all processors; the result depends on `count` and `rng` only.
    """
    with processes() as pool:
        return drawn_here(count, rng, pool.map)


def drawn_here(
    count: int, rng: np.random.Generator, each: Callable[..., Iterable[Dataset]] = map
) -> Dataset:
    """Make the same samples as `drawn`, in this process unless `each` maps in others."""
    counts = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
    return Dataset.concatenated(list(each(_chunk, counts, rng.spawn(len(counts)))))


def drawn_digits(count: int, rng: np.random.Generator) -> Dataset:
    """Make `count` digits, without non-digits, in this process."""
    return _dataset([_digit(rng) for _ in range(count)], rng)


def held_out(rng: np.random.Generator) -> Dataset:
    """Digits by writers whom `drawn` leaves out, unvaried, for validation."""
    others = [digit for digit in digits() if not _is_trained_on(digit.writer)]
    chosen = [others[n] for n in rng.integers(len(others), size=VALIDATION)]
    return _dataset([(digit.strokes, digit.label) for digit in chosen], rng)


def _is_trained_on(writer: int) -> bool:
    return (writer + 1) % HELD_OUT > 0


def _chunk(count: int, rng: np.random.Generator) -> Dataset:
    samples = (
        _digit(rng) if rng.random() > NO_DIGIT_SHARE else (_non_digit(rng), NO_DIGIT)
        for _ in range(count)
    )
    return _dataset(samples, rng)


def _dataset(samples: Iterable[tuple[Strokes, int]], rng: np.random.Generator) -> Dataset:
    """Draw and prepare labelled strokes."""
    images, labels = zip(*((picture(strokes, rng), label) for strokes, label in samples))
    return Dataset(np.reshape(images, (-1, 784)), np.array(labels, np.int64))


def _non_digit(rng: np.random.Generator) -> Strokes:
    """A letter or sign, a digit turned or mirrored, two digits, or a scribble."""
    kind = rng.random()
    if kind < 0.55:
        return varied(sketched(SIGNS[rng.integers(len(SIGNS))], rng), rng)
    if kind < 0.75:
        strokes, label = _digit(rng)
        matrix, labels = CHANGES[rng.integers(len(CHANGES))]
        turned = [points @ matrix for points in strokes]
        return turned if label in labels else _non_digit(rng)
    if kind < 0.9:
        return _pair(_digit(rng)[0], _digit(rng)[0], rng)
    steps = [rng.normal(0, 2.5, (rng.integers(3, 25), 2)) for _ in range(rng.integers(1, 5))]
    return [resampled(np.cumsum(step, axis=0) + rng.uniform(0, 8, 2)) for step in steps]


def _pair(left: Strokes, right: Strokes, rng: np.random.Generator) -> Strokes:
    """Two digits side by side, which often touch."""
    first, second = (np.concatenate(strokes)[:, 0] for strokes in (left, right))
    gap = rng.uniform(-0.2, 0.3) * min(np.ptp(first), np.ptp(second))
    size, place = rng.normal(1, 0.1), first.max() + gap
    return left + [size * (stroke - (second.min(), 0)) + (place, 0) for stroke in right]


def _digit(rng: np.random.Generator) -> tuple[Strokes, int]:
    """The strokes of a real digit, varied and perhaps edited, and its label."""
    while True:
        digit = digits()[rng.integers(len(digits()))]
        if _is_trained_on(digit.writer):
            strokes = edited([resampled(points) for points in digit.strokes], digit.label, rng)
            return varied(strokes, rng), digit.label


def placed(strokes: Strokes, size: float, brush: float, at: tuple[float, float]) -> Strokes:
    """Scale strokes to pixels so that, with the brush's width, the longer side is `size`.

    `at` (x, y) is the drawing's upper left corner on the canvas.
    """
    points = np.concatenate(strokes)
    scale = max(size - brush, 1) / max(np.ptp(points, axis=0).max(), 1e-6)
    corner = np.asarray(at) + brush / 2
    return [(stroke - points.min(axis=0)) * scale + corner for stroke in strokes]


def draw(strokes: Strokes, side: int, brush: float) -> Image.Image:
    """Draw strokes, given in pixels, on a square white canvas with a round black brush."""
    finer = 2  # draw larger and reduce, for soft edges
    canvas = Image.new("L", (finer * side, finer * side), 255)
    pen, radius = ImageDraw.Draw(canvas), finer * brush / 2
    for stroke in strokes:
        points = finer * stroke
        pen.line(points.ravel().tolist(), fill=0, width=round(2 * radius))
        for point in points.tolist():
            pen.circle(point, radius, fill=0)
    return canvas.reduce(finer)


def picture(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Strokes, drawn with a random brush, in MNIST's box: (28, 28) float32.

    They are drawn at the size at which `prepare` normalizes strokes: the same picture, except for
    the greys of edges, in less than half the time.
    """
    brush = OUTLINE * np.exp(rng.uniform(*np.log(BRUSH)))  # log-uniform
    strokes = placed(strokes, OUTLINE, brush, at=(MARGIN, MARGIN))
    return steps_of_outline(np.asarray(draw(strokes, OUTLINE + 2 * MARGIN, brush)) < 128).image
