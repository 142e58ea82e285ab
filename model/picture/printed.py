"""Remove print from the ink: ruled lines, squares, boxes, a form's cells, a scanner's edge.

Only pixels of the line alone are removed. A stroke that crosses the line stays whole, since there
the ink is higher than the line is thick.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from model.picture.lines import BORDER, SHORTEST, THICKEST, Line, lines_in, without
from model.picture.measures import components, longer_sides, stroke_width

# Telling print from strokes.
THINNER = 0.6  # of the strokes' width: a thinner line was made by another pen
LONGER = 1.2  # times the tallest digit: no stroke is so long
UNDER = 0.6  # times the tallest digit: least length of an underline
FEWEST, ACROSS = 3, 1 / 3  # ruled paper: parallel lines, at least, each this share of the picture
MANY = 5  # lines in places for print are a form: no digit has so many
TALL = 4  # times the line's thickness: digits are taller; the other bar of an = is not
TEETH = 3, 0.2  # pixels, and share of its length: a comb's tooth differs less from the others
REST = 0.3  # of the tallest digit: smaller ink is a remainder of print
# Removing it.
DARKER = 1.8  # times the line's own contrast: darker ink is a stroke that crosses it
DEEPEST = 0.15  # of the width or height: depth of a scanner's dark edge; its oblique rest, likewise
CLEAR = 0.03  # share of ink: the picture next to such an edge has less


def without_print(ink: np.ndarray, faintest: int) -> np.ndarray:
    """Return ink (H, W) uint8 without print; contrast up to `faintest` is ignored."""
    (top, bottom), (left, right) = edges = _edges(ink > faintest)
    ink = ink[top : len(ink) - bottom, left : ink.shape[1] - right].copy()
    mask = ink > faintest
    lines = lines_in(mask)
    printed = _lines_of_print(mask, lines) if lines else []
    if not printed:
        return np.pad(ink, edges)
    taken = np.zeros_like(mask)
    for line in printed:
        darkest = np.where(line.alone, ink, 0).max(axis=int(line.is_upright))
        own = np.median(darkest[darkest > 0]) if darkest.any() else 0
        taken |= line.alone & (ink <= DARKER * own)
    # Also remove the lines' blurred edges, and small remainders that touch them.
    near = cv2.dilate(taken.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    labels, stats = components(mask & ~taken)
    small = longer_sides(stats) < 2 * THICKEST * max(ink.shape)
    small &= stats[:, 4] <= (1.5 * max(x.thickness for x in printed) + 0.5) * longer_sides(stats)
    touching = np.isin(np.arange(len(stats)), labels[near]) & small
    ink[taken | (near & ~mask) | touching[labels]] = 0
    return np.pad(ink, edges)


def _lines_of_print(mask: np.ndarray, lines: list[Line]) -> list[Line]:
    """The lines in a mask (H, W) bool that are print: those in places for it, and underlines."""
    met = {line: {other for other in lines if line.ends_at(other)} for line in lines}
    places = Places.of(met)
    writing = without(mask, places.lines)
    digits = Digits.of(writing)
    found: list[Line] = []
    for line in 2 * lines:  # again: the upper of two underlines is one once the lower is found
        if line in found:
            continue
        if line in places.lines:
            found += [line] if places.is_print(line, digits, found) else []
            continue
        teeth = _teeth(line, [x for x in lines if line in met[x] and 2 * x.length < line.length])
        rest = without(writing, [line, *teeth])
        if _is_underline(line, teeth, Digits.of(rest)):
            found += [line, *teeth]
            writing, digits = rest, Digits.of(rest)
    return found


class Places(NamedTuple):
    """Lines in places for print: ruled, the sides of frames; all these, and those at a border."""

    ruled: list[Line]
    framed: list[Line]
    lines: list[Line]

    @classmethod
    def of(cls, met: Mapping[Line, set[Line]]) -> "Places":
        """Find them among lines, given with the lines that each ends at."""
        ruled = _ruled_lines(met)
        framed = [  # ending at the same two lines as another
            line
            for line, ends in met.items()
            if any(len(ends & met[other]) >= 2 for other in met if other is not line)
        ]
        lines = [x for x in met if x in ruled or x in framed or x.leads_across or x.is_along_border]
        return cls(ruled, framed, lines)

    def is_print(self, line: Line, digits: "Digits", found: Sequence[Line]) -> bool:
        """Whether one of these lines is print, given the print that was `found` before.

        It meets two of three criteria: finer than the digits' strokes, longer than digits, touching
        none. Without digits, it is part of a form.
        """
        if digits.height < TALL * line.thickness:
            is_form = len(self.lines) >= MANY or all(x.is_hair or x.is_margin for x in self.lines)
            return line in self.ruled or is_form
        is_fine = line.thickness <= THINNER * digits.stroke or line.is_hair
        is_framed = line in self.framed and any(side in found for side in self.framed)
        is_long = line in self.ruled or is_framed or digits.are_shorter_than(line)
        is_apart = line in self.framed or not line.touches(digits.mask)
        return [is_fine, is_long, is_apart].count(True) >= 2


def _ruled_lines(lines: Iterable[Line]) -> list[Line]:
    """The lines of ruled or squared paper: thin, parallel, and across much of the picture."""
    across = [x for x in lines if x.is_hair and x.length >= ACROSS * x.sides[0]]
    level = [x for x in across if not x.is_upright]
    if len(level) < FEWEST:
        return []
    return across if len(across) - len(level) >= FEWEST else level


def _is_underline(line: Line, teeth: Sequence[Line], digits: "Digits") -> bool:
    """Whether a line in no place for print is an underline, or a comb's back with these `teeth`.

    It is longer than the digits, and finer or touching none. It is no upright stroke, and no
    fraction's bar.
    """
    if digits.height < TALL * line.thickness:
        return len(teeth) > 2
    is_finer = line.thickness <= THINNER * digits.stroke
    is_loose = is_finer or bool(teeth) or not line.touches(digits.mask)
    is_stroke = line.is_upright and not line.at_border.any()
    is_bar = not is_finer and digits.are_above_and_below(line)
    return is_loose and digits.are_shorter_than(line) and not (is_stroke or is_bar)


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


class Digits(NamedTuple):
    """What may be digits: (H, W) bool, its largest height, and the mean width of its strokes."""

    mask: np.ndarray
    height: int
    stroke: float

    @classmethod
    def of(cls, mask: np.ndarray) -> "Digits":
        """All of a mask (H, W) bool but specks."""
        labels, stats = components(mask)
        sides, heights = longer_sides(stats), stats[:, cv2.CC_STAT_HEIGHT]
        least = max(REST * heights[1:].max(initial=0), SHORTEST / 2 * min(mask.shape))
        large = sides > least
        large[0] = False
        digits: np.ndarray = large.take(labels)  # faster than an index
        return cls(digits, int(heights[large].max(initial=0)), stroke_width(digits))

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


def _edges(mask: np.ndarray) -> tuple[tuple[int, int], tuple[int, int]]:
    """The scanner's dark strips along whole sides: rows at the top, bottom; columns left, right."""
    mask = mask.copy()
    sides = [np.rot90(mask, turns) for turns in range(4)]
    depths = [_depth_of_edge(side) for side in sides]
    for side, depth in zip(sides, depths):
        side[:depth] = False
    top, right, bottom, left = map(_end_of_edge, sides, depths)
    return (top, bottom), (left, right)


def _depth_of_edge(side: np.ndarray) -> int:
    """How many of the first rows of (H, W) bool are a dark strip; 0 if it has none."""
    height = len(side)
    full = np.flatnonzero(side[: 1 + int(DEEPEST * height)].mean(axis=1) >= 0.9)
    return int(full[-1]) + 1 if len(full) and full[0] <= BORDER * height else 0


def _end_of_edge(side: np.ndarray, depth: int) -> int:
    """How many rows to remove with such a strip, `depth` rows: up to where the picture is clear.

    The strip's inner edge may be oblique. 0 if there is no strip, or nothing is clear.
    """
    height, width = side.shape
    margin = max(2, round(0.05 * width))
    if not depth or width <= 2 * margin:
        return 0
    shares = side[:, margin:-margin].mean(axis=1)
    clear = depth + np.flatnonzero(shares[depth : depth + int(DEEPEST * height)] < CLEAR)
    is_clear = len(clear) and shares[clear[0] :][: max(3, height // 20)].mean() < CLEAR
    return int(clear[0]) + 1 if is_clear else 0
