"""Measurements on ink: its threshold, the size of its shapes, the width of its strokes."""

import cv2
import numpy as np

FAINTEST = 24  # of 255: with less contrast, a picture is blank


def threshold(ink: np.ndarray) -> int:
    """The grey value that best separates ink (H, W) uint8 from page (Otsu 1979)."""
    return int(cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)[0])


def border(picture: np.ndarray) -> np.ndarray:
    """The pixels on the four sides of a picture (H, W, …)."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def greatest(colors: np.ndarray) -> np.ndarray:
    """The greatest of each pixel's channels: (H, W) for (H, W, 3)."""
    # NumPy is slow along an axis of three.
    return cv2.reduce(colors.reshape(-1, 3), 1, cv2.REDUCE_MAX).reshape(colors.shape[:2])


def components(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Connected components: labels (H, W), 0 where the mask is false, and OpenCV's statistics."""
    ink = mask.astype(np.uint8)
    labels = np.zeros(mask.shape, np.int32)
    left, top, width, height = cv2.boundingRect(ink)
    if not width:
        return labels, np.zeros((1, 5), np.int32)
    box = slice(top, top + height), slice(left, left + width)  # cropped, it takes half the time
    _, labels[box], stats, _ = cv2.connectedComponentsWithStats(ink[box])
    stats[:, :2] += left, top
    return labels, stats


def longer_sides(stats: np.ndarray) -> np.ndarray:
    """The longer side (N,) of each component's box, in pixels."""
    sides: np.ndarray = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    return sides


def median_size(mask: np.ndarray) -> int:
    """The median of the shapes' longer sides, weighted by ink, in pixels; 0 for an empty mask."""
    stats = components(mask)[1][1:]
    if not len(stats):
        return 0
    sides = np.repeat(longer_sides(stats), stats[:, cv2.CC_STAT_AREA])  # one for each pixel
    return int(np.percentile(sides, 50, method="lower"))


def stroke_width(shape: np.ndarray) -> float:
    """The mean width, in pixels, of the strokes in a shape (H, W) bool, true in the ink; 0 if none.

    A slanted stroke has up to √2 times as many pixels on its outline as an upright one, so it
    counts as up to 30% thinner. The shape must not touch the border.
    """
    # A stroke's area is its width times half the length of its outline, in pixels. The mean
    # distance to the outline would be misled by filled loops.
    area = shape.sum()
    inside = cv2.erode(shape.astype(np.uint8), np.ones((3, 3), np.uint8)).sum()
    return 2 * float(area / max(area - inside, 1))
