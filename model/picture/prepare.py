"""Any drawing → 28×28, prepared the way MNIST prepared its digits.

MNIST scaled the longer side of each digit to 20 pixels and put its centre of mass at the centre of
28×28 (LeCun et al. 1998, "Gradient-based learning applied to document recognition", section III.A).
On a screen, brushes vary too, so strokes are also normalized to MNIST's width: given each pixel's
distance to the outline, making all strokes wider or thinner is one addition.

Whoever wants to see how a picture came about asks for the `Preparation`, or for the `Steps` alone;
the other functions return the last of these steps.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from PIL import Image

from model.picture.ink import ink_of, threshold
from model.picture.placement import BOX, SIDE, Placement, placed, placement_of
from model.picture.segmentation import Box, box_around, cut_out, shapes_of_digit
from model.picture.stroke import stroke_width, with_outline_moved

STROKE = 2.5  # width of MNIST's strokes
OUTLINE = 72  # longer side of the digit while its strokes are normalized
MARGIN = OUTLINE // 8  # around it, for strokes that grow


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class Steps:
    """What each step of the preparation makes of a digit's ink.

    `outline` (H, W) bool is the digit, its longer side OUTLINE, in a MARGIN. `stroke` is the mean
    width of its strokes, from `stroke_width`, as a share of its longer side. `evened` (H, W)
    float32 in 0..1 has strokes of the share `evened_stroke`: STROKE / BOX, unless they were too
    thick to be thinned so much. `image` (28, 28) float32 in 0..1 is that, placed: what the network
    sees.
    """

    outline: np.ndarray
    stroke: float
    evened: np.ndarray
    evened_stroke: float
    placement: Placement
    image: np.ndarray


@dataclass(frozen=True, eq=False)
class Preparation:
    """All the way from a drawing's ink: the digit's box in it, what was cut out there, the steps.

    `digit` (height, width) uint8 is the ink in the box, without dust.
    """

    box: Box
    digit: np.ndarray
    steps: Steps


def prepare(drawing: Any) -> np.ndarray:
    """Prepare a drawing of one digit: (28, 28) float32 in 0..1, white on black.

    All zeros if nothing is drawn. Takes the same drawings and raises the same ValueError as
    `model.picture.ink.ink_of`.
    """
    preparation = preparation_of(ink_of(drawing))
    return preparation.steps.image if preparation else np.zeros((SIDE, SIDE), np.float32)


def preparation_of(ink: np.ndarray) -> Preparation | None:
    """How a drawing of one digit is prepared; None if nothing is drawn.

    `ink` (H, W) uint8 is from `model.picture.ink.ink_of`.
    """
    shapes = shapes_of_digit(ink)
    if not shapes:
        return None
    digit = cut_out(ink, shapes)
    return Preparation(box_around(shapes), digit, steps_of(digit))


def prepare_ink(digit: np.ndarray) -> np.ndarray:
    """Prepare the ink of one digit: (28, 28) float32 in 0..1, white on black.

    `digit` (H, W) uint8 is cropped ink, from `segmentation.cut_out`.
    """
    return steps_of(digit).image


def steps_of(digit: np.ndarray) -> Steps:
    """How `prepare_ink` prepares the ink of one digit."""
    return _steps(_outlined(digit))


def prepare_outline(shape: np.ndarray) -> np.ndarray:
    """Prepare the outline of one digit: (28, 28) float32 in 0..1, white on black.

    `shape` (H, W) bool is true in the ink. Its longer side is OUTLINE, within a MARGIN to grow into
    on every side.
    """
    return _steps(shape).image


def _steps(shape: np.ndarray) -> Steps:
    width = stroke_width(shape)
    move = _move(width)
    ink = with_outline_moved(shape, move)
    placement = placement_of(ink)
    return Steps(
        outline=shape,
        stroke=width / OUTLINE,
        evened=ink,
        evened_stroke=(width + 2 * move) / (OUTLINE + 2 * move),
        placement=placement,
        image=placed(ink, placement),
    )


def _outlined(digit: np.ndarray) -> np.ndarray:
    """Where the digit's ink is, enlarged or shrunk for `prepare_outline`: (H, W) bool."""
    height, width = (ceil(side * OUTLINE / max(digit.shape)) for side in digit.shape)
    scaled = np.asarray(Image.fromarray(digit).resize((width, height), Image.Resampling.BILINEAR))
    return np.pad(scaled > threshold(scaled), MARGIN)


def _move(width: float) -> float:
    """How far to move the outline, so that strokes are STROKE wide once the digit is BOX long."""
    ratio = STROKE / BOX  # solve (width + 2·move) / (OUTLINE + 2·move) = ratio
    move = (ratio * OUTLINE - width) / (2 - 2 * ratio)
    # Remove at most four fifths of the width, so that thinner parts of strokes survive.
    return max(move, -0.4 * width)
