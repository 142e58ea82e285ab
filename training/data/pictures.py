"""Prepare pictures of your own digits: into MNIST's box, by `model.picture`."""

from math import isqrt
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from model.picture.files import open_picture
from model.picture.measures import border
from model.picture.prepare import BOX, SIDE, prepare

Picture = Path | np.ndarray | bytes | str


class Sample(NamedTuple):
    """A picture as it was found, and its label, 0..9 or NO_DIGIT.

    `picture` is a file; numbers in 0..255 or 0..1, (H, W), (H, W, 1 or 3), or (pixels,) of a
    square; such numbers as comma-separated text; or the reason why it cannot be used.
    """

    picture: Picture
    label: int
    place: str  # where it is, for messages
    is_test: bool


def digit_of(picture: Picture, as_is: bool) -> np.ndarray | str:
    """A sample's picture as a digit (784,) float32 in 0..1, or why it cannot be used.

    It is prepared like a drawing on the page, unless it is 28×28 and already in MNIST's box, or
    `as_is` says so.
    """
    if isinstance(picture, str):
        return picture
    try:
        opened = open_picture(picture) if isinstance(picture, Path) else _pixels(picture)
        pixels = np.asarray(opened)
        if pixels.ndim == 3 and pixels.shape[2] < 4 and (pixels == pixels[..., :1]).all():
            opened = pixels = pixels[..., 0]  # grey
        if pixels.shape == (SIDE, SIDE):
            image = 255 - pixels if np.median(border(pixels)) > 127 else pixels  # white on black
            if image.any() and (as_is or _is_in_box(image)):
                return image.ravel() / np.float32(255)
        elif as_is:
            return "it is not grey and 28×28, as --as-is expects"
        prepared = prepare(opened)
    except (OSError, ValueError, TypeError) as error:
        return str(error)
    return prepared.ravel() if prepared.any() else "nothing is drawn on it"


def _pixels(numbers: np.ndarray | bytes) -> np.ndarray:
    """Convert numbers to pixels (H, W) or (H, W, 1 or 3) uint8."""
    if isinstance(numbers, bytes):
        numbers = np.array(numbers.replace(b'"', b"").split(b","), float)
    side = isqrt(numbers.size)
    if numbers.shape == (side * side,):
        numbers = numbers.reshape(side, side)
    least, most = float(numbers.min()), float(numbers.max())  # NaN if any is NaN
    if not 0 <= least <= most <= 255:
        raise ValueError(f"pixels from {least:g} to {most:g}; expected 0 to 255, or 0 to 1")
    return np.array(np.rint(numbers * np.float32(255 if most <= 1 else 1)), np.uint8)


def _is_in_box(image: np.ndarray) -> bool:
    """Whether a digit (28, 28), white on black, has the place and size of MNIST's."""
    width, height = cv2.boundingRect(image)[2:]
    moments = cv2.moments(image)
    x, y = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    # MNIST moved digits by whole pixels.
    is_centred = max(abs(x - SIDE / 2), abs(y - SIDE / 2)) < 0.51
    return is_centred and BOX - 1 <= max(width, height) <= BOX
