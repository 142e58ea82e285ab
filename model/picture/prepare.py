"""Any drawing → 28×28, prepared the way MNIST prepared its digits.

MNIST scaled the longer side of each digit to 20 pixels and put its centre of mass at the centre of
28×28 (LeCun et al. 1998, "Gradient-based learning applied to document recognition", section III.A).
On a screen, brushes vary too, so strokes are also normalized to MNIST's width: given each pixel's
distance to the outline, making all strokes wider or thinner is one addition.
"""

from math import ceil
from typing import Any

import numpy as np
from PIL import Image

from model.picture.ink import ink_of, threshold
from model.picture.segmentation import cut_out, shapes_of_digit

SIDE = 28  # of the network's input, in pixels
CENTRE = 14.5  # MNIST's centre of mass, from the edge: the middle of pixel number 14
BOX = 20  # longer side of the digit
STROKE = 2.5  # width of MNIST's strokes
OUTLINE = 72  # longer side of the digit while its strokes are normalized
MARGIN = OUTLINE // 8  # around it, for strokes that grow


def prepare(drawing: Any) -> np.ndarray:
    """Prepare a drawing of one digit: (28, 28) float32 in 0..1, white on black.

    All zeros if nothing is drawn. Takes the same drawings and raises the same ValueError as
    `model.picture.ink.ink_of`.
    """
    ink = ink_of(drawing)
    shapes = shapes_of_digit(ink)
    return prepare_ink(cut_out(ink, shapes)) if shapes else np.zeros((SIDE, SIDE), np.float32)


def prepare_ink(digit: np.ndarray) -> np.ndarray:
    """Prepare the ink of one digit: (28, 28) float32 in 0..1, white on black.

    `digit` (H, W) uint8 is cropped ink, from `segmentation.cut_out`.
    """
    return prepare_outline(_outlined(digit))


def prepare_outline(shape: np.ndarray) -> np.ndarray:
    """Prepare the outline of one digit: (28, 28) float32 in 0..1, white on black.

    `shape` (H, W) bool is true in the ink. Its longer side is OUTLINE, within a MARGIN to grow into
    on every side.
    """
    return _centred(_with_stroke_of_mnist(shape))


def _outlined(digit: np.ndarray) -> np.ndarray:
    """Where the digit's ink is, enlarged or shrunk for `prepare_outline`: (H, W) bool."""
    height, width = (ceil(side * OUTLINE / max(digit.shape)) for side in digit.shape)
    scaled = np.asarray(Image.fromarray(digit).resize((width, height), Image.Resampling.BILINEAR))
    return np.pad(scaled > threshold(scaled), MARGIN)


def _with_stroke_of_mnist(shape: np.ndarray) -> np.ndarray:
    """Move the outline so that strokes are STROKE wide once the digit is BOX long: ink in 0..1."""
    # A stroke's area is its width times half its outline's length, and that length is the pixels
    # on the outline. The mean distance to it would be misled by a filled loop.
    width = 2 * float(shape.sum() / (shape & _near(~shape)).sum())
    ratio = STROKE / BOX  # solve (width + 2·move) / (OUTLINE + 2·move) = ratio
    move = (ratio * OUTLINE - width) / (2 - 2 * ratio)
    # Remove at most four fifths of the width, so that thinner parts of strokes survive.
    move = max(move, -0.4 * width)
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


def _centred(ink: np.ndarray) -> np.ndarray:
    """Shrink the digit to a longer side of BOX, its centre of mass at CENTRE."""
    inked = ink > 0.5
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    scale = (max(np.ptp(rows), np.ptp(columns)) + 1) / BOX
    y = ink.sum(axis=1) @ np.arange(ink.shape[0]) / ink.sum() + 0.5
    x = ink.sum(axis=0) @ np.arange(ink.shape[1]) / ink.sum() + 0.5
    small = _shares(y, scale, len(ink)) @ ink @ _shares(x, scale, ink.shape[1]).T
    return small.clip(0, 1)  # sums may be a rounding error above 1


def _shares(centre: float, scale: float, count: int) -> np.ndarray:
    """How much each of `count` pixels in a line adds to each of SIDE larger ones: (SIDE, count).

    A larger pixel is `scale` long, and its grey value is the mean over the area that it covers.
    """
    edges = centre + scale * (np.arange(SIDE + 1) - CENTRE)
    covered = edges[:, None].clip(np.arange(count), np.arange(1, count + 1))
    return (np.diff(covered, axis=0) / scale).astype(np.float32)
