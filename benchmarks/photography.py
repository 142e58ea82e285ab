"""Synthetic photos of handwriting: random digits, pen, paper and light.

Each is like a phone's photo as the page reduces it: a JPEG of 480×360 pixels, upright or not.
Unless a condition's name says otherwise, the pen is ordinary and the light slightly uneven.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.pen_numbers import strokes_of
from benchmarks.tabletop import on_table
from training.strokes.drawing import draw, placed
from training.strokes.pen_digits import digits as trained_on

LONG, SHORT = 480, 360  # pixels of a photo's sides
WHITE = (0.92, 0.92, 0.9)
TINTED = (
    (0.95, 0.9, 0.5),
    (0.95, 0.7, 0.75),
    (0.6, 0.85, 0.95),
    (0.65, 0.9, 0.6),
    (0.7, 0.55, 0.4),
)
INKS = ((0.12, 0.12, 0.14), (0.12, 0.15, 0.5), (0.7, 0.15, 0.15))
Range = tuple[float, float]


@dataclass(frozen=True)
class Condition:
    """One row of the table. Values are drawn uniformly from ranges; widths are shares of LONG."""

    name: str
    pen: Range = (0.008, 0.02)
    opacity: Range = (0.75, 1.0)  # of the ink
    falling: Range = (0.75, 1.0)  # light at the dark end of a linear gradient
    corners: Range = (1.0, 1.0)  # light in the corners: a vignette
    shadow: Range = (1.0, 1.0)  # light in a soft shadow
    noise: Range = (1.0, 3.0)  # of 255, after reduction
    texture: Range = (0.0, 0.01)  # of the paper
    ruled: int = 0  # directions of lines on the paper: 0, 1 or 2
    papers: tuple[tuple[float, float, float], ...] = (WHITE,)
    inks: tuple[tuple[float, float, float], ...] = INKS
    lines: Range = (0.1, 0.3)  # their darkness
    table: bool = False  # visible beyond the paper's edge
    sheet: Range = (1.0, 1.0)  # share of the sides that it fills, the table around it; 1: all
    digits: tuple[int, int] = (1, 4)
    height: Range = (0.12, 0.35)  # of the digits, shares of LONG
    margin: float = 0.03  # without ink at each border, a share of the side


THIN, DIM = (0.004, 0.008), (0.5, 0.65)
CONDITIONS = (
    Condition("good light"),
    Condition("light falls off, thin pen", THIN, falling=DIM),
    Condition("vignette, thin pen", THIN, corners=DIM),
    Condition("a hand's soft shadow", THIN, shadow=DIM),
    Condition("pencil", (0.005, 0.009), (0.3, 0.5), texture=(0.01, 0.025)),
    Condition("felt pen", (0.03, 0.05), height=(0.25, 0.45)),
    Condition("rough paper, noise", noise=(5, 9), texture=(0.02, 0.04)),
    Condition("ruled paper", ruled=1),
    Condition("squared paper", ruled=2),
    Condition("colored paper", papers=TINTED, inks=INKS[:2]),
    Condition(
        "chalk on a board", (0.012, 0.025), (0.6, 0.9), texture=(0.02, 0.05),
        papers=((0.12, 0.22, 0.16), (0.15, 0.15, 0.17)), inks=((0.9, 0.9, 0.88),),
    ),
    Condition("table at the border", table=True, margin=0.16),
    Condition("mostly digit", (0.03, 0.12), digits=(1, 1), height=(0.9, 1.02), margin=0),
    Condition(
        "several at once", (0.006, 0.02), (0.55, 1), (0.6, 1), (0.7, 1), (0.7, 1), (2, 5),
        (0, 0.02), ruled=1, papers=(WHITE, *TINTED[:4]), inks=INKS[:2],
    ),
    Condition("dark squares", ruled=2, lines=(0.3, 0.5)),
    Condition("a sheet on a table", sheet=(0.6, 0.85), height=(0.2, 0.4)),
    Condition(
        "the same, shadow, lamplight", corners=(0.6, 0.8), shadow=DIM, papers=((0.95, 0.85, 0.65),),
        inks=INKS[:2], sheet=(0.6, 0.85), height=(0.2, 0.4),
    ),
    Condition("a squared sheet on a table", ruled=2, sheet=(0.6, 0.85), height=(0.2, 0.4)),
)  # fmt: skip

Writer = Callable[[np.random.Generator], tuple[str, list[np.ndarray]]]


def by_shipped(rng: np.random.Generator) -> tuple[str, list[np.ndarray]]:
    """A random one of the pen digits that training has: its label as text, and its strokes."""
    digit = trained_on()[rng.integers(len(trained_on()))]
    return str(digit.label), digit.strokes


def by_pen(digits: list[dict[str, Any]]) -> Writer:
    """A writer that samples digits from `benchmarks.drawings.load_digits`."""

    def some(rng: np.random.Generator) -> tuple[str, list[np.ndarray]]:
        digit = digits[rng.integers(len(digits))]
        return str(digit["label"]), strokes_of(digit)

    return some


def handwriting(
    condition: Condition, writer: Writer, rng: np.random.Generator
) -> tuple[str, np.ndarray]:
    """A random number and its ink coverage: (SHORT, LONG) or (LONG, SHORT), 0..1."""
    count = int(rng.integers(*condition.digits, endpoint=True))
    wide = count > 1 and rng.random() < 0.7
    across, down = (LONG, SHORT) if wide else (SHORT, LONG)
    texts, digits = zip(*(writer(rng) for _ in range(count)))
    extents = np.array([np.ptp(np.concatenate(digit), axis=0) for digit in digits]).clip(1e-6)
    height = LONG * rng.uniform(*condition.height)
    sizes = height * np.exp(rng.normal(0, 0.08, (count, 1))) * extents / extents[:, 1:]
    gaps = rng.uniform(0.25, 0.5, count) * height
    brush = min(LONG * rng.uniform(*condition.pen), gaps.min() / 2)
    margin = condition.margin
    fit = min(1, (1 - 2 * margin) * across / (sizes[:, 0].sum() + gaps[1:].sum()))
    sizes, gaps = fit * sizes, fit * gaps
    room = np.array([across - sizes[:, 0].sum() - gaps[1:].sum(), down - sizes[:, 1].max()])
    left, top = rng.uniform(0, 1, 2) * (room - 2 * margin * np.array([across, down])).clip(0)
    left, foot = left + margin * across, top + margin * down + sizes[:, 1].max()
    strokes = []
    for digit, (width, height), gap in zip(digits, sizes, [*gaps[1:], 0]):
        top = foot - height + 0.03 * height * rng.normal()
        strokes += placed(digit, max(width, height), brush, at=(left, top))
        left += width + gap
    ink = 1 - np.asarray(draw(strokes, LONG, brush), np.float64) / 255
    return "".join(texts), ink[:down, :across]


def photographed(ink: np.ndarray, condition: Condition, rng: np.random.Generator) -> Image.Image:
    """A JPEG photo of the ink (H, W), with random paper, light and camera noise."""
    paper, pen = (np.array(rng.permutation(some)[0]) for some in (condition.papers, condition.inks))
    for direction in range(condition.ruled):
        lines = rng.uniform(*condition.lines) * _lines(ink.shape, direction * np.pi / 2, rng)
        paper = paper * (1 - lines[:, :, None] * np.array([1, 0.8, 0.5]))
    ink = ink * rng.uniform(*condition.opacity) * (1 - rng.uniform(0, 0.2, ink.shape))
    page = paper + ink[:, :, None] * (pen - paper)
    if condition.table:
        beyond = _side(ink.shape, rng, middle=rng.uniform(0.85, 0.93), soft=0.002)
        table = np.array([[0.35, 0.25, 0.18], [0.2, 0.2, 0.22], [0.6, 0.5, 0.4]])[rng.integers(3)]
        page = page + np.maximum(beyond - 0.02, 0)[:, :, None] * (table - page)
    if condition.sheet[1] < 1:
        page = on_table(page, rng.uniform(*condition.sheet), rng)
    page = page * (1 + rng.uniform(*condition.texture) * _grain(ink.shape, 1.5, rng))[:, :, None]
    photo = 255 * page * _light(ink.shape, condition, rng)[:, :, None]
    photo = photo + rng.uniform(*condition.noise) * _grain((*ink.shape, 3), 0.6, rng)
    picture = Image.fromarray(photo.clip(0, 255).astype(np.uint8))
    picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.8)))
    file = BytesIO()
    picture.save(file, "JPEG", quality=int(rng.integers(60, 92)))
    return Image.open(file)


def _light(shape: tuple[int, int], condition: Condition, rng: np.random.Generator) -> np.ndarray:
    """The illumination of each pixel: (H, W), 0..1."""
    y, x = _places(shape)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    along = (along - along.min()) / np.ptp(along)
    light = 1 - (1 - rng.uniform(*condition.falling)) * along
    light = light * (1 - (1 - rng.uniform(*condition.corners)) * (x**2 + y**2) / 2)
    shadow = _side(shape, rng, middle=rng.uniform(0.4, 0.8), soft=rng.uniform(0.03, 0.1))
    return light * (1 - (1 - rng.uniform(*condition.shadow)) * shadow)


def _places(shape: tuple[int, int]) -> np.ndarray:
    """Each pixel's y and x coordinates: (2, H, W), -1..1."""
    return np.stack(np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij"))


def _side(
    shape: tuple[int, int], rng: np.random.Generator, middle: float, soft: float
) -> np.ndarray:
    """A soft mask (H, W), 1 on one side of a random line: the edge of a shadow or a table."""
    y, x = _places(shape)
    y, x = [(y, x), (x, y), (-y, x), (-x, y)][rng.integers(4)]
    line = 2 * middle - 1 + rng.uniform(-0.08, 0.08) * x
    return 1 / (1 + np.exp(-((y - line) / soft).clip(-50, 50)))


def _lines(shape: tuple[int, int], angle: float, rng: np.random.Generator) -> np.ndarray:
    """A mask (H, W), 1 on the lines of slightly rotated ruled paper."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    angle = angle + rng.normal(0, 0.03)
    distance = LONG * rng.uniform(0.05, 0.12)
    across = (np.cos(angle) * y + np.sin(angle) * x + rng.uniform(0, distance)) % distance
    return (1.4 - np.abs(across - distance / 2)).clip(0, 1)


def _grain(shape: tuple[int, ...], size: float, rng: np.random.Generator) -> np.ndarray:
    """Noise of standard deviation 1, with grains about `size` pixels wide."""
    noise = rng.normal(0, 1, shape)
    for axis in (0, 1):
        noise = noise + size * np.roll(noise, 1, axis) + size**2 / 4 * np.roll(noise, 2, axis)
    return noise / noise.std()


def some_photos(condition: Condition, writer: Writer, count: int) -> list[tuple[str, Image.Image]]:
    """`count` photos for a condition, each with its text: the same every time."""
    photos = []
    for n in range(count):
        rng = np.random.default_rng([2026, CONDITIONS.index(condition), n])
        text, ink = handwriting(condition, writer, rng)
        photos.append((text, photographed(ink, condition, rng)))
    return photos


def blank_photos(condition: Condition, count: int) -> list[Image.Image]:
    """`count` photos of a blank page: the same every time."""
    return [
        photographed(np.zeros((LONG, SHORT)), condition, np.random.default_rng([2027, n]))
        for n in range(count)
    ]
