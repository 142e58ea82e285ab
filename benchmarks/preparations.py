"""Other demonstrations' preparations of a drawing, as baselines.

Both take a canvas, black on white (PIL "L"), and return (28, 28) float32 in 0..1, white on black.
"""

import numpy as np
from PIL import Image


def shrunk(canvas: Image.Image) -> np.ndarray:
    """Shrink the whole canvas to 28×28, as tutorials do."""
    return 1 - np.asarray(canvas.resize((28, 28), Image.Resampling.BOX), np.float32) / 255


def centered(canvas: Image.Image) -> np.ndarray:
    """Crop, scale the longer side to 20 pixels, centre by mass, as MNIST did."""
    ink = 255 - np.asarray(canvas)
    rows, columns = np.flatnonzero(ink.max(axis=1) > 30), np.flatnonzero(ink.max(axis=0) > 30)
    crop = Image.fromarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    size = [max(1, round(20 * side / max(crop.size))) for side in crop.size]
    digit = np.asarray(crop.resize(size, Image.Resampling.BOX), np.float32) / 255
    height, width = digit.shape
    y = digit.sum(axis=1) @ np.arange(height) / digit.sum()
    x = digit.sum(axis=0) @ np.arange(width) / digit.sum()
    top, left = 20 + round(14 - y), 20 + round(14 - x)
    page = np.zeros((68, 68), np.float32)  # margin for what would stick out
    page[top : top + height, left : left + width] = digit
    return page[20:48, 20:48]
