"""The width of strokes, and how to change it: by each pixel's distance to the outline."""

import cv2
import numpy as np


def stroke_width(shape: np.ndarray) -> float:
    """The mean width, in pixels, of the strokes in a shape (H, W) bool, true in the ink; 0 if none.

    Pixels are coarse: a slanted stroke has up to √2 times as many pixels on its outline as an
    upright one, so it counts as up to 30% thinner. The shape must not touch the border.
    """
    # A stroke's area is its width times half its outline's length, and that length is the pixels
    # on the outline. The mean distance to it would be misled by a filled loop.
    area, inside = shape.sum(), cv2.erode(np.uint8(shape), np.ones((3, 3), np.uint8)).sum()
    return 2 * float(area / max(area - inside, 1))


def with_outline_moved(shape: np.ndarray, move: float) -> np.ndarray:
    """Move the outline outwards by `move` pixels, inwards if negative: ink (H, W) float32 in 0..1.

    `shape` (H, W) bool is true in the ink. Strokes become wider by 2·move.
    """
    # Pixels are half a pixel from the edge between them.
    if move > 0:
        return np.clip(move + 1 - _distance(~shape), 0, 1)
    return np.clip(move + _distance(shape), 0, 1)


def _distance(shape: np.ndarray) -> np.ndarray:
    """How far each pixel in a shape is from all that is not in it: Euclidean, float32."""
    distance = cv2.distanceTransform(np.uint8(shape), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # Its last bit differs from call to call, but the squares are whole numbers.
    return np.sqrt(np.rint(distance**2))
