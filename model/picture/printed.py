"""Remove print from the ink: ruled lines, squares, boxes, a form's cells, a scanner's edge.

Only pixels of the line alone are removed. A stroke that crosses the line stays whole, since there
the ink is higher than the line is thick.
"""

import math
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import cv2
import numpy as np

from model.picture.measures import components, longer_sides, stroke_width

# Finding lines. The picture's side is the square root of its area.
FINE, THICKEST = 1 / 60, 1 / 24  # of a side: largest thickness in the first and second search
SHORTEST = 1 / 10  # of a side: shorter lines are parts of digits
STEEPEST = 0.2  # slope of a line
GAP = 5  # pixels, odd: smaller gaps in a faint line are closed
BORDER = 0.03  # of the width or height: lines so close to the border count as at it
HAIR = 1 / 30  # thickness / length: a single pen stroke on its picture is not so thin
# Telling print from strokes.
THINNER = 0.6  # of the strokes' width: a thinner line was made by another pen
LONGER = 1.2  # times the tallest digit: no stroke is so long
UNDER = 0.6  # times the tallest digit: least length of an underline
FEWEST, ACROSS = 3, 1 / 3  # ruled paper: parallel lines, at least, each this share of the picture
OUTER = 0.2  # of the width or height: a margin is so near a side
MANY = 5  # lines in places for print are a form: no digit has so many
TALL = 4  # times the line's thickness: digits are taller; the other bar of an = is not
REST = 0.3  # of the tallest digit: smaller ink is a remainder of print
# Removing it.
DARKER = 1.8  # times the line's own contrast: darker ink is a stroke that crosses it
DEEPEST = 0.15  # of the width or height: largest depth of a scanner's dark edge
CLEAR = 0.03  # share of ink: the picture next to such an edge has less


@dataclass(frozen=True, eq=False)
class Line:
    """A line nearly along the rows or, if `is_upright`, along the columns; in pixels.

    `ends` (2, 2) are its first and last points, each x, y. `alone` (H, W) bool is where there is
    ink of this line only.
    """

    ends: np.ndarray
    thickness: int
    is_upright: bool
    alone: np.ndarray

    @property
    def length(self) -> int:
        return int(np.ptp(self.ends, axis=0).max()) + 1

    @property
    def is_hair(self) -> bool:
        return self.thickness <= HAIR * self.length

    @property
    def at_border(self) -> np.ndarray:
        """Whether each end is at the left, upper, right and lower border: (2, 4) bool."""
        sides = np.array(self.alone.shape[::-1])
        distances: np.ndarray = np.hstack([self.ends, sides - 1 - self.ends])
        near: np.ndarray = np.tile(np.maximum(2, BORDER * sides), 2)
        return distances <= near

    @property
    def is_across(self) -> bool:
        """Whether it leads from one border of the picture to the opposite one."""
        return bool(self.at_border[:, self.is_upright :: 2].any(axis=0).all())

    @property
    def is_at_border(self) -> bool:
        """Whether it leads across the picture, or along a border."""
        is_along = self.at_border[:, not self.is_upright :: 2].all(axis=0).any()
        return self.is_across or bool(is_along)

    @property
    def is_margin(self) -> bool:
        """Whether it leads across the picture near a side: hardly a 1 as high as the picture."""
        side = self.alone.shape[int(self.is_upright)]
        place = self.ends[:, int(not self.is_upright)].mean()
        return self.is_across and bool(min(place, side - place) <= OUTER * side)

    def is_near(self, place: np.ndarray, most: float) -> bool:
        """Whether a point (x, y) is at most `most` pixels from this line."""
        # Floats, not arrays: squared paper has thousands of pairs of lines.
        (left, top), (right, bottom) = self.ends.tolist()
        x, y = place.tolist()
        dx, dy = right - left, bottom - top
        share = ((x - left) * dx + (y - top) * dy) / max(dx * dx + dy * dy, 1)
        share = min(max(share, 0), 1)
        return math.hypot(x - left - share * dx, y - top - share * dy) <= most

    def ends_at(self, other: "Line") -> bool:
        """Whether it ends at another line that is perpendicular and not much finer."""
        is_finer = self.thickness <= 1.5 * other.thickness + 1
        near = 2 + other.thickness
        is_perpendicular = self.is_upright != other.is_upright
        return is_finer and is_perpendicular and any(other.is_near(end, near) for end in self.ends)

    def covers(self, other: "Line") -> bool:
        """Whether another, parallel line is a part of this one."""
        near = (self.thickness + other.thickness) / 2 + 1
        return self.is_upright == other.is_upright and self.is_near(other.ends.mean(axis=0), near)


def lines_in(mask: np.ndarray) -> list[Line]:
    """The lines in a mask (H, W) bool, longest first; where two overlap, only the longer."""
    level = _lines_along_rows(mask)
    upright = [
        Line(line.ends[:, ::-1], line.thickness, True, line.alone.T)
        for line in _lines_along_rows(np.ascontiguousarray(mask.T))
    ]
    found: list[Line] = []
    for line in sorted(level + upright, key=lambda line: -line.length):
        if not any(other.covers(line) for other in found):
            found.append(line)
    return found


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
    height, width = mask.shape
    at = np.rint(top + y + slope * (np.arange(width) - left - x)).astype(int)
    near = (at + np.array([[-1], [0], [1]])).clip(0, height - 1)
    inked = mask[near, np.arange(width)].any(axis=0) & (at >= 0) & (at < height)
    gaps = np.flatnonzero(~np.pad(_close_gaps(inked[None])[0], 1)) - 1
    middle = left + columns[off.argmin()]
    start, stop = gaps[gaps < middle].max() + 1, gaps[gaps > middle].min()
    at, reach = at.clip(0, height - 1), thickness // 2 + 1
    across = (at[start:stop] + np.arange(-reach, reach + 1)[:, None]).clip(0, height - 1)
    place = across, np.arange(start, stop)
    alone, most = np.zeros_like(mask), round(1.6 * thickness) + 1
    first = max(0, int(across.min()) - most - 1)
    band = thin(mask[first : across.max() + most + 2], most)
    alone[place] = band[across - first, place[1]]
    ends = np.array([(start, at[start]), (stop - 1, at[stop - 1])])
    return Line(ends, thickness, False, alone)


def thin(mask: np.ndarray, most: int) -> np.ndarray:
    """Where the ink in a mask (H, W) bool is at most `most` pixels high: (H, W) bool."""
    kernel, outside = np.ones((most + 1, 1), np.uint8), cv2.BORDER_CONSTANT
    thick: np.ndarray = cv2.erode(
        mask.astype(np.uint8), kernel, anchor=(0, 0), borderType=outside, borderValue=0
    )
    thick = cv2.dilate(thick, kernel, anchor=(0, most))
    is_thin: np.ndarray = mask & (thick == 0)
    return is_thin


def _close_gaps(mask: np.ndarray) -> np.ndarray:
    """Close gaps below GAP along the rows of a mask (H, W) bool."""
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 0, 0, GAP, GAP, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))
    return closed[:, GAP:-GAP].astype(bool)


def without_print(ink: np.ndarray, faintest: int) -> np.ndarray:
    """Return ink (H, W) uint8 without print; contrast up to `faintest` is ignored."""
    ink = _remove_edges(ink, faintest)
    mask = ink > faintest
    lines = lines_in(mask)
    printed = _lines_of_print(mask, lines) if lines else []
    if not printed:
        return ink
    taken = np.zeros_like(mask)
    for line in printed:
        darkest = np.where(line.alone, ink, 0).max(axis=int(line.is_upright))
        own = np.median(darkest[darkest > 0]) if darkest.any() else 0
        taken |= line.alone & (ink <= DARKER * own)
    # Also remove the lines' blurred edges, and small remainders that touch them.
    near = cv2.dilate(taken.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    labels, stats = components(mask & ~taken)
    small = longer_sides(stats) < 2 * THICKEST * max(ink.shape)
    small &= stats[:, 2:4].min(axis=1) <= 2 * max(line.thickness for line in printed) + 1
    touching = np.isin(np.arange(len(stats)), labels[near]) & small
    ink[taken | (near & ~mask) | touching[labels]] = 0
    return ink


def _lines_of_print(mask: np.ndarray, lines: list[Line]) -> list[Line]:
    """The lines in a mask (H, W) bool that are print.

    They are in a place for print (ruled, framed, at the border), or longer than digits, and meet
    two of three criteria: finer than the digits' strokes, longer than digits, touching none.
    """
    met = [{other for other in lines if line.ends_at(other)} for line in lines]
    ruled, framed = _ruled_lines(lines), _frame_sides(lines, met)
    placed = [line for line in lines if line in ruled or line in framed or line.is_at_border]
    is_form = len(placed) >= MANY or all(x.is_hair or x.is_margin for x in placed)
    found: list[Line] = []
    writing = _without(mask, placed)
    digits = _digits(writing)
    for line in 2 * lines:  # again: the upper of two underlines is one once the lower is found
        if line in found:
            continue
        is_placed = line in placed
        ending = [] if is_placed else [x for x, others in zip(lines, met) if line in others]
        ending = [one for one in ending if 2 * one.length < line.length]
        teeth = _teeth(line, ending)
        rest = digits if is_placed else _digits(_without(writing, [line, *teeth]))
        if rest.height < TALL * line.thickness:  # there are no digits
            is_print = line in ruled or (is_placed and is_form) or len(teeth) > 2
        else:
            is_framed = line in framed and any(side in found for side in framed)
            is_thinner = line.thickness <= THINNER * rest.stroke
            is_fine = is_thinner or bool(teeth) or (is_placed and line.is_hair)
            is_long = line in ruled or is_framed or rest.are_shorter_than(line)
            is_apart = not ending and (line in framed or not rest.touch(line))
            is_print = [is_fine, is_long, is_apart].count(True) >= 2
            if not is_placed:
                is_stroke = line.is_upright and not line.at_border.any()
                is_bar = not is_thinner and rest.are_above_and_below(line)
                is_print &= is_long and not is_stroke and not is_bar
        if is_print:
            found += [line, *teeth]
            if not is_placed:
                writing = _without(writing, [line, *teeth])
                digits = _digits(writing)
    return found


def _without(mask: np.ndarray, lines: list[Line]) -> np.ndarray:
    return mask & ~np.logical_or.reduce([np.zeros_like(mask), *(line.alone for line in lines)])


def _ruled_lines(lines: list[Line]) -> list[Line]:
    """The lines of ruled or squared paper: thin, parallel, and across much of the picture."""
    across = [
        x for x in lines if x.is_hair and x.length >= ACROSS * x.alone.shape[not x.is_upright]
    ]
    level, upright = ([x for x in across if x.is_upright == way] for way in (False, True))
    if len(level) < FEWEST:
        return []
    return level + upright if len(upright) >= FEWEST else level


def _frame_sides(lines: list[Line], met: list[set[Line]]) -> list[Line]:
    """The sides of frames: pairs of lines that end at the same two other lines, `met`."""
    pairs = [a & b for a, b in combinations(met, 2) if len(a & b) >= 2]
    return [line for line, ends in zip(lines, met) if any(len(ends & pair) >= 2 for pair in pairs)]


def _teeth(back: Line, ending: list[Line]) -> list[Line]:
    """The lines ending at another that are a comb's teeth; [] unless it is a comb's back.

    Teeth are about equally long, and equally far apart from one end of the back to the other.
    """
    lengths = np.array([one.alone.sum() / one.thickness for one in ending])
    typical = np.median(lengths) if ending else 0
    is_alike = np.abs(lengths - typical) <= 3 + 0.2 * typical  # others are strokes that end there
    teeth = [one for one, alike in zip(ending, is_alike) if alike]
    at = np.sort([tooth.ends[:, 0].mean() for tooth in teeth])
    off = at - np.linspace(back.ends[0, 0], back.ends[1, 0], len(teeth))
    is_comb = len(teeth) >= 2 and not back.is_upright and np.abs(off).max() <= 2 + back.thickness
    return teeth if is_comb else []


class Digits(NamedTuple):
    """What may be digits: (H, W) bool, its largest height, and the mean width of its strokes."""

    mask: np.ndarray
    height: int
    stroke: float

    def touch(self, line: Line) -> bool:
        beside = cv2.dilate(line.alone.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        return bool((beside & self.mask).any())

    def are_shorter_than(self, line: Line) -> bool:
        """Whether no stroke of theirs is so long, or the line underlines them."""
        _, top, width, height = cv2.boundingRect(self.mask.astype(np.uint8))
        is_below = not line.is_upright and top + height <= line.ends[:, 1].min()
        is_under = is_below and line.length >= max(UNDER * self.height, 0.9 * width)
        return is_under or line.length >= LONGER * self.height

    def are_above_and_below(self, line: Line) -> bool:
        """Whether the line is level, between what may be two rows: perhaps a fraction's bar."""
        _, top, _, height = cv2.boundingRect(self.mask.astype(np.uint8))
        upper, lower = line.ends[:, 1].min(), line.ends[:, 1].max()
        return bool(not line.is_upright and top < upper and lower < top + height - 1)


def _digits(mask: np.ndarray) -> Digits:
    """All of a mask (H, W) bool but specks."""
    labels, stats = components(mask)
    sides, heights = longer_sides(stats), stats[:, cv2.CC_STAT_HEIGHT]
    least = max(REST * heights[1:].max(initial=0), SHORTEST / 2 * min(mask.shape))
    large = sides > least
    large[0] = False
    digits: np.ndarray = large.take(labels)  # faster than an index
    return Digits(digits, int(heights[large].max(initial=0)), stroke_width(digits))


def _remove_edges(ink: np.ndarray, faintest: int) -> np.ndarray:
    """Return a copy of the ink without a scanner's dark strips along whole sides."""
    left, mask = ink.copy(), ink > faintest
    depths = [_depth_of_edge(np.rot90(mask, turns)) for turns in range(4)]
    for turns, depth in enumerate(depths):
        np.rot90(mask, turns)[:depth] = False
    for turns, depth in enumerate(depths):
        side = np.rot90(mask, turns)
        height, width = side.shape
        margin = max(2, round(0.05 * width))
        if depth and width > 2 * margin:
            # The strip's inner edge may be oblique: it ends where hardly anything is beside it.
            shares = side[:, margin:-margin].mean(axis=1)
            clear = depth + np.flatnonzero(shares[depth : depth + int(DEEPEST * height)] < CLEAR)
            if len(clear) and shares[clear[0] :][: max(3, height // 20)].mean() < CLEAR:
                np.rot90(left, turns)[: clear[0] + 1] = 0
    return left


def _depth_of_edge(side: np.ndarray) -> int:
    """How many of the first rows of (H, W) bool are a dark strip; 0 if it has none."""
    height = len(side)
    full = np.flatnonzero(side[: 1 + int(DEEPEST * height)].mean(axis=1) >= 0.9)
    return int(full[-1]) + 1 if len(full) and full[0] <= BORDER * height else 0
