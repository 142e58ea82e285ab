"""Extract the ink from a picture: a canvas, a scan or a photo."""

from math import ceil
from typing import Any

import numpy as np
from PIL import Image, ImageChops

from model.picture.components import parts_of
from model.picture.photo import contrast_on_photo

LARGEST = 240  # pixels a side; larger pictures are reduced first: a digit needs no more
UNIFORM = 0.55  # of the border's pixels: on a photo, noise lets fewer have exactly one color
SHORTEST_STROKE = 1 / 24  # of a photo's longer side: shorter ones alone are specks, no digit
BRIDGED = 3  # pixels: a pencil's strokes have gaps
FAINTEST = 24  # of 255; with less contrast, the picture is blank


def ink_of(drawing: Any) -> np.ndarray:
    """The contrast of each pixel with the page: (H, W) uint8, 0 is page, H and W ≤ LARGEST.

    `drawing` is a PIL image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4). Raises ValueError,
    worded for the person who drew, for anything else or if it has no pixels.
    """
    try:
        return _contrast(_reduced(drawing))
    except OSError as error:  # Pillow reads a file when its pixels are needed
        raise ValueError(f"This picture is damaged or cut off ({error}).") from error


def _reduced(picture: Any) -> Image.Image:
    """The picture as RGBA, at most LARGEST pixels a side; in strips, to save memory."""
    if isinstance(picture, Image.Image):
        width, height = picture.size
    elif _is_picture(picture):
        height, width = picture.shape[:2]
    else:
        found = getattr(picture, "shape", type(picture).__name__), getattr(picture, "dtype", "")
        raise ValueError(f"Expected an image or a uint8 array of H×W, H×W×3 or H×W×4, got {found}.")
    if width == 0 or height == 0:
        raise ValueError(f"Expected a picture with pixels, got {width}×{height}.")
    factor = ceil(max(width, height) / LARGEST)
    small = Image.new("RGBA", (ceil(width / factor), ceil(height / factor)))
    rows = factor * ceil(2**20 / (factor * width))  # about a million pixels at a time
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        if isinstance(picture, Image.Image):
            strip = picture.crop((0, top, width, bottom))
        else:
            strip = Image.fromarray(picture[top:bottom])
        small.paste(strip.convert("RGBA").reduce(factor), (0, top // factor))
    return small


def _is_picture(array: Any) -> bool:
    if not isinstance(array, np.ndarray) or array.dtype != np.uint8:
        return False
    return array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))


def _contrast(picture: Image.Image) -> np.ndarray:
    """(H, W): the opacity on a transparent page, else the difference from the page's color."""
    alpha = np.asarray(picture.getchannel("A"))
    if alpha.mean() < 128:
        return alpha
    white = Image.new("RGBA", picture.size, "white")
    page = Image.alpha_composite(white, picture).convert("RGB")
    colors = np.asarray(page)
    border = np.concatenate([colors[0], colors[-1], colors[:, 0], colors[:, -1]])
    # A color as one number is counted faster than as three.
    numbers, counts = np.unique(border @ np.array([1 << 16, 1 << 8, 1]), return_counts=True)
    # Only drawings by a program and cleaned scans have a uniform page. Not all of the border need
    # have its color: a scan that is cut out tightly has ink there, too.
    if counts.max() < UNIFORM * len(border):
        ink = contrast_on_photo(page)
        return np.zeros_like(ink) if _is_specks(ink, BRIDGED) else ink
    paper = Image.new("RGB", page.size, f"#{numbers[counts.argmax()]:06x}")
    red, green, blue = ImageChops.difference(page, paper).split()
    ink = np.asarray(ImageChops.lighter(ImageChops.lighter(red, green), blue))
    # Where white paper is overexposed, only some noise is left. A canvas may have a single dot.
    is_noise = counts.max() < len(border) and _is_specks(ink, 1)
    return np.zeros_like(ink) if is_noise else ink


def _is_specks(ink: np.ndarray, cell: int) -> bool:
    """Whether no part of the ink (H, W) is as long as digits are tall.

    Gaps below `cell` pixels are bridged.
    """
    rows, columns = np.nonzero(ink > max(threshold(ink), FAINTEST))
    if not len(rows):
        return True
    part = parts_of(rows // cell, columns // cell)
    first, last = np.full((2, part.max() + 1), LARGEST), np.zeros((2, part.max() + 1), int)
    for places, least, most in zip((rows, columns), first, last):
        np.minimum.at(least, part, places)
        np.maximum.at(most, part, places)
    return bool((last - first).max() < SHORTEST_STROKE * max(ink.shape))


def threshold(ink: np.ndarray) -> int:
    """The grey value that best separates ink from page (Otsu 1979).

    It maximizes the between-class variance, below · above · (difference of the means)².
    """
    counts = np.bincount(ink.ravel(), minlength=256)
    below, sum_below = np.cumsum(counts), np.cumsum(counts * np.arange(256))
    above, sum_above = ink.size - below, sum_below[-1] - sum_below
    difference = sum_below / np.maximum(below, 1) - sum_above / np.maximum(above, 1)
    return int(np.argmax(below * above * difference**2))


def stroke_width(mask: np.ndarray) -> float:
    """The strokes' mean width in pixels: their area by half the length of their outline.

    `mask` (H, W) bool is true in the ink; its border is not.
    """
    inside = mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    return 2 * mask.sum() / (mask[1:-1, 1:-1] & ~inside).sum()
