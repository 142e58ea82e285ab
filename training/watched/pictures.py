"""What is shown of a training, as small pictures in one file: digits, and weights."""

import base64
import math
from io import BytesIO

import numpy as np
from PIL import Image

from model.picture.prepare import SIDE

CELL = SIDE + 2  # pixels: a picture, and the gap around it
STEPS = 7  # shades of each sign
# Below zero blue, above it orange, and the less the more transparent: on light and dark paper.
BELOW, ABOVE = (42, 111, 186), (222, 92, 22)


def sheet(pictures: np.ndarray, columns: int) -> np.ndarray:
    """Pictures (N, 784) side by side in rows, in the middle of a cell each; zeros between them."""
    rows = -(-len(pictures) // columns)
    cells = np.zeros((rows * columns, CELL, CELL), pictures.dtype)
    cells[: len(pictures), 1:-1, 1:-1] = pictures.reshape(-1, SIDE, SIDE)
    grid = cells.reshape(rows, columns, CELL, CELL).swapaxes(1, 2)
    return grid.reshape(rows * CELL, columns * CELL)


def digits_uri(X: np.ndarray, columns: int) -> str:
    """Digits X (N, 784) in 0..1 as a data URI, white on black."""
    return _uri(Image.fromarray(sheet(np.uint8(X * 255), columns)))


def weights_uri(W: np.ndarray) -> str:
    """The weights W (784, N) into N units as a data URI, a picture for each, about as wide as high.

    Each has its own scale: else only the strongest unit would be seen.
    """
    size = np.abs(W).max(axis=0, keepdims=True)
    shades = np.rint(STEPS * W / np.maximum(size, 1e-12)).astype(np.int8).T
    columns = math.ceil(math.sqrt(len(shades)))
    picture = Image.fromarray((sheet(shades, columns) + STEPS).astype(np.uint8))
    picture = picture.convert("P")
    alphas = [255 * abs(shade) // STEPS for shade in range(-STEPS, STEPS + 1)]
    picture.putpalette([*BELOW] * STEPS + [0, 0, 0] + [*ABOVE] * STEPS)
    return _uri(picture, bits=4, transparency=bytes(alphas), compress_level=1)


def _uri(picture: Image.Image, **options: object) -> str:
    file = BytesIO()
    picture.save(file, "PNG", **options)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
