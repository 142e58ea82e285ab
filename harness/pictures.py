"""Test pictures: drawn digits, arbitrary pixels, and PNG files of any size."""

import base64
from io import BytesIO
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

# Pen strokes in the unit square.
SEVEN = [[(0.1, 0.1), (0.9, 0.1), (0.4, 0.95)], [(0.3, 0.5), (0.75, 0.5)]]
FIVE_WITH_LOOSE_BAR = [
    [(0.2, 0.15), (0.15, 0.45), (0.6, 0.4), (0.8, 0.65), (0.6, 0.92), (0.15, 0.9)],
    [(0.3, 0.02), (0.9, 0.0)],
]
ZERO = [[(0.5 + 0.3 * np.sin(a), 0.5 - 0.5 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 30)]]

# Arbitrary pictures: small ones, slim ones, and very wide ones.
SIDE = st.integers(1, 60)
SHAPES = (
    st.tuples(SIDE, SIDE)
    | st.tuples(SIDE, SIDE, st.sampled_from([3, 4]))
    | st.tuples(st.integers(1, 3), st.integers(300, 900))
    | st.tuples(st.integers(30, 120), st.integers(1, 9))
)
PICTURES = hnp.arrays(np.uint8, SHAPES, elements=st.integers(0, 255) | st.sampled_from([0, 255]))


def draw(
    strokes, side=320, size=160, at=(80, 80), brush=14, ink="black", paper="white", mode="RGB"
):
    """Draw strokes, anti-aliased, as on a canvas."""
    picture = Image.new(mode, (2 * side, 2 * side), paper)
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [(2 * (at[0] + size * x), 2 * (at[1] + size * y)) for x, y in stroke]
        pen.line(points, fill=ink, width=2 * brush, joint="curve")
        for point in points:
            pen.circle(point, brush, fill=ink)
    return picture.reduce(2)


def difference(a, b):
    """The relative difference of two inks: 0 if equal, 2 if they do not overlap."""
    return float(np.abs(a - b).sum() / max((a.sum() + b.sum()) / 2, 1e-6))


def encoded(picture: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """A picture's file; `options` are Pillow's."""
    picture.save(file := BytesIO(), format, **options)
    return file.getvalue()


def seven(mode: str = "L", format: str = "PNG") -> bytes:
    """The file of a drawn 7."""
    return encoded(draw(SEVEN, side=200, size=100, at=(50, 50)).convert(mode), format)


def black_png(side: int) -> bytes:
    """A black PNG: a small file, even if it has millions of pixels."""
    return encoded(Image.new("1", (side, side)))


def text_bomb() -> bytes:
    """A PNG with a text of 10 million letters: a file of 10 kB."""
    information = PngInfo()
    information.add_text("text", "\0" * 10_000_000, zip=True)
    return encoded(Image.new("L", (200, 200), 255), pnginfo=information)


def data_uri(content: bytes) -> str:
    """A PNG file as a data URI, as the page sends it."""
    return "data:image/png;base64," + base64.b64encode(content).decode()
