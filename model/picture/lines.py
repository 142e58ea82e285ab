"""Straight lines in the ink, level or upright, as print has them: find and follow them."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from model.picture.measures import components, longer_sides

# The picture's side is the square root of its area.
FINE, THICKEST = 1 / 60, 1 / 24  # of a side: largest thickness in the first and second search
SHORTEST = 1 / 10  # of a side: shorter lines are parts of digits
STEEPEST = 0.2  # slope of a line
GAP = 5  # pixels, odd: smaller gaps in a faint line are closed
BORDER = 0.03  # of the width or height: lines so close to the border count as at it
OUTER = 0.2  # of the width or height: a margin is so near a side
HAIR = 1 / 30  # thickness / length: a single pen stroke on its picture is not so thin
DARKER = 1.8  # times the line's own contrast: darker ink is a stroke that crosses it


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
        """Whether another level line is at about the same height."""
        return abs((self.ends - other.ends)[:, 1].mean()) <= 3 * self.thickness

    def covers(self, other: "Line") -> bool:
        """Whether another, parallel line is a part of this one."""
        near = max(self.thickness, other.thickness) / 2 + 1
        return self.is_upright == other.is_upright and self.is_near(other.ends.mean(axis=0), near)


def lines_in(ink: np.ndarray, mask: np.ndarray) -> list[Line]:
    """The lines in the ink (H, W) uint8 of a mask (H, W) bool, longest first.

    Where two overlap, only the longer.
    """
    level = _lines_along_rows(ink, mask)
    turned = _lines_along_rows(*map(np.ascontiguousarray, (ink.T, mask.T)))
    upright = [replace(line, is_upright=True, alone=line.alone.T) for line in turned]
    found: list[Line] = []
    for line in sorted(level + upright, key=lambda line: -line.length):
        if not any(other.covers(line) for other in found):
            found.append(line)
    return _with_dashes_joined(found, mask)


def _with_dashes_joined(found: list[Line], mask: np.ndarray) -> list[Line]:
    """Join level lines in a row that touch nothing into one: dashes, or the rests of a line."""
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


def _lines_along_rows(ink: np.ndarray, mask: np.ndarray) -> list[Line]:
    side = mask.size**0.5
    shortest, found = max(8, SHORTEST * side), []
    for most in (max(3, round(share * side)) for share in (FINE, THICKEST)):
        fine = thin(mask, most)
        labels, stats = components(_close_gaps(fine))
        for number, (left, top, width, height, _) in enumerate(stats.tolist()):
            if number and width >= shortest and height <= most + STEEPEST * width:
                box = slice(top, top + height), slice(left, left + width)
                piece = (labels[box] == number) & fine[box]
                found.append(_line_through(ink, mask, piece, left, top))
    return [line for line in found if line.length >= shortest]


def _line_through(
    ink: np.ndarray, mask: np.ndarray, piece: np.ndarray, left: int, top: int
) -> Line:
    """The line through a piece of the mask, as far as there is ink."""
    counts = piece.sum(axis=0)
    columns = np.flatnonzero(counts)
    rows = (np.arange(len(piece)) @ piece)[columns] / counts[columns]
    thickness = int(np.bincount(counts[columns]).argmax())
    slope, offset = np.polyfit(columns, rows, 1)
    height, width = mask.shape
    at = np.rint(top + offset + slope * (np.arange(width) - left)).astype(int)
    near = (at + np.array([[-1], [0], [1]])).clip(0, height - 1)
    inked = mask[near, np.arange(width)].any(axis=0) & (at >= 0) & (at < height)
    gaps = np.flatnonzero(~np.pad(_close_gaps(inked[None])[0], 1)) - 1
    middle = left + int(np.median(columns))
    start, stop = gaps[gaps < middle].max() + 1, gaps[gaps > middle].min()
    at, reach = at.clip(0, height - 1), thickness // 2 + 1
    across = (at[start:stop] + np.arange(-reach, reach + 1)[:, None]).clip(0, height - 1)
    place = across, np.arange(start, stop)
    alone = np.zeros_like(mask)
    alone[place] = thin(mask, round(1.6 * thickness) + 1)[place]
    darkest = np.where(alone, ink, 0).max(axis=0)
    if darkest.any():
        alone &= ink <= DARKER * np.median(darkest[darkest > 0])
    ends = np.array([(start, at[start]), (stop - 1, at[stop - 1])])
    return Line(ends, thickness, False, alone)


def without(mask: np.ndarray, lines: list[Line]) -> np.ndarray:
    """A mask (H, W) bool without lines and the small remainders that touch them."""
    if not lines:
        return mask
    taken = np.logical_or.reduce([line.alone for line in lines])
    near = cv2.dilate(taken.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    labels, stats = components(mask & ~taken)
    sides = longer_sides(stats)
    is_small = sides < 2 * THICKEST * max(mask.shape)
    is_small &= stats[:, cv2.CC_STAT_AREA] <= (1.5 * max(x.thickness for x in lines) + 0.5) * sides
    is_small &= np.isin(np.arange(len(stats)), labels[near])
    left: np.ndarray = mask & ~taken & ~is_small[labels]
    return left


def thin(mask: np.ndarray, most: int) -> np.ndarray:
    """Where the ink in a mask (H, W) bool is at most `most` pixels high: (H, W) bool."""
    kernel = np.ones((most + 1, 1), np.uint8)
    thick = cv2.erode(mask.astype(np.uint8), kernel, anchor=(0, 0), borderValue=0)
    thick = cv2.dilate(thick, kernel, anchor=(0, most))
    is_thin: np.ndarray = mask & (thick == 0)
    return is_thin


def _close_gaps(mask: np.ndarray) -> np.ndarray:
    """Close gaps below GAP along the rows of a mask (H, W) bool."""
    kernel = np.ones((1, GAP), np.uint8)
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel).astype(bool)
