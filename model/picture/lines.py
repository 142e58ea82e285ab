"""Straight lines in a mask of ink, nearly along the picture's sides, whatever crosses them."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

FINE, THICKEST = 1 / 60, 1 / 24  # of the picture's side: thicker lines are strokes
SHORTEST = 1 / 10  # of the same: shorter ones are parts of digits
GAP = 5  # pixels, odd: where a line is faint, it may have gaps below that
STEEPEST = 0.2  # slope: the paper is held almost upright
BORDER = 0.03  # of a side: what is so close to the picture's border is at it
ACROSS = 1 / 3  # of a side
HAIR = 1 / 30  # thickness / length: a pen's stroke that is alone on its picture is not so thin


@dataclass(eq=False)
class Line:
    """A line along the columns of a mask, or along its rows if it is upright; all in pixels.

    `start` and `end` are along it; `at` (end - start,) is where it is across. `mask` (H, W) bool is
    turned so that the line is level. `beyond` is how much of the picture is not in the mask: before
    and after it along the line, then across.
    """

    mask: np.ndarray
    start: int
    end: int
    at: np.ndarray
    thickness: int
    is_upright: bool
    beyond: tuple[int, int, int, int]

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def is_hair(self) -> bool:
        return self.thickness <= HAIR * self.length

    @property
    def is_across(self) -> bool:
        return self.length >= ACROSS * (self.mask.shape[1] + sum(self.beyond[:2]))

    @property
    def ends_at_border(self) -> int:
        """How many of its two ends are at the picture's border."""
        before, after, width = *self.beyond[:2], self.mask.shape[1]
        near = max(2, BORDER * (before + width + after))
        return int(before + self.start <= near) + int(width - self.end + after <= near)

    @property
    def runs_along_border(self) -> bool:
        above, below, height = *self.beyond[2:], self.mask.shape[0]
        near = max(2, BORDER * (above + height + below))
        return bool(above + self.at.max() <= near or height - 1 - self.at.min() + below <= near)

    @cached_property
    def alone(self) -> np.ndarray:
        """Where nothing but this line is: (H, W) bool, not turned."""
        found = np.zeros_like(self.mask)
        reach = self.thickness // 2 + 1
        rows = (self.at + np.arange(-reach, reach + 1)[:, None]).clip(0, len(self.mask) - 1)
        columns = np.arange(self.start, self.end)
        found[rows, columns] = thin(self.mask, round(1.6 * self.thickness) + 1)[rows, columns]
        return found.T if self.is_upright else found

    def ends_at(self, other: "Line") -> bool:
        """Whether it ends at another that is perpendicular to it, and not finer."""
        if self.is_upright == other.is_upright or self.thickness > 1.5 * other.thickness + 1:
            return False
        near = 2 + other.thickness
        for along, across in ((self.start, self.at[0]), (self.end - 1, self.at[-1])):
            place = int(across) - other.start
            there = other.at[min(max(place, 0), other.length - 1)]
            if -near <= place < other.length + near and abs(int(there) - along) <= near:
                return True
        return False

    def covers(self, other: "Line") -> bool:
        """Whether another parallel line is a part of this one."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        if end - start < other.length / 2:
            return False
        middle = (start + end) // 2
        apart = abs(int(self.at[middle - self.start]) - int(other.at[middle - other.start]))
        return apart <= (self.thickness + other.thickness) / 2 + 1


def thin(mask: np.ndarray, most: int) -> np.ndarray:
    """Where the ink in a mask (H, W) bool is at most so many pixels high: (H, W) bool."""
    padded = np.pad(np.uint8(mask), ((most, most), (0, 0)))
    thick = cv2.morphologyEx(padded, cv2.MORPH_OPEN, np.ones((most + 1, 1), np.uint8))
    return mask & (thick[most:-most] == 0)


def long_runs(mask: np.ndarray, length: float) -> int:
    """How many lines there may be along the rows of a mask (H, W) uint8, as long as that."""
    wider = cv2.dilate(np.ascontiguousarray(mask), np.ones((3, 1), np.uint8))
    kernel = np.ones((1, max(1, int(length))), np.uint8)
    there = cv2.erode(wider, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0).any(axis=1)
    return int(there[0]) + int((there[1:] > there[:-1]).sum())


def lines_along_rows(
    mask: np.ndarray, beyond: tuple[int, int, int, int], upright: bool
) -> list[Line]:
    """The lines in a mask (H, W) bool, the longest first; of two in one place, the longer."""
    height, width = mask.shape
    side = ((width + sum(beyond[:2])) * (height + sum(beyond[2:]))) ** 0.5
    shortest = max(8, SHORTEST * side)
    found: list[Line] = []
    for share in (THICKEST, FINE):
        most = max(3, round(share * side))
        fine = np.uint8(thin(mask, most))
        joined = cv2.morphologyEx(fine, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))
        _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
        for number, (left, top, wide, high, _) in enumerate(stats.tolist()):
            if number == 0 or wide < shortest or high > most + STEEPEST * wide:
                continue
            box = slice(top, top + high), slice(left, left + wide)
            piece = (labels[box] == number) & (fine[box] > 0)
            fitted = _fitted(mask, piece, left, top)
            if fitted and fitted[1] - fitted[0] >= shortest:
                found.append(Line(mask, *fitted, upright, beyond))
    found.sort(key=lambda line: -line.length)
    return [x for n, x in enumerate(found) if not any(one.covers(x) for one in found[:n])]


def _fitted(
    mask: np.ndarray, piece: np.ndarray, left: int, top: int
) -> tuple[int, int, np.ndarray, int] | None:
    """Start, end, places and thickness of the line through a piece; None if it is not straight.

    It goes as far as there is ink.
    """
    counts = piece.sum(axis=0)
    columns = np.flatnonzero(counts)
    rows = (np.arange(len(piece)) @ piece)[columns] / counts[columns]
    thickness = int(np.bincount(counts[columns]).argmax())
    points = np.stack([columns, rows], axis=1).astype(np.float32)
    along, across, x, y = cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
    slope = across / along if along else np.inf
    if abs(slope) > STEEPEST:
        return None
    off = np.abs(rows - y - slope * (columns - x))
    if (off <= 1 + 0.3 * thickness).mean() < 0.6:
        return None
    height, width = mask.shape
    at = np.rint(top + y + slope * (np.arange(width) - left - x)).astype(int)
    near = (at + np.array([[-1], [0], [1]])).clip(0, height - 1)
    inked = mask[near, np.arange(width)].any(axis=0) & (at >= 0) & (at < height)
    padded = np.pad(np.uint8(inked), GAP)[None]
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))[0]
    gaps = np.flatnonzero(closed == 0) - GAP  # some before the mask, and some after it
    middle = left + int(columns[off.argmin()])
    start, end = int(gaps[gaps < middle].max()) + 1, int(gaps[gaps > middle].min())
    return start, end, at[start:end].clip(0, height - 1), thickness
