"""Extract the ink from any picture: a canvas, a scan or a photo."""

from math import ceil
from typing import Any

import cv2
import numpy as np
from PIL import Image

from model.picture.files import open_picture
from model.picture.measures import (
    FAINTEST,
    border,
    components,
    greatest,
    longer_sides,
    median_size,
    stroke_width,
    threshold,
)
from model.picture.paper import contrast_with_paper
from model.picture.printed import without_print

SIDE = 240  # pixels: pictures are reduced to the area of a square with this side
SMALL = 24  # pixels: where digits would become smaller, the picture is reduced less
CLOSEST = 1_000  # pixels: the largest side of that square for small digits
LARGEST = 4_000  # pixels: the longest side of a reduced picture
UNIFORM = 0.55  # of the border: least share of exactly one color; photos have less, due to noise
FAINTEST_PRINT = 4  # of 255, on photos, where the noise has been subtracted
FAINT = 72  # of 255: fainter ink is nothing if it is thin, as a rubbed-out stroke's, or short
HAIRLINE = 2.5  # pixels: thin
SPECK = 1 / 40  # of the shorter side of a noisy picture: shorter strokes are specks
SPECK_IF_FAINT = 1 / 24  # of the longer side
PAGE = 0.6  # of all pixels: a color that covers more is the page's
ONE_COLOR = 0.995  # of the opaque pixels: if so many have one color, the opacity is the ink
BRIDGED = 3  # pixels: gaps in pencil strokes


def ink_of(drawing: Any) -> np.ndarray:
    """The contrast of handwriting with the page: (H, W) uint8, 0 for page and print.

    `drawing` and errors are those of `files.open_picture`.
    """
    picture = open_picture(drawing)
    ink = _ink(picture, SIDE)
    size = median_size(ink > max(threshold(ink), FAINTEST))
    if 0 < size < SMALL and ink.shape[0] < picture.height:
        ink = _ink(picture, min(SIDE * SMALL / size, CLOSEST))
    return ink


def _ink(picture: Image.Image, side: float) -> np.ndarray:
    """The contrast without print, of the picture reduced to about `side`²."""
    width, height = picture.size
    factor = ceil(max((width * height) ** 0.5 / side, max(width, height) / LARGEST))
    ink, gap = _contrast(picture.reduce(factor))
    ink = without_print(ink, FAINTEST_PRINT if gap == BRIDGED else FAINTEST)
    if gap:
        is_faint = ink.max() < FAINT
        least = SPECK_IF_FAINT * max(ink.shape) if is_faint else SPECK * min(ink.shape)
        is_nothing = _are_specks(ink, gap, least)
    else:  # the outline of a rubbed-out stroke, or a fine pen's stroke that was reduced
        is_nothing = ink.max() < FAINT and stroke_width(np.pad(ink > FAINTEST, 1)) <= HAIRLINE
        if is_nothing and ink.any() and factor > 1 and side < CLOSEST:
            ink = _ink(picture, CLOSEST)
            is_nothing = ink.max() < FAINT
    return np.zeros_like(ink) if is_nothing else ink


def _contrast(picture: Image.Image) -> tuple[np.ndarray, int]:
    """The contrast (H, W) uint8 of an RGB or RGBA picture, and the gap to bridge in its strokes.

    The contrast is the opacity if only that shows something, else that of the colors. The gap is in
    pixels; 0 means that the picture has no noise.
    """
    alpha = np.asarray(picture.convert("RGBA").getchannel("A"))
    if np.ptp(alpha) >= FAINTEST:  # else it shows nothing
        opaque = np.asarray(picture.convert("RGB"))[alpha >= 128].astype(np.int16)
        color = np.median(opaque, axis=0) if len(opaque) else np.zeros(3)
        is_plain = not len(opaque) or (np.abs(opaque - color) < FAINTEST).mean() > ONE_COLOR
        if is_plain and alpha.min() < 128:
            return (255 - alpha if border(alpha).mean() >= 128 else alpha), 0
        if not is_plain and alpha.mean() < 128:
            return alpha, 0
        page = Image.new("RGBA", picture.size, tuple(color.astype(int).tolist()))
        picture = Image.alpha_composite(page, picture)
    colors = np.asarray(picture.convert("RGB"))
    color, share = _commonest(border(colors))
    most, share_of_all = _commonest(colors[::4, ::4].reshape(-1, 3))
    if share_of_all > PAGE:  # the border may have a frame's color
        color, share = most, max(share_of_all, (border(colors) == most).all(axis=1).mean())
    if share >= UNIFORM:
        # Drawings by a program and cleaned scans have a uniform page. Not all of the border must
        # have its color: a tight crop has ink there, and overexposed paper some noise.
        return _difference(colors, color), int(share < 1)
    return contrast_with_paper(colors), BRIDGED


def _commonest(colors: np.ndarray) -> tuple[np.ndarray, float]:
    """The most common of colors (N, 3) uint8, and its share."""
    # Counting one number per color is faster than counting three.
    numbers = colors @ np.array([1 << 16, 1 << 8, 1])
    _, first, counts = np.unique(numbers, return_index=True, return_counts=True)
    most = counts.argmax()
    return colors[first[most]], float(counts[most] / len(numbers))


def _difference(colors: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """The largest difference of each color (H, W, 3) from the paper's in any channel: (H, W)."""
    return greatest(cv2.absdiff(colors, np.array([*paper, 0], np.float64)))


def _are_specks(ink: np.ndarray, cell: int, least: float) -> bool:
    """Whether all of the ink (H, W) is shorter than `least`, with gaps below `cell` bridged."""
    mask = (ink > max(threshold(ink), FAINTEST)).astype(np.uint8)
    _, stats = components(cv2.dilate(mask, np.ones((cell, cell), np.uint8)))
    return bool(longer_sides(stats[1:]).max(initial=0) - cell < least)
