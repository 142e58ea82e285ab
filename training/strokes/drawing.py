"""Samples to train on, drawn as on the page: real digits, rarer ways, and what is no digit.

A sample is the strokes of a pen with all that hands do to them, drawn with some brush, and prepared
by `model.picture.prepare`, as a drawing on the page is.
"""

from collections.abc import Callable, Iterable

import numpy as np
from PIL import Image, ImageDraw

from model.picture.prepare import MARGIN, OUTLINE, steps_of_outline
from model.reading import NO_DIGIT
from training.dataset import Dataset
from training.parallel import processes
from training.strokes.edits import edited
from training.strokes.hand import Strokes, moved, resampled
from training.strokes.non_digits import pair, scribble, sign, turned
from training.strokes.pen_digits import digits

NO_DIGIT_SHARE = 0.21  # of all samples
HELD_OUT = 10  # of so many people, one is not trained on: these validate
VALIDATION = 5_000  # drawings of the digits of those who were held out
BRUSH = (0.02, 0.25)  # of the drawing's size: a thin pen on a large one, a thick one on a small
CHUNK = 500  # samples made in one go, by one process, with one random generator


def drawn(count: int, rng: np.random.Generator) -> Dataset:
    """`count` samples in MNIST's box: digits and, labelled NO_DIGIT, things that are no digit.

    Made on all processors; the result depends on `count` and `rng` alone.
    """
    with processes() as pool:
        return drawn_here(count, rng, pool.map)


def drawn_here(
    count: int, rng: np.random.Generator, each: Callable[..., Iterable[Dataset]] = map
) -> Dataset:
    """The same samples as `drawn`, made in this process alone, unless `each` maps elsewhere."""
    counts = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
    return Dataset.concatenated(list(each(_chunk, counts, rng.spawn(len(counts)))))


def drawn_digits(count: int, rng: np.random.Generator) -> Dataset:
    """`count` digits, and nothing that is no digit; made in this process."""
    return _dataset([_digit(rng) for _ in range(count)], rng)


def held_out(rng: np.random.Generator) -> Dataset:
    """Digits by people whom `drawn` leaves out, as they wrote them, to validate with."""
    others = [digit for digit in digits() if not _is_trained_on(digit.writer)]
    chosen = [others[n] for n in rng.integers(len(others), size=VALIDATION)]
    return _dataset([(digit.strokes, digit.label) for digit in chosen], rng)


def _is_trained_on(writer: int) -> bool:
    return (writer + 1) % HELD_OUT > 0


def _chunk(count: int, rng: np.random.Generator) -> Dataset:
    return _dataset((_sample(rng) for _ in range(count)), rng)


def _dataset(samples: Iterable[tuple[Strokes, int]], rng: np.random.Generator) -> Dataset:
    """Draw strokes that have a label, one after the other."""
    images, labels = zip(*((picture(strokes, rng), label) for strokes, label in samples))
    return Dataset(np.reshape(images, (-1, 784)), np.array(labels, np.int64))


def _sample(rng: np.random.Generator) -> tuple[Strokes, int]:
    if rng.random() > NO_DIGIT_SHARE:
        return _digit(rng)
    return _non_digit(rng), NO_DIGIT


def _non_digit(rng: np.random.Generator) -> Strokes:
    kind = rng.random()
    if kind < 0.55:
        return moved(sign(rng), rng)
    if kind < 0.75:
        return turned(*_digit(rng), rng) or _non_digit(rng)
    if kind < 0.9:
        return pair(_digit(rng)[0], _digit(rng)[0], rng)
    return scribble(rng)


def _digit(rng: np.random.Generator) -> tuple[Strokes, int]:
    """A real digit by another hand, or in a rarer way: its strokes and its label."""
    while True:
        digit = digits()[rng.integers(len(digits()))]
        if _is_trained_on(digit.writer):
            strokes = edited([resampled(points) for points in digit.strokes], digit.label, rng)
            return moved(strokes, rng), digit.label


def placed(strokes: Strokes, size: float, brush: float, at: tuple[float, float]) -> Strokes:
    """The strokes in pixels: with the brush's width, `size` on the longer side, and moved.

    `at` says where: (0, 0) puts the drawing's upper left corner at the canvas's.
    """
    points = np.concatenate(strokes)
    scale = max(size - brush, 1) / max(np.ptp(points, axis=0).max(), 1e-6)
    corner = np.asarray(at) + brush / 2
    return [(stroke - points.min(axis=0)) * scale + corner for stroke in strokes]


def draw(strokes: Strokes, side: int, brush: float) -> Image.Image:
    """A square canvas with strokes, given in pixels: a round black brush on white paper."""
    finer = 2  # drawn larger and reduced, which makes soft edges
    canvas = Image.new("L", (finer * side, finer * side), 255)
    pen, radius = ImageDraw.Draw(canvas), finer * brush / 2
    for stroke in strokes:
        line = [tuple(point) for point in (finer * stroke).tolist()]
        if len(line) > 1:
            pen.line(line, fill=0, width=max(1, round(2 * radius)))
        for x, y in line:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return canvas.reduce(finer)


def picture(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """(28, 28) float32: strokes, drawn with some brush, in MNIST's box.

    They are drawn in the size in which `prepare` would look at them, so nothing need be found on a
    canvas and enlarged: the same picture, but for its edges' greys, in less than half the time.
    """
    brush = OUTLINE * np.exp(rng.uniform(*np.log(BRUSH)))  # each width as often as its double
    strokes = placed(strokes, OUTLINE, brush, at=(MARGIN, MARGIN))
    return steps_of_outline(np.asarray(draw(strokes, OUTLINE + 2 * MARGIN, brush)) < 128).image
