"""Straight lines in the ink, level or upright, as print has them: find and follow them."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from model.picture.measures import components

# The picture's side is the square root of its area.
FINE, THICKEST = 1 / 60, 1 / 24  # of a side: largest thickness in the first and second search
SHORTEST = 1 / 10  # of a side: shorter lines are parts of digits
STEEPEST = 0.2  # slope of a line
GAP = 5  # pixels, odd: smaller gaps in a faint line are closed
BORDER = 0.03  # of the width or height: lines so close to the border count as at it
OUTER = 0.2  # of the width or height: a margin is so near a side
HAIR = 1 / 30  # thickness / length: a single pen stroke on its picture is not so thin


@dataclass(frozen=True, eq=False)
class Line:
    """A line nearly along the rows or, if `is_upright`, along the columns; in pixels.

    `ends` (2, 2) are its first and last points, each as places along and across its direction: x, y
    or, if it is upright, y, x. `alone` (H, W) bool is where there is ink of this line only.
    """

    ends: np.ndarray
    thickness: int
    is_upright: bool
    alone: np.ndarray

    @property
    def length(self) -> int:
        return int(np.ptp(self.ends[:, 0])) + 1

    @property
    def is_hair(self) -> bool:
        return self.thickness <= HAIR * self.length

    @property
    def sides(self) -> np.ndarray:
        """The picture's sides along and across the line: (2,)."""
        return np.array(self.alone.shape[:: 1 if self.is_upright else -1])

    @property
    def at_border(self) -> np.ndarray:
        """Whether its ends are at the first and the last border: (2 borders, 2 ends, 2 ways)."""
        distances = np.stack([self.ends, self.sides - 1 - self.ends])
        near: np.ndarray = distances <= np.maximum(2, BORDER * self.sides)
        return near

    @property
    def leads_across(self) -> bool:
        """Whether it leads from one border of the picture to the opposite one."""
        return bool(self.at_border[:, :, 0].any(axis=1).all())

    @property
    def is_along_border(self) -> bool:
        return bool(self.at_border[:, :, 1].all(axis=1).any())

    @property
    def is_margin(self) -> bool:
        """Whether it leads across the picture near a side: hardly a 1 as high as the picture."""
        place, side = self.ends[:, 1].mean(), self.sides[1]
        return self.leads_across and bool(min(place, side - place) <= OUTER * side)

    def is_near(self, place: np.ndarray, most: float) -> bool:
        """Whether a point, along and across this line, is at most `most` pixels from it."""
        return -cv2.pointPolygonTest(self.ends.astype(np.float32), place.tolist(), True) <= most

    def ends_at(self, other: "Line") -> bool:
        """Whether it ends at another line that is perpendicular and not much finer."""
        if self.is_upright == other.is_upright or self.thickness > 1.5 * other.thickness + 1:
            return False
        return any(other.is_near(end[::-1], 2 + other.thickness) for end in self.ends)

    def touches(self, mask: np.ndarray) -> bool:
        """Whether there is other ink in a mask (H, W) bool beside it."""
        beside = cv2.dilate(self.alone.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        return bool((beside & mask & ~self.alone).any())

    def is_close_above(self, mask: np.ndarray) -> bool:
        """Whether there is ink in a mask (H, W) bool below this level line, within its length."""
        (left, _), (right, _) = self.ends
        below = int(self.ends[:, 1].max()) + self.thickness
        return bool(mask[below : below + self.length, left : right + 1].any())

    def is_in_row(self, other: "Line") -> bool:
        """Whether another level line is near where this one would be if it were longer."""
        line = np.polyfit(self.ends[:, 0], self.ends[:, 1], 1)
        off = np.polyval(line, other.ends[:, 0]) - other.ends[:, 1]
        return bool(np.abs(off).max() <= 3 * self.thickness)

    def covers(self, other: "Line") -> bool:
        """Whether another, parallel line is a part of this one."""
        near = max(self.thickness, other.thickness) / 2 + 1
        return self.is_upright == other.is_upright and self.is_near(other.ends.mean(axis=0), near)


def lines_in(mask: np.ndarray) -> list[Line]:
    """The lines in a mask (H, W) bool, longest first; where two overlap, only the longer."""
    level = _lines_along_rows(mask)
    turned = _lines_along_rows(np.ascontiguousarray(mask.T))
    upright = [replace(line, is_upright=True, alone=line.alone.T) for line in turned]
    found: list[Line] = []
    for line in sorted(level + upright, key=lambda line: -line.length):
        if not any(other.covers(line) for other in found):
            found.append(line)
    return _with_dashes_joined(found, mask)


def _with_dashes_joined(found: list[Line], mask: np.ndarray) -> list[Line]:
    """Make one line of level ones in a row that touch nothing: dashes, or the rests of a line."""
    apart = [line for line in found if not line.is_upright and not line.touches(mask)]
    writing = without(mask, apart)
    apart = [line for line in apart if not line.is_close_above(writing)]  # as the bar of a 5
    while apart:
        row = [line for line in apart if apart[0].is_in_row(line)]
        apart = [line for line in apart if line not in row]
        if len(row) > 1:
            ends = np.concatenate([line.ends for line in row])
            alone = np.logical_or.reduce([line.alone for line in row])
            found = [line for line in found if line not in row]
            found.append(replace(row[0], ends=ends[ends[:, 0].argsort()[[0, -1]]], alone=alone))
    return sorted(found, key=lambda line: -line.length)


def _lines_along_rows(mask: np.ndarray) -> list[Line]:
    side = mask.size**0.5
    found = []
    for most in (max(3, round(share * side)) for share in (FINE, THICKEST)):
        fine = thin(mask, most)
        labels, stats = components(_close_gaps(fine))
        for number, (left, top, width, height, _) in enumerate(stats.tolist()):
            if number and width >= SHORTEST * side and height <= most + STEEPEST * width:
                box = slice(top, top + height), slice(left, left + width)
                line = _fit_line(mask, (labels[box] == number) & fine[box], left, top)
                if line and line.length >= max(8, SHORTEST * side):
                    found.append(line)
    return found


def _fit_line(mask: np.ndarray, piece: np.ndarray, left: int, top: int) -> Line | None:
    """Fit a line to a piece of the mask, and extend it as far as there is ink; None if it bends."""
    counts = piece.sum(axis=0)
    columns = np.flatnonzero(counts)
    rows = (np.arange(len(piece)) @ piece)[columns] / counts[columns]
    thickness = int(np.bincount(counts[columns]).argmax())
    points = np.stack([columns, rows], axis=1).astype(np.float32)
    dx, dy, x, y = cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
    slope = dy / dx if dx else np.inf
    off = np.abs(rows - y - slope * (columns - x))
    if abs(slope) > STEEPEST or (off <= 1 + 0.3 * thickness).mean() < 0.6:
        return None
    at = np.rint(top + y + slope * (np.arange(mask.shape[1]) - left - x)).astype(int)
    return _extended(mask, at, thickness, left + int(columns[off.argmin()]))


def _extended(mask: np.ndarray, at: np.ndarray, thickness: int, middle: int) -> Line:
    """The line at rows `at` (W,), from its column `middle` as far as there is ink."""
    last = len(mask) - 1
    near = (at + np.array([[-1], [0], [1]])).clip(0, last)
    inked = mask[near, np.arange(len(at))].any(axis=0) & (at >= 0) & (at <= last)
    gaps = np.flatnonzero(~np.pad(_close_gaps(inked[None])[0], 1)) - 1
    start, stop = gaps[gaps < middle].max() + 1, gaps[gaps > middle].min()
    at, reach = at.clip(0, last), thickness // 2 + 1
    across = (at[start:stop] + np.arange(-reach, reach + 1)[:, None]).clip(0, last)
    place = across, np.arange(start, stop)
    alone = np.zeros_like(mask)
    alone[place] = thin(mask, round(1.6 * thickness) + 1)[place]
    ends = np.array([(start, at[start]), (stop - 1, at[stop - 1])])
    return Line(ends, thickness, False, alone)


def without(mask: np.ndarray, lines: list[Line]) -> np.ndarray:
    """A mask (H, W) bool without the ink of lines."""
    return mask & ~np.logical_or.reduce([np.zeros_like(mask), *(line.alone for line in lines)])


def thin(mask: np.ndarray, most: int) -> np.ndarray:
    """Where the ink in a mask (H, W) bool is at most `most` pixels high: (H, W) bool."""
    kernel = np.ones((most + 1, 1), np.uint8)
    thick = cv2.erode(mask.astype(np.uint8), kernel, anchor=(0, 0), borderValue=0)
    thick = cv2.dilate(thick, kernel, anchor=(0, most))
    is_thin: np.ndarray = mask & (thick == 0)
    return is_thin


def _close_gaps(mask: np.ndarray) -> np.ndarray:
    """Close gaps below GAP along the rows of a mask (H, W) bool."""
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 0, 0, GAP, GAP, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))
    return closed[:, GAP:-GAP].astype(bool)
