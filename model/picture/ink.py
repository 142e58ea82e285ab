"""Extract the ink from a picture, whatever it is: a canvas, a scan or a photo."""

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
    size_of_most,
    stroke_width,
    threshold,
)
from model.picture.paper import contrast_with_paper
from model.picture.printed import may_have_print, without_print

SIDE = 240  # pixels, of a square of the area to which pictures are reduced: a digit needs no more,
SMALL = 24  # unless it is smaller than this on a larger one: then that is looked at more closely,
CLOSEST = 1_000  # up to so many,
LARGEST = 4_000  # pixels a side at most
UNIFORM = 0.55  # of the border's pixels: on a photo, noise lets fewer have exactly one color
LEAST = 4  # of 255: on photos, where noise is taken away, print is as faint
RUBBED, HAIRLINE = 72, 2.5  # of 255, and pixels: the outline that stays of a stroke rubbed out
PAGE = 0.6  # of all pixels: no ink covers as much
SLIM = 12  # pixels: in a narrower picture there is no paper to compare with,
SLIM_NOISE = 4  # and so many times the median difference at its border is noise
SHORTEST_STROKE = 1 / 24  # of a photo's longer side: shorter ones alone are specks, no digit
BRIDGED = 3  # pixels: a pencil's strokes have gaps


def ink_of(drawing: Any) -> np.ndarray:
    """The contrast of what is written with the page: (H, W) uint8, 0 is page, or print on it.

    Takes the same drawings, and raises the same ValueError, as `files.open_picture`.
    """
    picture = open_picture(drawing)
    ink = _ink(picture, SIDE)
    size = size_of_most(ink > max(threshold(ink), FAINTEST))
    if 0 < size < SMALL and ink.shape[0] < picture.height:
        return _ink(picture, min(SIDE * SMALL / size, CLOSEST))
    return ink


def _ink(picture: Image.Image, side: float) -> np.ndarray:
    width, height = picture.size
    factor = ceil(max((width * height) ** 0.5 / side, max(width, height) / LARGEST))
    ink, gap = _contrast(picture.reduce(factor))
    is_photo = gap == BRIDGED
    if is_photo or may_have_print(ink > FAINTEST):
        ink = without_print(ink, LEAST if is_photo else FAINTEST)
    if gap:
        is_nothing = _is_specks(ink, gap)
    else:
        is_nothing = ink.max() < RUBBED and stroke_width(np.pad(ink > FAINTEST, 1)) <= HAIRLINE
    return np.zeros_like(ink) if is_nothing else ink


def _contrast(picture: Image.Image) -> tuple[np.ndarray, int]:
    """(H, W) of RGB or RGBA: the opacity if it alone shows something, or else colors' contrast.

    And how far apart specks of noise may be that are part of a stroke; 0 where there is no noise.
    """
    if picture.mode == "RGBA":
        alpha = np.asarray(picture.getchannel("A"))
        opaque = np.asarray(picture.convert("RGB"))[alpha >= 128].astype(np.int16)
        off = np.abs(opaque - np.median(opaque, axis=0)) if len(opaque) else np.zeros(1)
        if (off < FAINTEST).mean() > 0.95:  # one color
            if alpha.min() < 128:
                return (255 - alpha if border(alpha).mean() >= 128 else alpha), 0
        elif alpha.mean() < 128:
            return alpha, 0
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
        picture = picture.convert("RGB")
    colors = np.asarray(picture)
    color, share = _commonest(border(colors))
    most, share_of_all = _commonest(colors[::4, ::4].reshape(-1, 3))
    if share_of_all > PAGE:  # and the border's color is perhaps a frame's, or that of lines to it
        color, share = most, max(share_of_all, (border(colors) == most).all(axis=1).mean())
    if share >= UNIFORM:
        # Only drawings by a program and cleaned scans have a uniform page. Not all of the border
        # need have its color: a scan that is cut out tightly has ink there, too. Where white paper
        # is overexposed, only some noise is left. A canvas may have a single dot.
        return _difference(colors, color), int(share < 1)
    if min(picture.size) < SLIM:
        difference = _difference(colors, np.median(border(colors), axis=0))
        return cv2.subtract(difference, SLIM_NOISE * np.median(border(difference))), 1
    return contrast_with_paper(colors), BRIDGED


def _commonest(colors: np.ndarray) -> tuple[np.ndarray, float]:
    """The commonest of colors (N, 3) uint8, and its share."""
    # A color as one number is counted faster than as three.
    numbers = colors @ np.array([1 << 16, 1 << 8, 1])
    _, first, counts = np.unique(numbers, return_index=True, return_counts=True)
    most = counts.argmax()
    return colors[first[most]], float(counts[most] / len(numbers))


def _difference(colors: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """How far each color (H, W, 3) is from the paper's, in the channel where it is farthest."""
    return greatest(cv2.absdiff(colors, np.array([*paper, 0], np.float64)))


def _is_specks(ink: np.ndarray, cell: int) -> bool:
    """Whether no part of the ink (H, W) is as long as digits are tall.

    Gaps below `cell` pixels are bridged.
    """
    mask = (ink > max(threshold(ink), FAINTEST)).astype(np.uint8)
    _, stats = components(cv2.dilate(mask, np.ones((cell, cell), np.uint8)))
    return bool(longer_sides(stats[1:]).max(initial=0) - cell < SHORTEST_STROKE * max(ink.shape))
