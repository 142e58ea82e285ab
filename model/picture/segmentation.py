"""Connected components of the ink, called shapes, and their grouping into digits and lines.

A digit can have several shapes (a 5 and its bar), and several shapes can be several digits. Only
position and size are used here. Where they do not decide, `model.recognizer` asks the network.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import cv2
import numpy as np

from model.picture.measures import FAINTEST, size_of_most, stroke_width, threshold

SPECK = 0.06  # of the largest shape's area: smaller shapes are dust
FINEST = 0.005  # of the same: smaller ones are not even a thin pen's dot
ABOVE = 0.5  # of the narrower one's width: shapes that overlap more are one digit
BESIDE = 0.5  # of the shorter one's height: digits that overlap less are not in one line
SHORTEST = 0.45  # of the tallest digit's height: anything shorter is part of a digit
APART = 0.3  # of the shorter one's height: what is closer may be one digit
MAIN_SHAPE = 0.6  # of its digit's height: with no shape as tall, it is two lines of digits
WIDEST = 1.4  # width / height of one digit, at most
MOST_DIGITS = 12  # in a line, at most
MOST_LINES = 20


class Box(NamedTuple):
    """A bounding box in pixels; `right` and `bottom` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def margin(self, picture: np.ndarray) -> int:
        """The distance to the nearest side of a picture (H, W)."""
        height, width = picture.shape
        return min(self.left, self.top, width - self.right, height - self.bottom)


@dataclass(frozen=True, eq=False)
class Shape:
    """A connected component: rows (N,) and columns (N,) of its pixels, and its bounding box."""

    rows: np.ndarray
    columns: np.ndarray
    box: Box

    @classmethod
    def of(cls, rows: np.ndarray, columns: np.ndarray) -> "Shape":
        corners = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        return cls(rows, columns, Box(*map(int, corners)))

    @property
    def mask(self) -> np.ndarray:
        """Its pixels in its box, with a border of one: (h + 2, w + 2) bool."""
        mask = np.zeros((self.box.height + 2, self.box.width + 2), bool)
        mask[self.rows - self.box.top + 1, self.columns - self.box.left + 1] = True
        return mask

    @property
    def stroke(self) -> float:
        """The mean width of its strokes, in pixels."""
        return stroke_width(self.mask)


Digit = list[Shape]


def shapes_of_digit(ink: np.ndarray) -> list[Shape]:
    """The shapes of one digit's ink (H, W) uint8, without dust; none if nothing is drawn.

    Gaps below 1/32 of the picture's longer side are bridged, so most digits are one shape.
    """
    if ink.max() < FAINTEST:
        return []
    return without_dust(_connected(ink > threshold(ink), cell=ceil(max(ink.shape) / 32)))


def parts_of_number(ink: np.ndarray) -> list[Shape]:
    """The shapes of a number's ink, or of several, with all dust but the finest, left to right.

    Digits on a large page can be small and close together, so only gaps below 1/24 of their height
    are bridged.
    """
    mask = ink > threshold(ink)
    size = size_of_most(mask)
    cell = ceil(size / 12)  # a digit's parts are smaller than it
    _, stats = _components(*_places(mask), cell)
    size = max(size, cell * int(stats[1:, cv2.CC_STAT_HEIGHT].max()))
    return _connected(mask, ceil(size / 24))


def without_dust(shapes: Sequence[Shape]) -> list[Shape]:
    largest = max(len(shape.rows) for shape in shapes)
    return [shape for shape in shapes if len(shape.rows) >= SPECK * largest]


def lines_of(shapes: Sequence[Shape]) -> list[list[Digit]]:
    """What could be digits, line by line, each left to right; `shapes` are left to right, too.

    What is too short for a digit is with the nearest. A line may climb or fall: a digit is in that
    of its nearest neighbour to the left that it stands beside.
    """
    lines: list[list[Digit]] = []
    for body in _without_fragments([[shape] for shape in shapes]):
        box = box_around(body)
        beside = [line for line in lines if shared_rows(box_around(line[-1]), box) >= BESIDE]
        if beside:
            max(beside, key=lambda line: box_around(line[-1]).right).append(body)
        else:
            lines.append([body])
    return sorted(lines, key=lambda line: np.mean([sum(box_around(one)[1::2]) for one in line]))


def are_apart(bodies: Sequence[Digit]) -> bool:
    """Whether more is between bodies, one below the other, than between the loops of an 8."""
    boxes = [box_around(body) for body in bodies]
    return all(b.top - a.bottom >= APART * min(a.height, b.height) for a, b in pairwise(boxes))


def parts_of_lines(lines: list[list[Digit]], parts: Sequence[Shape]) -> list[list[Shape]]:
    """Part what is written by lines from `lines_of`: each part is in the line nearest to it."""
    found: list[list[Shape]] = [[] for _ in lines]
    bodies = [(n, box_around(body)) for n, line in enumerate(lines) for body in line]
    for part in parts:
        nearest, _ = min(bodies, key=lambda body: _distance(body[1], part.box))
        found[nearest].append(part)
    return [line for line in found if line]


def digits_of(shapes: Iterable[Shape]) -> list[Digit]:
    """Group shapes, given left to right, into the digits of a number.

    Empty if they are not a number: not in one line, a single digit, or more than MOST_DIGITS.
    """
    digits: list[Digit] = []
    for shape in shapes:
        if digits and shared_columns(box_around(digits[-1]), shape.box) > ABOVE:
            digits[-1].append(shape)
        else:
            digits.append([shape])
    digits = _without_fragments(digits)
    boxes = [box_around(digit) for digit in digits]
    beside = all(shared_rows(a, b) >= BESIDE for a, b in pairwise(boxes))
    is_number = beside and not any(map(_is_two_lines, digits)) and 2 <= len(digits) <= MOST_DIGITS
    return digits if is_number else []


def is_too_wide(shapes: Iterable[Shape]) -> bool:
    """Whether the shapes together are too wide to be one digit."""
    box = box_around(shapes)
    return box.width > WIDEST * box.height


def cut_out(ink: np.ndarray, shapes: Sequence[Shape]) -> np.ndarray:
    """The ink of these shapes alone, uint8, cropped to their bounding box."""
    box = box_around(shapes)
    alone = np.zeros((box.height, box.width), np.uint8)
    for shape in shapes:
        alone[shape.rows - box.top, shape.columns - box.left] = ink[shape.rows, shape.columns]
    return alone


def box_around(shapes: Iterable[Shape]) -> Box:
    lefts, tops, rights, bottoms = zip(*(shape.box for shape in shapes))
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def _without_fragments(digits: list[Digit]) -> list[Digit]:
    """Merge what is too short for a digit, such as the bar of a 5, into the nearest digit."""
    tallest = max((box_around(digit).height for digit in digits), default=0)
    tall = [digit for digit in digits if box_around(digit).height >= SHORTEST * tallest]
    for fragment in digits:
        box = box_around(fragment)
        if box.height < SHORTEST * tallest:
            nearest = min(tall, key=lambda digit: _distance(box_around(digit), box))
            nearest += fragment
    return tall


def _is_two_lines(digit: Digit) -> bool:
    return max(shape.box.height for shape in digit) < MAIN_SHAPE * box_around(digit).height


def gap(a: Box, b: Box) -> int:
    """The columns between two boxes; negative if they overlap."""
    return max(a.left, b.left) - min(a.right, b.right)


def _distance(a: Box, b: Box) -> int:
    """The columns or the rows between two boxes, whichever are more."""
    return max(gap(a, b), max(a.top, b.top) - min(a.bottom, b.bottom))


def shared_columns(a: Box, b: Box) -> float:
    """The overlap as a share of the narrower box's width; negative if there is a gap."""
    return -gap(a, b) / min(a.width, b.width)


def shared_rows(a: Box, b: Box) -> float:
    """The overlap as a share of the shorter box's height; negative if there is a gap."""
    return (min(a.bottom, b.bottom) - max(a.top, b.top)) / min(a.height, b.height)


def _connected(mask: np.ndarray, cell: int) -> list[Shape]:
    """The connected components of a mask (H, W) bool, without the finest dust, left to right.

    Computed on a grid of cells of `cell` pixels a side, which connects strokes that almost touch.
    """
    rows, columns = _places(mask)
    part, _ = _components(rows, columns, cell)
    areas = np.bincount(part)
    kept = np.flatnonzero(areas >= max(1, FINEST * areas.max()))
    shapes = [Shape.of(rows[part == number], columns[part == number]) for number in kept]
    return sorted(shapes, key=lambda shape: shape.box)


def _places(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return divmod(np.flatnonzero(mask), mask.shape[1])  # faster than np.nonzero


def _components(rows: np.ndarray, columns: np.ndarray, cell: int) -> tuple[np.ndarray, np.ndarray]:
    """The number of each pixel's component, on a grid of cells: (N,); and OpenCV's statistics."""
    rows, columns = rows // cell, columns // cell
    grid = np.zeros((rows.max() + 1, columns.max() + 1), np.uint8)
    grid[rows, columns] = 1
    _, labels, stats, _ = cv2.connectedComponentsWithStats(grid)
    return labels[rows, columns], stats
