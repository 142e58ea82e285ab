"""Digits and weights as small pictures in one PNG, as a data URI."""

import base64
from io import BytesIO

import numpy as np
from PIL import Image

from model.picture.prepare import SIDE

SHADES = 7  # of each sign: with 4 bits, the PNG is quick to compress and to send
NEGATIVE, POSITIVE = (0, 114, 178), (213, 94, 0)  # as on the page


def digits_uri(X: np.ndarray, columns: int = 10) -> str:
    """Digits X (N, 784) in 0..1, white on black."""
    greys = [17 * shade for shade in range(16) for _ in "RGB"]
    return _uri(np.rint(15 * X), columns, 0, greys)


def weights_uri(W: np.ndarray) -> str:
    """Weights W (784, N) into N units, each on its own scale; the nearer to 0, the fainter."""
    scaled = W / np.maximum(np.abs(W).max(axis=0), 1e-12)
    colors = [*NEGATIVE] * SHADES + [0, 0, 0] + [*POSITIVE] * SHADES
    alphas = bytes(255 * abs(shade) // SHADES for shade in range(-SHADES, SHADES + 1))
    shades = np.rint(SHADES * np.nan_to_num(scaled)) + SHADES
    return _uri(shades.T, 10, SHADES, colors, transparency=alphas)


def _uri(shades: np.ndarray, columns: int, gap: int, colors: list[int], **options: bytes) -> str:
    """Pictures (N, 784) of color indices, in rows, between pixels of `gap`."""
    sheet = tiled(shades, min(columns, len(shades)), gap).astype(np.uint8)
    picture = Image.fromarray(sheet).convert("P")
    picture.putpalette(colors)
    picture.save(file := BytesIO(), "PNG", bits=4, compress_level=1, **options)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def tiled(pictures: np.ndarray, columns: int, gap: float, above: int = 1) -> np.ndarray:
    """Pictures (N, 784) in rows, as one, each within a pixel of `gap`, or `above` it more."""
    rows, height = -(-len(pictures) // columns), above + SIDE + 1
    cells = np.full((rows * columns, height, SIDE + 2), gap)
    cells[: len(pictures), above:-1, 1:-1] = pictures.reshape(-1, SIDE, SIDE)
    grid = cells.reshape(rows, columns, height, SIDE + 2).swapaxes(1, 2)
    return grid.reshape(rows * height, -1)
