"""Signs beside the digits of a number: dots, dashes, brackets, slashes, crosses.

They are not read, but they change what the number means, so callers must know of them. Only places,
sizes and outlines count. Parts of a digit are not signs: a separate bar of a 5 is at the top, that
of a 7 or a 4 shares the digit's columns.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from model.picture.measures import threshold
from model.picture.segmentation import (
    MOST_DIGITS,
    MOST_LINES,
    SHORTEST,
    Box,
    Digit,
    Shape,
    box_around,
    connected,
    without_dust,
)

THINNEST = 0.6  # of a stroke's width: thinner shapes are dust
DOT = 0.3  # of the tallest shape's height: largest size of a dot, or two stroke widths if larger
FLAT = 1.8  # least width / height of a dash
AS_WIDE = 0.8  # least width of a fraction's bar / the widest shape above or below
MIDWAY = 1 / 3  # least ratio of the distances to what is above and below it
ENCIRCLED = 0.3  # least height of what is in a ring / the ring's height
# Of a digit's height: what is short and farther from all digits is no part of one. A 5's bar may be
# farther, in the digit's columns.
REMOTE, REMOTE_BAR = 0.25, 0.35
COMMA = 0.6  # of the tallest shape's height: a comma is shorter
HIGH, LOW = 0.2, 0.75  # of the digit's height, from its top: a dash is between, a dot not above
STRAIGHT = 0.06  # of its height: largest deviation of a stroke's middle from a straight line
LOWER = 0.8  # of the tallest shape's height: a cross beside digits is lower
BENT = 0.08  # of its height: least mean offset of a bracket's two ends
UNBENT = 0.05  # of its height: each end is off by more to that side, and none to the other
ENDS = 0.15  # of its height: the upper and the lower end of a bracket
UPRIGHT = 0.12  # columns per row: a bar at an end of the line leans less
# Columns per row by which a slash leans, at least, and by which it leans more than its neighbours.
INSIDE, ALONE = (0.25, 0.12), (0.4, 0.4)
WIDEST_ONE = 0.65  # largest width / height of a printed 1 without a foot
# Times the tallest digit's height: a longer stroke is a sign. At an end of the line it may be a 1.
LONGER, LONGER_AT_END = 1.15, 1.5
BLOB = 1 / 3  # of its longer side: least stroke width of a dot
FINER = 0.55  # of the widest stroke: a finer one is the remainder of a line
CROSSED = 0.15  # of half its sides, plus its stroke's width: farthest ink of a cross from its axes


class Mark(NamedTuple):
    """A sign that is not read ("dot", "dash", "slash", "bracket" or other "sign"), and its box."""

    kind: str
    box: Box


def without_marks(parts: Sequence[Shape]) -> tuple[list[Shape], tuple[Mark, ...]]:
    """Split `parts` into the shapes of digits, without dust, and the dots, dashes and crosses.

    `parts`, at least one, come from `segmentation.parts_of_number`. Both are left to right.
    """
    stroke = max(parts, key=lambda part: len(part.rows)).stroke
    shapes = without_dust(parts)
    tallest = max(shape.box.height for shape in shapes)
    digits = [shape.box for shape in shapes if shape.box.height >= SHORTEST * tallest]
    if len(parts) == 1:
        return shapes, ()
    kinds = {part: _kind(part, digits, stroke) for part in parts}
    left = [shape for shape in shapes if not kinds[shape]]
    marks = tuple(Mark(kind, part.box) for part, kind in kinds.items() if kind)
    return left, marks


def fraction_bars(parts: Sequence[Shape]) -> list[Shape]:
    """The parts that are a bar between a number above and one below."""
    bars = []
    for part in [part for part in parts if _is_flat(part.box)]:
        above = [other.box for other in parts if other.box.bottom <= part.box.top]
        below = [other.box for other in parts if other.box.top >= part.box.bottom]
        if above and below:
            gaps = [min(part.box.distance(box) for box in side) for side in (above, below)]
            widest = max(box.width for box in (*above, *below))
            if min(gaps) >= MIDWAY * max(gaps) and part.box.width >= AS_WIDE * widest:
                bars.append(part)
    return bars


def without_rings(ink: np.ndarray) -> tuple[np.ndarray, tuple[Mark, ...]]:
    """Ink (H, W) uint8 without what is drawn around others, as where a number is circled."""
    shapes = sorted(connected(ink > threshold(ink)), key=lambda shape: -shape.box.height)
    shapes = shapes[: MOST_LINES * MOST_DIGITS]
    marks = []
    for ring in shapes:
        inside = [shape for shape in shapes if _surrounds(ring, shape.box)]
        strokes = map(Stroke.of, inside)
        # A 0 may have a slash or a dot.
        is_zero = all(stroke.is_straight and stroke.single > 0.9 for stroke in strokes)
        if not is_zero and inside[0].box.height >= ENCIRCLED * ring.box.height:
            ink = ink.copy()
            ink[ring.rows, ring.columns] = 0
            marks.append(Mark("sign", ring.box))
    return ink, tuple(marks)


def _surrounds(shape: Shape, box: Box) -> bool:
    """Whether the shape has ink opposite all four sides of a box."""
    if not shape.box.contains(box):
        return False
    columns = shape.columns[(shape.rows >= box.top) & (shape.rows < box.bottom)]
    rows = shape.rows[(shape.columns >= box.left) & (shape.columns < box.right)]
    is_beside = columns.min() < box.left and columns.max() >= box.right
    return bool(is_beside and rows.min() < box.top and rows.max() >= box.bottom)


def _kind(part: Shape, digits: Sequence[Box], stroke: float) -> str:
    """Return "dot", "dash", "sign", or "" for a part of a digit."""
    box, tallest = part.box, max(digit.height for digit in digits)
    if box.height <= LOWER * tallest and is_cross(part):
        return "sign"
    others = [digit for digit in digits if digit != box]
    thinnest = (0.5 if _is_flat(box) else 1) * THINNEST * stroke
    if not others or min(box.width, box.height) < thinnest:
        return ""
    nearest = min(others, key=lambda digit: digit.across(box))
    middle = (box.middle - nearest.top) / nearest.height
    is_beside, is_low = nearest.across(box) >= 0, middle > LOW
    # A comma may be longer than a dot, since it reaches below the digits.
    hangs = is_low and box.bottom > nearest.bottom + 0.1 * nearest.height
    if box.height >= (COMMA if hangs else SHORTEST) * tallest:
        return ""
    if _is_flat(box):
        if box.top >= nearest.bottom or (is_beside and HIGH <= middle <= LOW):
            return "dash"
    else:
        is_small = max(box.width, box.height) <= max(2 * stroke, DOT * tallest)
        is_comma = hangs and box.width <= SHORTEST * tallest
        is_apostrophe = is_beside and box.height >= 2 * stroke
        if is_comma or (is_small and (is_low or is_apostrophe or (is_beside and middle >= HIGH))):
            return "dot"
    gap = min(digit.distance(box) / digit.height for digit in others)
    is_in_columns = nearest.left <= box.left and box.right <= nearest.right
    return "sign" if gap > (REMOTE_BAR if is_in_columns else REMOTE) else ""


def _is_flat(box: Box) -> bool:
    return box.width >= FLAT * box.height


def signs_in(groups: Sequence[Digit], digits: Sequence[int | None]) -> list[str]:
    """The kind of sign of each group in a line; "" for a digit.

    Those with a question mark may be digits: "slash?" and "bar?" a 1, "dot?" a small 0, and "one?"
    is a printed 1 or a 7. `digits` are the network's answers: most signs are read as a 1.
    """
    boxes, last = [box_around(group) for group in groups], len(groups) - 1
    if last == 0 and len(groups[0]) == 1 and (_is_flat(boxes[0]) or is_cross(groups[0][0])):
        return ["sign"]
    strokes = {
        n: Stroke.of(group[0])
        for n, (group, digit) in enumerate(zip(groups, digits))
        if len(group) == 1 and digit in (1, 7)
    }
    kinds = ["dot?" if len(group) == 1 and _is_blob(group[0]) else "" for group in groups]
    bent = [strokes[n].bent if digit == 1 and n in strokes else 0 for n, digit in enumerate(digits)]
    straight = {n: stroke.slant for n, stroke in strokes.items() if stroke.is_straight}
    bars = {n for n, slant in straight.items() if 0 < n < last or abs(slant) < UPRIGHT}
    heights = [box.height for n, box in enumerate(boxes) if n not in straight]
    tallest = max(heights, default=np.inf)
    finest = FINER * max(shape.stroke for group in groups for shape in group)
    for n, stroke in strokes.items():
        longest = tallest * (LONGER if 0 < n < last else LONGER_AT_END)
        if (bent[n] > 0 and -1 in bent[n:]) or (bent[n] < 0 and 1 in bent[:n]):
            kinds[n] = "bracket"
        elif (bent[n] > 0 and n == 0) or (bent[n] < 0 and n == last):
            kinds[n] = "bar?"  # without a counterpart, rather a 1
        elif slash := _slash(groups, n, stroke):
            kinds[n] = slash
        elif digits[n] == 7 and stroke.has_flag:
            kinds[n] = "one?"
        elif n in bars and (boxes[n].height >= longest or groups[n][0].stroke <= finest):
            kinds[n] = "bar?"
    inner = max((box.height for box in boxes[1:-1]), default=np.inf)
    if {0, last} <= bars and min(boxes[0].height, boxes[-1].height) >= LONGER * inner:
        kinds[0] = kinds[-1] = "bracket"
    return kinds


def _slash(groups: Sequence[Digit], n: int, stroke: "Stroke") -> str:
    """Return "slash" or "slash?" if the stroke leans more than its neighbours, or back, else "".

    At an end of the line it is a 1 unless it is longer than they are.
    """
    others = [group for m, group in enumerate(groups) if m != n]
    least, more = INSIDE if others or stroke.slant < 0 else ALONE  # hardly a 1 leans back
    leaning = float(np.median([_slant(group) for group in others])) if others else 0
    slant = abs(stroke.slant)
    if not stroke.is_straight or slant < max(least, np.sign(stroke.slant) * leaning + more):
        return ""
    tallest = max((box_around(group).height for group in others), default=0)
    is_longer = box_around(groups[n]).height >= LONGER * tallest
    if 0 < n < len(groups) - 1:
        return "slash" if is_longer else "slash?"
    return "slash?" if is_longer else ""


def _is_blob(shape: Shape) -> bool:
    """Whether a shape is one spot of the pen: a stroke hardly longer than wide."""
    return shape.stroke >= BLOB * max(shape.box.width, shape.box.height)


def _slant(group: Digit) -> float:
    """How far a digit leans to the right, in columns per row, by the moments of its ink."""
    rows = np.concatenate([shape.rows for shape in group])
    columns = np.concatenate([shape.columns for shape in group])
    return float(-((rows - rows.mean()) * columns).mean() / max(rows.var(), 1))


def is_cross(shape: Shape) -> bool:
    """Whether a shape is a + or a ×: all ink is near two lines through its middle."""
    box = shape.box
    near = CROSSED + shape.stroke / min(box.width, box.height)
    if near > 0.4 or not 0.6 <= box.width / box.height <= 1.6:
        return False
    y = (2 * (shape.rows - box.top) + 1) / box.height - 1
    x = (2 * (shape.columns - box.left) + 1) / box.width - 1
    # Arms to the middles of the sides, then to the corners.
    for a, b, most in ((x, y, near), ((x - y) / 2, (x + y) / 2, 0.7 * near)):
        is_near = np.minimum(abs(a), abs(b)) <= most
        ends = np.array([a, -a, b, -b])[:, is_near].max(axis=1, initial=0)
        if ends.min() > 0.5 and is_near.mean() > 0.97:
            return True
    return False


class Stroke(NamedTuple):
    """A shape that may be one stroke from top to bottom.

    `mask` (H, W) bool is its ink; `edges` (2, H) are the first and last inked columns of each row,
    as shares of its height, as are all measures.
    """

    mask: np.ndarray
    edges: np.ndarray

    @classmethod
    def of(cls, shape: Shape) -> "Stroke":
        mask = shape.mask[1:-1, 1:-1]
        last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
        return cls(mask, np.stack([mask.argmax(axis=1), last]) / len(mask))

    @property
    def single(self) -> float:
        """The share of rows with one run of ink."""
        widths = np.rint(len(self.mask) * (self.edges[1] - self.edges[0])) + 1
        return float((widths == self.mask.sum(axis=1)).mean())

    @property
    def slant(self) -> float:
        """How far its top is to the right of its foot."""
        middle, end = self.edges.mean(axis=0), max(1, len(self.mask) // 16)
        return float(middle[:end].mean() - middle[-end:].mean())

    @property
    def is_straight(self) -> bool:
        middle, height = self.edges.mean(axis=0), len(self.mask)
        expected = middle.mean() + self.slant * (0.5 - (np.arange(height) + 0.5) / height)
        return bool(np.abs(middle - expected).max() <= STRAIGHT)

    @property
    def has_flag(self) -> bool:
        """Whether it is an upright stem with a flag that falls to the left."""
        height, width = self.mask.shape
        stem, middle = self.mask[2 * height // 5 :], self.edges.mean(axis=0)[2 * height // 5 :]
        is_stem = stem[:, -1].mean() > 0.9 and np.ptp(middle) <= STRAIGHT
        falls = self.mask[:, : max(1, width // 8)].any(axis=1).argmax() >= STRAIGHT * height
        return bool(is_stem and falls and width <= WIDEST_ONE * height)

    @property
    def bent(self) -> int:
        """1 if both ends point to the right and none to the left, -1 vice versa, else 0."""
        if self.single <= 0.9 or abs(self.slant) >= 2.5 * BENT:
            return 0
        height, end = len(self.mask), max(1, round(ENDS * len(self.mask)))
        left, right = self.edges
        middle = slice(2 * height // 5, 3 * height // 5 + 1)
        parts = slice(end), slice(-end, None)
        to_left = [np.median(left[middle]) - left[part].min() for part in parts]
        to_right = [right[part].max() - np.median(right[middle]) for part in parts]
        for side, off, other in ((1, to_right, to_left), (-1, to_left, to_right)):
            if np.mean(off) >= BENT and min(off) >= UNBENT >= max(other):
                return side
        return 0
