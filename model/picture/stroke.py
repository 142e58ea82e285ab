"""The width of strokes, and how to change it: by each pixel's distance to the outline."""

from math import ceil

import numpy as np


def stroke_width(shape: np.ndarray) -> float:
    """The mean width, in pixels, of the strokes in a shape (H, W) bool, true in the ink.

    Pixels are coarse: a line one pixel wide counts as two, and a slanted stroke has up to √2 times
    as many pixels on its outline as an upright one, so it counts as up to 29% thinner.

    The shape must not touch the border.
    """
    # A stroke's area is its width times half its outline's length, and that length is the pixels
    # on the outline. The mean distance to it would be misled by a filled loop.
    return 2 * float(shape.sum() / (shape & _near(~shape)).sum())


def with_outline_moved(shape: np.ndarray, move: float) -> np.ndarray:
    """Move the outline outwards by `move` pixels, inwards if negative: ink (H, W) float32 in 0..1.

    `shape` (H, W) bool is true in the ink. Strokes become wider by 2·move.
    """
    # Pixels are half a pixel from the edge between them. What is farther than `reach` from the
    # old outline is in the ink or out of it, whatever the exact distance.
    reach = ceil(abs(move)) + 1
    if move > 0:
        return np.clip(move + 1 - _distance(shape, reach), 0, 1)
    return np.clip(move + _distance(~shape, reach), 0, 1)


def _near(shape: np.ndarray) -> np.ndarray:
    """The shape and all pixels that touch it, at a side or at a corner: (H, W) bool."""
    wider = shape.copy()
    wider[:, 1:] |= shape[:, :-1]
    wider[:, :-1] |= shape[:, 1:]
    result = wider.copy()
    result[1:] |= wider[:-1]
    result[:-1] |= wider[1:]
    return result


def _distance(shape: np.ndarray, reach: int) -> np.ndarray:
    """Each pixel's Euclidean distance to the shape, float32; may be too large beyond `reach`.

    First along each row, then across rows (Felzenszwalb & Huttenlocher 2012): the squared distance
    is the minimum of (distance along a row)² + (distance to that row)².
    """
    x = np.arange(shape.shape[1], dtype=np.float32)
    before = np.maximum.accumulate(np.where(shape, x, np.float32(-1e4)), axis=1)
    after = np.minimum.accumulate(np.where(shape, x, np.float32(1e4))[:, ::-1], axis=1)[:, ::-1]
    along = np.minimum(x - before, after - x) ** 2
    squares = along.copy()
    for rows in range(1, min(reach + 1, len(along))):
        np.minimum(squares[rows:], along[:-rows] + rows**2, out=squares[rows:])
        np.minimum(squares[:-rows], along[rows:] + rows**2, out=squares[:-rows])
    return np.sqrt(squares)
