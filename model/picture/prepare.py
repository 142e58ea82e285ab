"""Any drawing → "MNIST's box": 28×28, prepared the way MNIST prepared its digits.

MNIST scaled the longer side of each digit to 20 pixels and put its centre of mass at the centre of
28×28 (LeCun et al. 1998, "Gradient-based learning applied to document recognition", section III.A).
On a screen, brushes vary, so strokes are also brought to MNIST's width: given each pixel's distance
to the outline, widening or thinning all strokes is one addition.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

import cv2
import numpy as np
from PIL import Image

from model.picture.ink import ink_of
from model.picture.measures import stroke_width, threshold
from model.picture.segmentation import cut_out, shapes_of_digit

SIDE = 28  # of the network's input, in pixels
CENTRE = 14.5  # of mass, from the edge: the middle of pixel number 14 of 0 to 27, as MNIST has it
BOX = 20  # longer side of the digit
STROKE = 2.5  # width of MNIST's strokes
OUTLINE = 72  # longer side of the digit while its strokes are normalized
MARGIN = OUTLINE // 8  # around it, for strokes that grow


class Placement(NamedTuple):
    """Where a digit is placed in the 28×28 pixels.

    `scale` is the side of one of the 28×28 pixels, in pixels of the ink; `x`, `y` is the ink's
    centre of mass in pixels of the ink, which moves to (CENTRE, CENTRE). The others are the digit's
    box in the 28×28 pixels; its longer side is BOX.
    """

    scale: float
    x: float
    y: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def shift(self) -> tuple[float, float]:
        """Offset (right, down) of the box's middle from the picture's, in the 28×28 pixels."""
        return (self.left + self.right - SIDE) / 2, (self.top + self.bottom - SIDE) / 2


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class Steps:
    """The result of each step of a digit's preparation.

    `outline` (H, W) bool is the digit, its longer side OUTLINE, within a MARGIN. `stroke` is the
    mean width of its strokes as a share of its longer side. `evened` (H, W) float32 in 0..1 has
    strokes of the share `evened_stroke`: STROKE / BOX, unless they were too thick to be thinned so
    much. `image` (28, 28) float32 in 0..1 is `evened`, placed, white on black.
    """

    outline: np.ndarray
    stroke: float
    evened: np.ndarray
    evened_stroke: float
    placement: Placement
    image: np.ndarray


def prepare(drawing: Any) -> np.ndarray:
    """Prepare a drawing of one digit: (28, 28) float32 in 0..1, white on black; zeros if blank.

    `drawing` and errors are those of `model.picture.files.open_picture`.
    """
    ink = ink_of(drawing)
    shapes = shapes_of_digit(ink)
    return steps_of(cut_out(ink, shapes)).image if shapes else np.zeros((SIDE, SIDE), np.float32)


def steps_of(digit: np.ndarray) -> Steps:
    """Prepare the ink of one digit: (H, W) uint8, cropped, from `segmentation.cut_out`."""
    height, width = (ceil(side * OUTLINE / max(digit.shape)) for side in digit.shape)
    scaled = np.asarray(Image.fromarray(digit).resize((width, height), Image.Resampling.BILINEAR))
    return steps_of_outline(np.pad(scaled > threshold(scaled), MARGIN))


def steps_of_outline(shape: np.ndarray) -> Steps:
    """Prepare the shape (H, W) bool of a digit, with a longer side of OUTLINE, in a MARGIN."""
    width, ratio = stroke_width(shape), STROKE / BOX
    # Solve (width + 2·move) / (OUTLINE + 2·move) = ratio. Strokes lose at most four fifths of their
    # width, so that their thinner parts survive.
    move = max((ratio * OUTLINE - width) / (2 - 2 * ratio), -0.4 * width)
    ink = with_outline_moved(shape, move)
    placement = _placement(ink)
    return Steps(
        outline=shape,
        stroke=width / OUTLINE,
        evened=ink,
        evened_stroke=(width + 2 * move) / (OUTLINE + 2 * move),
        placement=placement,
        image=_placed(ink, placement),
    )


def with_outline_moved(shape: np.ndarray, move: float) -> np.ndarray:
    """Move the outline outwards by `move` pixels, inwards if negative: ink (H, W) float32 in 0..1.

    `shape` (H, W) bool is true in the ink. Strokes become wider by 2·move.
    """
    # Between pixel centres: half a pixel more than to the edge, and half until a pixel is full.
    side = np.uint8(1) - shape if move > 0 else shape.astype(np.uint8)
    distance = cv2.distanceTransform(side, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # The last bit varies between calls; squared distances are whole numbers, so round them.
    distance = np.sqrt(np.rint(np.square(distance)))
    ink: np.ndarray = move + 1 - distance if move > 0 else move + distance
    return ink.clip(0, 1)


def _placement(ink: np.ndarray) -> Placement:
    """Place the ink (H, W): its longer side becomes BOX, its centre of mass moves to CENTRE."""
    left, top, width, height = cv2.boundingRect((ink > 0.5).astype(np.uint8))
    scale = max(width, height) / BOX
    y = ink.sum(axis=1) @ np.arange(ink.shape[0]) / ink.sum() + 0.5
    x = ink.sum(axis=0) @ np.arange(ink.shape[1]) / ink.sum() + 0.5
    columns, rows = np.array([left, left + width]), np.array([top, top + height])
    (left, right), (top, bottom) = CENTRE + (columns - x) / scale, CENTRE + (rows - y) / scale
    return Placement(*map(float, (scale, x, y, left, top, right, bottom)))


def _placed(ink: np.ndarray, placement: Placement) -> np.ndarray:
    """The ink shrunk and moved as `placement` says: (28, 28)."""
    scale, x, y = placement[:3]
    small: np.ndarray = _shares(y, scale, len(ink)) @ ink @ _shares(x, scale, ink.shape[1]).T
    return small.clip(0, 1)  # rounding may exceed 1


def _shares(centre: float, scale: float, count: int) -> np.ndarray:
    """The weight of each of `count` pixels in each of SIDE larger ones: (SIDE, count).

    A larger pixel is `scale` long, and is the mean of the pixels that it covers.
    """
    edges = centre + scale * (np.arange(SIDE + 1) - CENTRE)
    covered = edges[:, None].clip(np.arange(count), np.arange(1, count + 1))
    return (np.diff(covered, axis=0) / scale).astype(np.float32)
