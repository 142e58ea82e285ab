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
REACH = 20  # distances are exact up to here: more than half of any stroke's width


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
    return _centred(_with_stroke_of_mnist(_signed_distance(_outlined(digit))))


def _outlined(digit: np.ndarray) -> np.ndarray:
    """The digit as a boolean mask, its longer side OUTLINE, with a margin to grow into."""
    height, width = (ceil(side * OUTLINE / max(digit.shape)) for side in digit.shape)
    scaled = np.asarray(Image.fromarray(digit).resize((width, height), Image.Resampling.BILINEAR))
    return np.pad(scaled > threshold(scaled), OUTLINE // 8)


def _distance(shape: np.ndarray) -> np.ndarray:
    """Each pixel's Euclidean distance to the shape, float32; may be too large beyond REACH.

    First along each row, then across rows (Felzenszwalb & Huttenlocher 2012): the squared distance
    is the minimum of (distance along a row)² + (distance to that row)².
    """
    x = np.arange(shape.shape[1], dtype=np.float32)
    before = np.maximum.accumulate(np.where(shape, x, np.float32(-1e4)), axis=1)
    after = np.minimum.accumulate(np.where(shape, x, np.float32(1e4))[:, ::-1], axis=1)[:, ::-1]
    along = np.minimum(x - before, after - x) ** 2
    squares = along.copy()
    for rows in range(1, min(REACH + 1, len(along))):
        np.minimum(squares[rows:], along[:-rows] + rows**2, out=squares[rows:])
        np.minimum(squares[:-rows], along[rows:] + rows**2, out=squares[:-rows])
    return np.sqrt(squares)


def _signed_distance(shape: np.ndarray) -> np.ndarray:
    """The signed distance to the outline, positive in the ink."""
    return np.where(shape, _distance(~shape) - 0.5, 0.5 - _distance(shape))


def _with_stroke_of_mnist(distance: np.ndarray) -> np.ndarray:
    """Move the outline so that strokes are STROKE wide once the digit is BOX long: ink in 0..1."""
    # A stroke's area is its width times half its outline's length, and that length is the area
    # within a pixel of the outline. The mean distance would be misled by a filled loop.
    width = 2 * (distance > 0).sum() / ((distance > 0) & (distance <= 1)).sum()
    ratio = STROKE / BOX  # solve (width + 2·move) / (OUTLINE + 2·move) = ratio
    move = (ratio * OUTLINE - width) / (2 - 2 * ratio)
    # Remove at most four fifths of the width, so that thinner parts of strokes survive.
    return np.clip(distance + max(move, -0.4 * width) + 0.5, 0, 1)


def _centred(ink: np.ndarray) -> np.ndarray:
    """Shrink the digit to a longer side of BOX, its centre of mass at CENTRE."""
    rows, columns = np.nonzero(ink > 0.5)
    scale = (max(np.ptp(rows), np.ptp(columns)) + 1) / BOX
    x = ink.sum(axis=0) @ np.arange(ink.shape[1]) / ink.sum() + 0.5
    y = ink.sum(axis=1) @ np.arange(ink.shape[0]) / ink.sum() + 0.5
    margin = ceil(SIDE * scale)
    left, top = x - CENTRE * scale + margin, y - CENTRE * scale + margin
    box = (left, top, left + SIDE * scale, top + SIDE * scale)
    page = Image.fromarray(np.pad(ink, margin))
    return np.asarray(page.resize((SIDE, SIDE), Image.Resampling.BOX, box=box)).clip(0, 1)
