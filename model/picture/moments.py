"""Normalize slant, size and proportions by moments: people differ in them, digits do not.

Sources: Casey 1970, "Moment normalization of handprinted characters"; Liu, Nakashima, Sako,
Fujisawa 2004, "Handwritten digit recognition: investigation of normalization and feature extraction
techniques" (aspect-ratio-adaptive normalization). With the central moments µ of the ink:

    shear      s = µ11 / µ02             each row moves by s · its height above the centre of mass
    deviations σx, σy                    of the sheared ink
    proportion r = shorter σ / longer σ  becomes r^POWER: narrow digits become wider
    size       the longer σ becomes SPREAD pixels
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from model.picture.prepare import SIDE

STEEPEST = 0.6  # largest shear: handwriting leans no more
SPREAD = 5.2  # pixels: standard deviation along the longer axis
POWER = 0.6  # of the proportions
WIDEST = 1.8  # largest factor: a 1 stays narrow
INKED = 0.2  # only fainter pixels may leave the picture
CHUNK = 256  # pictures at a time: they fit into the processor's cache


class Normalization(NamedTuple):
    """Parameters for N pictures, (N,) each: shear about (`x`, `y`), then scale.

    `shear` is in columns per row; `width` and `height` are factors.
    """

    x: np.ndarray
    y: np.ndarray
    shear: np.ndarray
    width: np.ndarray
    height: np.ndarray


def by_moments(X: np.ndarray) -> np.ndarray:
    """Normalize digits X (N, 784) float32 in 0..1, centred; blank ones stay blank."""
    X = np.asarray(X, np.float32)
    result = np.empty_like(X)
    for first in range(0, len(X), CHUNK):
        images = X[first : first + CHUNK].reshape(-1, SIDE, SIDE)
        result[first : first + CHUNK] = _sampled(images, normalization_of(images))
    return result


def normalization_of(images: np.ndarray) -> Normalization:
    """The parameters that normalize pictures (N, 28, 28) float32."""
    at = np.arange(SIDE, dtype=np.float32)
    columns, rows = images.sum(axis=1), images.sum(axis=2)
    mass = np.maximum(rows.sum(axis=1), 1e-6)
    x, y = columns @ at / mass, rows @ at / mass
    dx, dy = at - x[:, None], at - y[:, None]
    # The central moments µ20, µ02, µ11 over µ00; at least 0.1, so that a dot has a size.
    xx = np.maximum((columns * dx**2).sum(axis=1) / mass, 0.1)
    yy = np.maximum((rows * dy**2).sum(axis=1) / mass, 0.1)
    xy = ((dy[:, None] @ images)[:, 0] * dx).sum(axis=1) / mass
    shear = (xy / yy).clip(-STEEPEST, STEEPEST)
    xx = np.maximum(xx - 2 * shear * xy + shear**2 * yy, 0.1)  # the variance of x − shear·y
    deviations = np.sqrt(np.stack([xx, yy]))
    longer = deviations.max(axis=0)
    proportion = deviations / longer  # 1 for the longer axis
    factors = SPREAD / longer * np.minimum(proportion ** (POWER - 1), WIDEST)
    # Nothing may leave the picture.
    inked = images > INKED
    far_y = np.abs(dy * inked.any(axis=2)).max(axis=1)
    far_x = np.abs((dx[:, None] - shear[:, None, None] * dy[:, :, None]) * inked).max(axis=(1, 2))
    room = (SIDE - 1) / 2 / np.maximum(factors * np.stack([far_x, far_y]), 1e-6)
    width, height = factors * np.minimum(room.min(axis=0), 1)
    return Normalization(x, y, shear, width, height)


def _sampled(images: np.ndarray, normalization: Normalization) -> np.ndarray:
    """Resample images (N, 28, 28) by bilinear interpolation: (N, 784)."""
    x, y, shear, width, height = (each[:, None, None] for each in normalization)
    new = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
    down = new[:, None] / height
    # Pad with empty pixels, one before and two after, for the neighbours at the edges.
    rows = (y + down + 1).clip(0, SIDE + 0.999)
    columns = (x + new / width + shear * down + 1).clip(0, SIDE + 0.999)
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2)))
    line = padded.shape[2]
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    below, right = rows - top, columns - left
    first = padded[0].size * np.arange(len(images), dtype=np.int32)
    corner = first[:, None, None] + top * line + left
    pixels = padded.ravel()
    upper, lower = (
        pixels.take(corner + edge)
        + right * (pixels.take(corner + edge + 1) - pixels.take(corner + edge))
        for edge in (0, line)
    )
    found: np.ndarray = upper + below * (lower - upper)
    return found.reshape(len(images), -1)


# Preparations of digits (N, 784) in MNIST's box for a network; its weights file names one. MNIST's
# own digits come in that box; `model.picture.prepare` puts drawings into it.
PREPARATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "moments": by_moments,
    "box": lambda X: X,
}
