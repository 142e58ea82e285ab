"""Remove print from the ink: ruled lines, squares, dots, boxes, a form's cells, a scanner's edge.

Only pixels of the line alone are removed. A stroke that crosses the line stays whole, since there
the ink is higher than the line is thick.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from model.picture.lines import BORDER, Line, lines_in, without
from model.picture.measures import components, longer_sides, stroke_width

# Telling print from strokes.
THINNER = 0.6  # of the strokes' width: a thinner line was made by another pen
LONGER = 1.2  # times the tallest digit: no stroke is so long
UNDER = 0.6  # times the tallest digit: least length of an underline
FEWEST, ACROSS = 3, 1 / 3  # ruled paper: hair lines, at least, each this share of the picture
MANY = 5  # lines in places for print are a form: no digit has so many
TALL = 4  # times the line's thickness: digits are taller; the other bar of an = is not
TEETH = 3, 0.2  # pixels, and share of its length: a comb's tooth differs less from the others
REST = 0.3  # of the tallest digit: smaller ink is a remainder of print
# A dot grid.
MOST_DOTS = 12  # that may be written
DOT, ROUND = 1 / 40, 0.45  # of the picture's side, at most; and of its own side², least area
# A scanner's edge.
DEEPEST = 0.15  # of the width or height: it and its oblique rest, each
FULL, CLEAR = 0.9, 0.03  # share of ink: it has more, the picture next to it less


def without_print(ink: np.ndarray, faintest: int) -> np.ndarray:
    """Return ink (H, W) uint8 without print; contrast up to `faintest` is ignored."""
    mask = ink > faintest
    top, right, bottom, left = (_depth_of_edge(np.rot90(mask, turns)) for turns in range(4))
    ink = ink[top : len(ink) - bottom, left : ink.shape[1] - right].copy()
    mask = _without_dots(ink > faintest)
    lines = lines_in(ink, mask)
    if lines:
        mask = without(mask, _lines_of_print(mask, lines))
    ink[(ink > faintest) & ~mask] = 0
    return np.pad(ink, ((top, bottom), (left, right)))


def _without_dots(mask: np.ndarray) -> np.ndarray:
    """A mask (H, W) bool without the dots of a dot grid, and dust, if they are many."""
    labels, stats = components(mask)
    sides = longer_sides(stats)
    is_dot = (sides <= DOT * mask.size**0.5) & (stats[:, cv2.CC_STAT_AREA] >= ROUND * sides**2)
    return mask & ~is_dot.take(labels) if is_dot.sum() > MOST_DOTS else mask


def _lines_of_print(mask: np.ndarray, lines: list[Line]) -> list[Line]:
    """The lines in a mask (H, W) bool that are print.

    Those in places for print are print unless a digit's stroke may be so long: lines of ruled
    paper, sides of frames, which end at the same two lines as another, and lines from border to
    border or along one. Other lines are print if they are underlines.
    """
    met = {line: {other for other in lines if line.ends_at(other)} for line in lines}
    framed = [x for x in lines if any(len(met[x] & met[y]) >= 2 for y in lines if y is not x)]
    ruled = [x for x in lines if x.is_hair and x.length >= ACROSS * x.sides[0]]
    ruled = ruled if len(ruled) >= FEWEST else []
    placed = [x for x in lines if x in ruled + framed or x.leads_across or x.is_along_border]
    is_form = len(placed) >= MANY or all(x.is_hair or x.is_margin for x in placed)
    writing = without(mask, placed)
    digits = Writing.of(writing)
    frame = framed if any(map(digits.cannot_contain, framed)) else []  # else a square loop's
    found: list[Line] = []
    # An upright line elsewhere may be a 1.
    elsewhere = [x for x in lines if x not in placed and (x.at_border.any() or not x.is_upright)]
    for line in 2 * elsewhere:  # again: the upper of two underlines is one once the lower is found
        teeth = _teeth(line, [x for x in lines if line in met[x] and 2 * x.length < line.length])
        rest = without(writing, [line, *teeth])
        if line not in found and _is_underline(line, teeth, Writing.of(rest)):
            found += [line, *teeth]
            writing, digits = rest, Writing.of(rest)
    for line in placed:
        if digits.height < TALL * line.thickness:  # nothing is written
            is_print = is_form or line in framed
        else:
            is_print = digits.cannot_contain(line) or _is_rest_of_form(line, digits)
        found += [line] if is_print or line in frame + ruled else []
    return found


def _is_rest_of_form(line: Line, digits: "Writing") -> bool:
    """Whether a line along the border is finer than the digits' strokes, and touches none."""
    is_fine = line.is_along_border and digits.are_thicker_than(line)
    return is_fine and not line.touches(digits.mask)


def _is_underline(line: Line, teeth: Sequence[Line], digits: "Writing") -> bool:
    """Whether a line elsewhere is an under- or overline, or a comb's back with these `teeth`.

    It is longer than the digits, and finer; or it is level, touches none, and is no fraction's bar.
    """
    if digits.height < TALL * line.thickness:
        return len(teeth) > 2
    is_no_stroke = bool(teeth) or digits.are_thicker_than(line)
    may_be_one = line.is_upright or line.touches(digits.mask) or digits.are_above_and_below(line)
    return digits.cannot_contain(line) and (is_no_stroke or not may_be_one)


def _teeth(back: Line, ending: list[Line]) -> list[Line]:
    """The lines ending at another that are a comb's teeth; [] unless it is a comb's back.

    Teeth are about equally long, and equally far apart from one end of the back to the other.
    """
    lengths = np.array([one.alone.sum() / one.thickness for one in ending])
    typical = np.median(lengths) if ending else 0
    most = TEETH[0] + TEETH[1] * typical
    is_alike = np.abs(lengths - typical) <= most  # others are strokes that end there
    teeth = [one for one, alike in zip(ending, is_alike) if alike]
    at = np.sort([tooth.ends[:, 1].mean() for tooth in teeth])
    off = at - np.linspace(back.ends[0, 0], back.ends[1, 0], len(teeth))
    is_comb = len(teeth) >= 2 and not back.is_upright and np.abs(off).max() <= 2 + back.thickness
    return teeth if is_comb else []


class Writing(NamedTuple):
    """What may be digits: (H, W) bool, its largest height, and the mean width of its strokes."""

    mask: np.ndarray
    height: int
    stroke: float

    @classmethod
    def of(cls, mask: np.ndarray) -> "Writing":
        """All of a mask (H, W) bool but specks."""
        labels, stats = components(mask)
        sides, heights = longer_sides(stats), stats[:, cv2.CC_STAT_HEIGHT]
        large = sides > REST * heights[1:].max(initial=0)
        large[0] = False
        digits: np.ndarray = large.take(labels)  # faster than an index
        return cls(digits, int(heights[large].max(initial=0)), stroke_width(digits))

    def cannot_contain(self, line: Line) -> bool:
        """Whether the line is no stroke of theirs: too long, below them, or finer and above."""
        _, top, width, height = cv2.boundingRect(self.mask.astype(np.uint8))
        is_below = top + height <= line.ends[:, 1].min()
        is_above = line.ends[:, 1].max() < top and self.are_thicker_than(line)
        is_aside = (is_below or is_above) and not line.is_upright
        is_long = line.length >= max(UNDER * self.height, 0.9 * width)
        above = 0 if line.is_upright else max(0, top - line.ends[:, 1].min())  # it may be a 5's
        return (is_aside and is_long) or line.length >= LONGER * (self.height + above)

    def are_thicker_than(self, line: Line) -> bool:
        """Whether another pen made their strokes."""
        return line.thickness <= THINNER * self.stroke

    def are_above_and_below(self, line: Line) -> bool:
        """Whether a level line is between what may be two rows: perhaps a fraction's bar."""
        _, top, _, height = cv2.boundingRect(self.mask.astype(np.uint8))
        upper, lower = line.ends[:, 1].min(), line.ends[:, 1].max()
        return bool(top < upper and lower < top + height - 1)


def _depth_of_edge(side: np.ndarray) -> int:
    """How many of the first rows of (H, W) bool to remove with a scanner's dark strip; 0 if none.

    The strip's inner edge may be oblique: up to the first row that is clear.
    """
    height, width = side.shape
    aside, deepest = int(DEEPEST * width), 1 + int(DEEPEST * height)
    full = np.flatnonzero(side[:deepest].mean(axis=1) >= FULL)
    if not len(full) or full[0] > BORDER * height:
        return 0
    beyond = side[full[-1] :, aside : width - aside]  # without strips at other sides
    clear = np.flatnonzero(beyond[:deepest].mean(axis=1) < CLEAR)
    if not len(clear) or beyond[clear[0] :][: max(3, height // 20)].mean() >= CLEAR:
        return 0  # a digit's stroke
    return int(full[-1] + clear[0]) + 1
