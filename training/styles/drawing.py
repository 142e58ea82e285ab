"""Digits and things that are no digit, drawn as on the page, by a hand that `writing.py` moves.

A sample is a style from `table.py` with all that hands do to it, drawn on a canvas with some
brush and prepared by `model.picture.prepare`, as a drawing on the page is.
"""

import signal
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from PIL import Image, ImageDraw

from model.picture.prepare import MARGIN, OUTLINE, prepare_outline
from training.dataset import NO_DIGIT, Dataset
from training.styles.table import DIGITS, NON_DIGITS, RARER_DIGITS
from training.styles.writing import scribble, written

NO_DIGIT_SHARE = 0.25  # of all samples
RARER_SHARE = 0.4  # of the digits; the others are in the usual styles
BRUSH = (0.02, 0.25)  # of the drawing's size: a thin pen on a large one, a thick one on a small
CHUNK = 500  # samples made in one go, by one process, with one random generator

_USUAL, _RARER = (
    [(style, digit) for digit, styles in table.items() for style in styles.values()]
    for table in (DIGITS, RARER_DIGITS)
)
_STRANGE = list(NON_DIGITS.values())


def drawn(count: int, rng: np.random.Generator) -> Dataset:
    """`count` samples: digits of all styles, and, labelled NO_DIGIT, things that are no digit.

    Made on all processors; the result depends on `count` and `rng` alone.
    """
    chunks = _chunks(count)
    with ProcessPoolExecutor(initializer=_leave_ctrl_c_to_the_parent) as pool:
        return Dataset.concatenated(list(pool.map(_drawn_chunk, chunks, rng.spawn(len(chunks)))))


def drawn_here(count: int, rng: np.random.Generator) -> Dataset:
    """The same samples as `drawn`, made in this process alone."""
    chunks = _chunks(count)
    return Dataset.concatenated(list(map(_drawn_chunk, chunks, rng.spawn(len(chunks)))))


def drawn_digits(count: int, rng: np.random.Generator) -> Dataset:
    """`count` digits of all styles, and nothing that is no digit; made in this process."""
    strokes, labels = zip(*((written(s, rng), y) for s, y in map(_some_digit, [rng] * count)))
    return Dataset(np.array([_picture(s, rng).ravel() for s in strokes]), np.array(labels))


def _chunks(count: int) -> list[int]:
    return [min(CHUNK, count - start) for start in range(0, count, CHUNK)]


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _drawn_chunk(count: int, rng: np.random.Generator) -> Dataset:
    strokes, labels = zip(*(_some_strokes(rng) for _ in range(count)))
    return Dataset(np.array([_picture(s, rng).ravel() for s in strokes]), np.array(labels))


def _some_strokes(rng: np.random.Generator) -> tuple[list[np.ndarray], int]:
    """Strokes and their label. The more ways there are to write a digit, the oftener it comes."""
    if rng.random() > NO_DIGIT_SHARE:
        style, label = _some_digit(rng)
        return written(style, rng), label
    kind = rng.integers(4)
    if kind == 0:
        return written(scribble(rng), rng), NO_DIGIT
    if kind == 1:
        return _two_digits(rng), NO_DIGIT
    return written(_STRANGE[rng.integers(len(_STRANGE))], rng), NO_DIGIT


def _some_digit(rng: np.random.Generator) -> tuple[str, int]:
    styles = _RARER if rng.random() < RARER_SHARE else _USUAL
    return styles[rng.integers(len(styles))]


def _two_digits(rng: np.random.Generator) -> list[np.ndarray]:
    """The strokes of two digits side by side, which often touch: together they are no digit."""
    left, right = (written(_some_digit(rng)[0], rng) for _ in range(2))
    (start, end), (second_start, second_end) = (
        (points[:, 0].min(), points[:, 0].max()) for points in map(np.concatenate, (left, right))
    )
    gap = rng.uniform(-0.2, 0.3) * min(end - start, second_end - second_start)
    size = rng.normal(1, 0.1)
    return left + [size * (stroke - (second_start, 0)) + (end + gap, 0) for stroke in right]


def placed(
    strokes: list[np.ndarray], size: float, brush: float, at: tuple[float, float]
) -> list[np.ndarray]:
    """The strokes in pixels: with the brush's width, `size` on the longer side, and moved.

    `at` says where: (0, 0) puts the drawing's upper left corner at the canvas's.
    """
    points = np.concatenate(strokes)
    scale = max(size - brush, 1) / max(np.ptp(points, axis=0).max(), 1e-6)
    corner = np.asarray(at) + brush / 2
    return [(stroke - points.min(axis=0)) * scale + corner for stroke in strokes]


def draw(strokes: list[np.ndarray], side: int, brush: float) -> Image.Image:
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


def sample(style: str, rng: np.random.Generator) -> np.ndarray:
    """(28, 28) float32: a style, written by some hand with some brush, as the network sees it."""
    return _picture(written(style, rng), rng)


def _picture(strokes: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """(28, 28) float32: strokes, drawn with some brush, as the network sees them.

    They are drawn in the size in which `prepare` would look at them, so nothing need be found on a
    canvas and enlarged: the same picture, but for its edges' greys, in less than half the time.
    """
    brush = OUTLINE * np.exp(rng.uniform(*np.log(BRUSH)))  # each width as often as its double
    strokes = placed(strokes, OUTLINE, brush, at=(MARGIN, MARGIN))
    return prepare_outline(np.asarray(draw(strokes, OUTLINE + 2 * MARGIN, brush)) < 128)
