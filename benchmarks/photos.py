"""Accuracy on synthetic photos of handwriting: random digits, pen, paper and light.

    python -m benchmarks.photos FILE [--count 200]

Each shows 1 to 4 of the pen digits in FILE (see `benchmarks.drawings`), the same every time, and is
like a phone's photo as the page reduces it: a JPEG of 480×360 pixels, upright or not. Unless a
condition's name says otherwise, the pen is ordinary and the light slightly uneven.
"""

import argparse
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageFilter

from benchmarks.samples import PenDigit, in_a_row, load_digits
from model import Recognizer
from model.network.weights import SHIPPED
from training.strokes.drawing import draw

LONG, SHORT = 480, 360  # pixels of a photo's sides
WHITE = (0.92, 0.92, 0.9)
TINTED = ((0.95, 0.9, 0.5), (0.95, 0.7, 0.75), (0.6, 0.85, 0.95), (0.65, 0.9, 0.6))
BOARDS = ((0.12, 0.22, 0.16), (0.15, 0.15, 0.17))
INKS = ((0.12, 0.12, 0.14), (0.12, 0.15, 0.5), (0.7, 0.15, 0.15))
TABLES = ((0.35, 0.25, 0.18), (0.55, 0.4, 0.27), (0.7, 0.58, 0.42), (0.2, 0.2, 0.22))
Range = tuple[float, float]


@dataclass(frozen=True)
class Condition:
    """One row of the table. Values are drawn uniformly from ranges; widths are shares of LONG."""

    name: str
    pen: Range = (0.008, 0.02)
    opacity: Range = (0.75, 1.0)  # of the ink
    falling: Range = (0.75, 1.0)  # light at the dark end of a linear gradient
    corners: Range = (1.0, 1.0)  # light in the corners: a vignette
    shadow: Range = (1.0, 1.0)  # light in a shadow
    softness: Range = (0.03, 0.1)  # of its edge
    noise: Range = (1.0, 3.0)  # of 255, after reduction
    texture: Range = (0.0, 0.01)  # of the paper
    ruled: int = 0  # directions of lines on the paper: 0, 1 or 2
    papers: tuple[tuple[float, float, float], ...] = (WHITE,)
    inks: tuple[tuple[float, float, float], ...] = INKS
    lines: Range = (0.1, 0.3)  # their darkness
    sheet: Range = (1.0, 1.0)  # share of the sides that it fills, the table around it; 1: all
    digits: tuple[int, int] = (1, 4)
    height: Range = (0.12, 0.35)  # of the digits, shares of LONG
    margin: float = 0.03  # without ink at each border, a share of the side


THIN, DIM, ON_TABLE = (0.004, 0.008), (0.5, 0.65), (0.6, 0.85)
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
        "chalk on a board", (0.012, 0.025), (0.6, 0.9), texture=(0.02, 0.05), papers=BOARDS,
        inks=((0.9, 0.9, 0.88),),
    ),
    Condition("table at the border", sheet=(0.9, 1), margin=0.16),
    Condition("mostly digit", (0.03, 0.12), digits=(1, 1), height=(0.8, 0.85), margin=0),
    Condition(
        "several at once", (0.006, 0.02), (0.55, 1), (0.6, 1), (0.7, 1), (0.7, 1), (2, 5),
        (0, 0.02), ruled=1, papers=(WHITE, *TINTED), inks=INKS[:2],
    ),
    Condition("dark squares", ruled=2, lines=(0.3, 0.5)),
    Condition("a sheet on a table", sheet=ON_TABLE, height=(0.2, 0.4)),
    Condition(
        "the same, shadow, lamplight", corners=(0.6, 0.8), shadow=DIM, papers=((0.95, 0.85, 0.65),),
        inks=INKS[:2], sheet=ON_TABLE, height=(0.2, 0.4),
    ),
    Condition("a squared sheet on a table", ruled=2, sheet=ON_TABLE, height=(0.2, 0.4)),
    Condition("a shadow with a sharp edge", shadow=(0.4, 0.7), softness=(0.002, 0.03)),
)  # fmt: skip


def handwriting(
    condition: Condition, digits: list[PenDigit], rng: np.random.Generator
) -> tuple[str, np.ndarray]:
    """A random number and its ink coverage: (SHORT, LONG) or (LONG, SHORT), 0..1."""
    count = int(rng.integers(*condition.digits, endpoint=True))
    wide = count > 1 and rng.random() < 0.7
    sides = np.array([LONG, SHORT] if wide else [SHORT, LONG])
    chosen = [digits[i] for i in rng.integers(len(digits), size=count)]
    height, pen = LONG * rng.uniform(*condition.height), LONG * np.array(condition.pen)
    margin = condition.margin * sides
    row, brush = in_a_row(chosen, rng, *(sides - 2 * margin), height, pen)
    strokes = [stroke + margin for strokes in row for stroke in strokes]
    ink = 1 - np.asarray(draw(strokes, LONG, brush), np.float64) / 255
    return "".join(str(digit.label) for digit in chosen), ink[: sides[1], : sides[0]]


def photographed(ink: np.ndarray, condition: Condition, rng: np.random.Generator) -> Image.Image:
    """A JPEG photo of the ink (H, W), with random paper, light and camera noise."""
    paper, pen = (np.array(rng.permutation(some)[0]) for some in (condition.papers, condition.inks))
    for direction in range(condition.ruled):
        lines = rng.uniform(*condition.lines) * _lines(ink.shape, direction * np.pi / 2, rng)
        paper = paper * (1 - lines[:, :, None] * np.array([1, 0.8, 0.5]))
    ink = ink * rng.uniform(*condition.opacity) * (1 - rng.uniform(0, 0.2, ink.shape))
    page = paper + ink[:, :, None] * (pen - paper)
    if condition.sheet[0] < 1:
        page = on_table(page, rng.uniform(*condition.sheet), rng)
    page = page * (1 + rng.uniform(*condition.texture) * _grain(ink.shape, 0.7, rng))[:, :, None]
    photo = 255 * page * _light(ink.shape, condition, rng)[:, :, None]
    photo = photo + rng.uniform(*condition.noise) * _grain((*ink.shape, 3), 0.6, rng)
    picture = Image.fromarray(photo.clip(0, 255).astype(np.uint8))
    picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.8)))
    file = BytesIO()
    picture.save(file, "JPEG", quality=int(rng.integers(60, 92)))
    return Image.open(file)


def on_table(page: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """The page (H, W, 3), 0..1, as a sheet with `share` of the picture's sides, on a table.

    The sheet is turned by some degrees and tilted: its corners move by up to 5% of the sides.
    """
    height, width = page.shape[:2]
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    turn = rng.normal(0, 0.06)
    quad = share * corners @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    quad = quad + rng.uniform(-0.05, 0.05, (4, 2)) + rng.uniform(-0.5, 0.5, 2) * (1 - share)
    places = [np.float32((each + 1) / 2 * (width, height)) for each in (corners, quad)]
    view = cv2.getPerspectiveTransform(*places)
    sheet, covered = (
        cv2.warpPerspective(each, view, (width, height)) for each in (page, np.ones_like(page))
    )
    return sheet + (1 - covered) * _table((height, width), rng)


def _table(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A table's top (H, W, 3), 0..1, with the grain of wood."""
    y, x = np.mgrid[: shape[0], : shape[1]] / max(shape)
    across = y + 0.05 * np.sin(rng.uniform(2, 6) * x + rng.uniform(0, 6))
    grain = np.sin(rng.uniform(80, 200) * across) + np.sin(rng.uniform(20, 60) * across)
    return rng.permutation(TABLES)[0] * (1 + rng.uniform(0, 0.08) * grain)[:, :, None]


def _light(shape: tuple[int, int], condition: Condition, rng: np.random.Generator) -> np.ndarray:
    """The illumination of each pixel: (H, W), 0..1."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij")
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    along = (along - along.min()) / np.ptp(along)
    light = 1 - (1 - rng.uniform(*condition.falling)) * along
    light = light * (1 - (1 - rng.uniform(*condition.corners)) * (x**2 + y**2) / 2)
    # A shadow lies on one side of a random line.
    middle, softness = rng.uniform(0.4, 0.8), rng.uniform(*condition.softness)
    y, x = [(y, x), (x, y), (-y, x), (-x, y)][rng.integers(4)]
    line = 2 * middle - 1 + rng.uniform(-0.08, 0.08) * x
    shadow = 1 / (1 + np.exp(-((y - line) / softness).clip(-50, 50)))
    return light * (1 - (1 - rng.uniform(*condition.shadow)) * shadow)


def _lines(shape: tuple[int, int], angle: float, rng: np.random.Generator) -> np.ndarray:
    """A mask (H, W), 1 on the lines of slightly rotated ruled paper."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    angle = angle + rng.normal(0, 0.03)
    distance = LONG * rng.uniform(0.05, 0.12)
    across = (np.cos(angle) * y + np.sin(angle) * x + rng.uniform(0, distance)) % distance
    return (1.4 - np.abs(across - distance / 2)).clip(0, 1)


def _grain(shape: tuple[int, ...], size: float, rng: np.random.Generator) -> np.ndarray:
    """Noise of standard deviation 1, blurred by `size` pixels."""
    noise = cv2.GaussianBlur(rng.normal(0, 1, shape), (0, 0), size)
    return noise / noise.std()


def photo_of(condition: Condition, digits: list[PenDigit], seed: int) -> tuple[str, Image.Image]:
    """A photo's text, and the photo: the same every time."""
    rng = np.random.default_rng([2026, CONDITIONS.index(condition), seed])
    text, ink = handwriting(condition, digits, rng)
    return text, photographed(ink, condition, rng)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path, help="digits as strokes, in JSON")
    parser.add_argument("--count", type=int, default=200, help="photos per condition")
    options = parser.parse_args()

    recognizer = Recognizer.load(SHIPPED)
    digits = load_digits(options.file)
    shares = []
    for condition in CONDITIONS:
        photos = [photo_of(condition, digits, n) for n in range(options.count)]
        shares.append(np.mean([recognizer.read(photo).text == text for text, photo in photos]))
        print(f"{condition.name:28} {shares[-1]:6.1%} right", flush=True)
    print(f"{'mean':28} {np.mean(shares):6.1%} right")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
