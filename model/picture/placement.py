"""A digit on the 28×28 pixels: its size, and its place by its centre of mass."""

from typing import NamedTuple

import numpy as np

SIDE = 28  # of the network's input, in pixels
CENTRE = 14.5  # MNIST's centre of mass, from the edge: the middle of pixel number 14
BOX = 20  # longer side of the digit


class Placement(NamedTuple):
    """Where a digit comes to stand on the 28×28 pixels, and what was measured for it.

    `scale` is the side of one of the 28×28 pixels, in pixels of the ink; `x` and `y` are the ink's
    centre of mass there. The digit's box is in the 28×28 pixels, from their upper left corner; its
    longer side is BOX. The centre of mass comes to (CENTRE, CENTRE).
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
        """How far the box's middle is from the picture's: (right, down), in the 28×28 pixels."""
        return (self.left + self.right - SIDE) / 2, (self.top + self.bottom - SIDE) / 2


def placement_of(ink: np.ndarray) -> Placement:
    """Where to put the ink (H, W): a longer side of BOX, its centre of mass at CENTRE."""
    inked = ink > 0.5
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    scale = (max(np.ptp(rows), np.ptp(columns)) + 1) / BOX
    y = ink.sum(axis=1) @ np.arange(ink.shape[0]) / ink.sum() + 0.5
    x = ink.sum(axis=0) @ np.arange(ink.shape[1]) / ink.sum() + 0.5
    left, right = (CENTRE + (edge - x) / scale for edge in (columns[0], columns[-1] + 1))
    top, bottom = (CENTRE + (edge - y) / scale for edge in (rows[0], rows[-1] + 1))
    return Placement(*map(float, (scale, x, y, left, top, right, bottom)))


def placed(ink: np.ndarray, placement: Placement) -> np.ndarray:
    """The ink shrunk and moved as `placement` says: (28, 28)."""
    scale, x, y = placement[:3]
    small = _shares(y, scale, len(ink)) @ ink @ _shares(x, scale, ink.shape[1]).T
    return small.clip(0, 1)  # sums may be a rounding error above 1


def _shares(centre: float, scale: float, count: int) -> np.ndarray:
    """How much each of `count` pixels in a line adds to each of SIDE larger ones: (SIDE, count).

    A larger pixel is `scale` long, and its grey value is the mean over the area that it covers.
    """
    edges = centre + scale * (np.arange(SIDE + 1) - CENTRE)
    covered = edges[:, None].clip(np.arange(count), np.arange(1, count + 1))
    return (np.diff(covered, axis=0) / scale).astype(np.float32)
