"""What is measured on ink: where it begins, and how large it is."""

import cv2
import numpy as np

FAINTEST = 24  # of 255; with less contrast, the picture is blank


def threshold(ink: np.ndarray) -> int:
    """The grey value of (H, W) uint8 that best separates ink from page (Otsu 1979)."""
    return int(cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)[0])


def box_of(mask: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns around all that is true in a mask (H, W) bool; empty if nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def size_of_most(mask: np.ndarray) -> int:
    """The longer side of the shapes with half of a mask's ink, in pixels; 0 if there is none."""
    inside = np.uint8(mask[box_of(mask)])
    if not inside.size:
        return 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(inside)
    sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    order = np.argsort(sides)
    below = stats[1:, cv2.CC_STAT_AREA][order].cumsum()
    return int(sides[order[np.searchsorted(below, below[-1] / 2)]])
