"""How many real pen drawings a network reads, with our preparation and with that of others.

    python -m benchmarks.drawings FILE [--weights FILE] [--sheet PNG]

FILE holds digits as strokes, as JSON, maybe gzipped: {"digits": [{"label": 8, "strokes": [[[x, y],
…], …]}, …]}, y pointing down. Each is drawn as a person would on the page's canvas: a round brush
of 1.5 to 7.5% of the canvas, the digit 30 to 85% of it, anywhere on it. The same drawings each time.
"""

import argparse
import gzip
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from model.drawing import prepare
from model.recognizer import Prediction, Recognizer
from training.config import WEIGHTS
from training.evaluation import Evaluation, count
from training.styles import draw, placed

CANVAS = 320  # pixels, as on the page


def load_digits(path: Path) -> list[dict[str, Any]]:
    """The digits in FILE. Raises ValueError if it is no such file."""
    content = path.read_bytes()
    try:
        text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        return json.loads(text)["digits"]
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise ValueError(f"{path}: not digits as strokes in JSON ({error!r})") from error


def drawn(digit: dict[str, Any], rng: np.random.Generator) -> Image.Image:
    """A digit on the page's canvas, with some brush, in some size, at some place."""
    strokes = [np.array(stroke, dtype=np.float64) for stroke in digit["strokes"]]
    brush = CANVAS * rng.uniform(0.015, 0.075)
    size = CANVAS * rng.uniform(0.3, 0.85)
    extent = np.ptp(np.concatenate(strokes), axis=0)
    room = CANVAS - brush - extent / max(extent.max(), 1) * (size - brush)
    x, y = rng.uniform(0, room)
    return draw(placed(strokes, size, brush, at=(x, y)), CANVAS, brush)


def shrunk(drawing: Image.Image) -> np.ndarray:
    """(28, 28): what tutorials and most demos do to the canvas."""
    return 1 - np.asarray(drawing.resize((28, 28), Image.Resampling.BOX), np.float32) / 255


def centered(drawing: Image.Image) -> np.ndarray:
    """(28, 28): crop, longer side to 20 pixels, centre of mass to the middle; strokes as they are."""
    ink = 255 - np.asarray(drawing)
    rows, columns = np.flatnonzero(ink.max(axis=1) > 30), np.flatnonzero(ink.max(axis=0) > 30)
    crop = Image.fromarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    scale = 20 / max(crop.size)
    size = [max(1, round(side * scale)) for side in crop.size]
    digit = np.asarray(crop.resize(size, Image.Resampling.BOX), np.float32) / 255
    y, x = (
        digit.sum(axis=axis) @ np.arange(digit.shape[1 - axis]) / digit.sum() for axis in (1, 0)
    )
    top, left = round(14 - y), round(14 - x)
    picture = np.zeros((68, 68), np.float32)  # with room for what would stick out
    picture[20 + top : 20 + top + len(digit), 20 + left : 20 + left + digit.shape[1]] = digit
    return picture[20:48, 20:48]
