"""Connected components of the ink, called shapes, and their grouping into digits and lines.

A digit can have several shapes (a 5 and its bar), and several shapes can be several digits. Only
positions and sizes count here; where they do not decide, `model.recognizer` asks the network.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import numpy as np

from model.picture.measures import FAINTEST, components, median_size, stroke_width, threshold

SPECK = 0.06  # of the largest shape's area: smaller shapes are dust
FINEST = 0.005  # of the largest shape's area: smaller shapes are not even a thin pen's dot
ABOVE = 0.5  # of the narrower shape's width: shapes that overlap more are one digit
BESIDE = 0.5  # of the shorter digit's height: digits that overlap less are not in one line
SHORTEST = 0.45  # of the tallest digit's height: anything shorter is part of a digit
APART = 0.3  # of the shorter body's height: closer bodies may be one digit
MAIN_SHAPE = 0.6  # of a digit's height: its tallest shape is taller, or it is two lines of digits
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

    @property
    def middle(self) -> float:
        """The row half-way between top and bottom."""
        return (self.top + self.bottom) / 2

    def margin(self, picture: np.ndarray) -> int:
        """The distance to the nearest side of a picture (H, W)."""
        height, width = picture.shape
        return int(min(self.left, self.top, width - self.right, height - self.bottom))

    def across(self, other: "Box") -> int:
        """The number of columns between both boxes; negative if they overlap."""
        return max(self.left, other.left) - min(self.right, other.right)

    def down(self, other: "Box") -> int:
        """The number of rows between both boxes; negative if they overlap."""
        return max(self.top, other.top) - min(self.bottom, other.bottom)

    def distance(self, other: "Box") -> int:
        """The columns or rows between both boxes, whichever are more."""
        return max(self.across(other), self.down(other))

    def contains(self, other: "Box") -> bool:
        """Whether the other box is within this one."""
        return (self.across(other), self.down(other)) == (-other.width, -other.height)

    def is_beside(self, other: "Box") -> bool:
        """Whether both may be in one line."""
        return -self.down(other) >= BESIDE * min(self.height, other.height)


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
        """Its pixels in its box, padded by one pixel: (h + 2, w + 2) bool."""
        mask = np.zeros((self.box.height + 2, self.box.width + 2), bool)
        mask[self.rows - self.box.top + 1, self.columns - self.box.left + 1] = True
        return mask

    @cached_property
    def stroke(self) -> float:
        """The mean width of its strokes, in pixels."""
        return stroke_width(self.mask)


Digit = list[Shape]


def shapes_of_digit(ink: np.ndarray) -> list[Shape]:
    """The shapes of ink (H, W) uint8 read as one digit, without dust; [] if blank.

    Gaps below 1/32 of the picture's longer side are bridged, so most digits are one shape.
    """
    if ink.max() < FAINTEST:
        return []
    return without_dust(connected(ink > threshold(ink), cell=ceil(max(ink.shape) / 32)))


def parts_of_number(ink: np.ndarray) -> list[Shape]:
    """The shapes of ink (H, W) uint8 read as numbers, without the finest dust, left to right.

    Digits on a large page can be small and close together, so only gaps below 1/24 of the median
    shape's size are bridged.
    """
    mask = ink > threshold(ink)
    return connected(mask, ceil(median_size(mask) / 24))


def connected(mask: np.ndarray, cell: int = 1) -> list[Shape]:
    """The components of a mask (H, W) bool, gaps below `cell` bridged, without the finest dust."""
    rows, columns = np.divmod(np.flatnonzero(mask), mask.shape[1])  # faster than np.nonzero
    grid = np.zeros((rows.max() // cell + 1, columns.max() // cell + 1), bool)
    grid[rows // cell, columns // cell] = True
    part = components(grid)[0][rows // cell, columns // cell]
    areas = np.bincount(part)
    kept = np.flatnonzero(areas >= max(1, FINEST * areas.max()))
    shapes = [Shape.of(rows[part == number], columns[part == number]) for number in kept]
    return sorted(shapes, key=lambda shape: shape.box)


def without_dust(shapes: Sequence[Shape]) -> list[Shape]:
    largest = max(len(shape.rows) for shape in shapes)
    return [shape for shape in shapes if len(shape.rows) >= SPECK * largest]


def lines_of(shapes: Sequence[Shape]) -> list[list[Digit]]:
    """Group shapes, given left to right, into lines of bodies: possible digits, left to right.

    Fragments too short for a digit join the nearest one. Lines may slope: a digit joins the line of
    its nearest left neighbour at its height.
    """
    lines: list[list[Digit]] = []
    for body in _without_fragments([[shape] for shape in shapes]):
        box = box_around(body)
        beside = [line for line in lines if box_around(line[-1]).is_beside(box)]
        if beside:
            max(beside, key=lambda line: box_around(line[-1]).right).append(body)
        else:
            lines.append([body])
    return sorted(lines, key=lambda line: np.mean([box_around(body).middle for body in line]))


def are_apart(bodies: Sequence[Digit]) -> bool:
    """Whether bodies, top to bottom, are farther apart than the two loops of an 8 may be."""
    boxes = [box_around(body) for body in bodies]
    return all(b.top - a.bottom >= APART * min(a.height, b.height) for a, b in pairwise(boxes))


def parts_of_lines(lines: list[list[Digit]], parts: Sequence[Shape]) -> list[list[Shape]]:
    """Assign each part to the nearest line from `lines_of`."""
    found: list[list[Shape]] = [[] for _ in lines]
    boxes = [[box_around(body) for body in line] for line in lines]
    for part in parts:
        distances = [min(box.distance(part.box) for box in line) for line in boxes]
        found[distances.index(min(distances))].append(part)
    return [line for line in found if line]


def digits_of(shapes: Iterable[Shape]) -> list[Digit]:
    """Group shapes, given left to right, into the digits of a number.

    [] if they are not a number: not in one line, a single digit, or more than MOST_DIGITS.
    """
    digits: list[Digit] = []
    for shape in shapes:
        box = box_around(digits[-1]) if digits else shape.box
        if digits and -box.across(shape.box) > ABOVE * min(box.width, shape.box.width):
            digits[-1].append(shape)
        else:
            digits.append([shape])
    digits = _without_fragments(digits)
    boxes = [box_around(digit) for digit in digits]
    is_line = all(a.is_beside(b) for a, b in pairwise(boxes)) and all(
        max(shape.box.height for shape in digit) >= MAIN_SHAPE * box.height
        for digit, box in zip(digits, boxes)
    )
    return digits if is_line and 2 <= len(digits) <= MOST_DIGITS else []


def _without_fragments(digits: list[Digit]) -> list[Digit]:
    """Merge fragments too short for a digit, such as the bar of a 5, into the nearest digit."""
    boxes = [box_around(digit) for digit in digits]
    least = SHORTEST * max((box.height for box in boxes), default=0)
    tall = [digit for digit, box in zip(digits, boxes) if box.height >= least]
    for fragment, box in zip(digits, boxes):
        if box.height < least:
            nearest = min(tall, key=lambda digit: box_around(digit).distance(box))
            nearest += fragment
    return tall


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
