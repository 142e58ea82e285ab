"""Test pictures: drawn digits, and their files."""

import base64
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

# Pen strokes in the unit square.
SEVEN = [[(0.1, 0.1), (0.9, 0.1), (0.4, 0.95)], [(0.3, 0.5), (0.75, 0.5)]]
FIVE_WITH_LOOSE_BAR = [
    [(0.2, 0.15), (0.15, 0.45), (0.6, 0.4), (0.8, 0.65), (0.6, 0.92), (0.15, 0.9)],
    [(0.3, 0.02), (0.9, 0.0)],
]
ZERO = [[(0.5 + 0.3 * np.sin(a), 0.5 - 0.5 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 30)]]


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
    return encoded(draw(SEVEN, side=200, size=100, at=(50, 50)).convert(mode), format)


def data_uri(content: bytes) -> str:
    """A PNG file as a data URI, as the page sends it."""
    return "data:image/png;base64," + base64.b64encode(content).decode()
