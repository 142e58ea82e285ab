"""Connected components of the ink, called shapes, and their grouping into digits.

A digit can have several shapes (a 5 and its bar), and several shapes can be several digits. Only
position and size are used here. Where they do not decide, `model.recognizer` asks the network.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import numpy as np

from model.picture.components import parts_of
from model.picture.ink import FAINTEST, stroke_width, threshold

SPECK = 0.06  # of the largest shape's area: smaller shapes are dust
FINEST = 0.005  # of the same: smaller ones are not even a thin pen's dot
ABOVE = 0.5  # of the narrower one's width: shapes that overlap more are one digit
BESIDE = 0.5  # of the shorter one's height: digits that overlap less are not in one row
SHORTEST = 0.45  # of the tallest digit's height: anything shorter is part of a digit
MAIN_SHAPE = 0.6  # of its digit's height: with no shape as tall, it is two rows of digits
ROWS = 3  # of digits one above the other, at most
WIDEST = 1.4  # width / height of one digit, at most
MOST_DIGITS = 10  # in a number, at most
Pixels = tuple[np.ndarray, np.ndarray]  # rows (N,) and columns (N,)


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


@dataclass(frozen=True)
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
    def stroke(self) -> float:
        """The mean width of its strokes, in pixels."""
        mask = np.zeros((self.box.height + 2, self.box.width + 2), bool)
        mask[self.rows - self.box.top + 1, self.columns - self.box.left + 1] = True
        return stroke_width(mask)


def shapes_of_digit(ink: np.ndarray) -> list[Shape]:
    """The shapes of one digit's ink (H, W) uint8, without dust; none if nothing is drawn.

    Gaps below 1/32 of the picture's longer side are bridged, so most digits are one shape.
    """
    if ink.max() < FAINTEST:
        return []
    return without_dust(_connected(pixels_of(ink), cell=ceil(max(ink.shape) / 32)))


def shapes_of_number(ink: np.ndarray, shapes: Iterable[Shape]) -> list[Shape]:
    """The shapes of a number's ink, without dust, left to right; `shapes` as below."""
    return without_dust(parts_of_number(pixels_of(ink), shapes))


def pixels_of(ink: np.ndarray) -> Pixels:
    """Where there is ink rather than page."""
    return divmod(np.flatnonzero(ink > threshold(ink)), ink.shape[1])  # faster than np.nonzero


def parts_of_number(pixels: Pixels, shapes: Iterable[Shape]) -> list[Shape]:
    """The shapes of a number's ink, with all dust but the finest, left to right.

    `shapes` come from `shapes_of_digit`. Digits on a large page can be small and close together, so
    only gaps below 1/24 of the ink's height are bridged.
    """
    return _connected(pixels, cell=ceil(box_around(shapes).height / 24))


def without_dust(shapes: Sequence[Shape]) -> list[Shape]:
    largest = max(len(shape.rows) for shape in shapes)
    return [shape for shape in shapes if len(shape.rows) >= SPECK * largest]


def digits_of(shapes: Iterable[Shape]) -> list[list[Shape]]:
    """Group shapes, given left to right, into the digits of a number.

    Empty if they are not a number: not in one row, a single digit, or more than MOST_DIGITS.
    """
    digits: list[list[Shape]] = []
    for shape in shapes:
        if digits and shared_columns(box_around(digits[-1]), shape.box) > ABOVE:
            digits[-1].append(shape)
        else:
            digits.append([shape])
    digits = _without_fragments(digits)
    beside = _in_a_row(map(box_around, digits))
    is_number = beside and not any(map(_is_two_rows, digits)) and 2 <= len(digits) <= MOST_DIGITS
    return digits if is_number else []


def bodies_in_no_row(pixels: Pixels, shapes: Iterable[Shape]) -> list[list[Shape]]:
    """What could be digits, left to right; none if it stands in a row.

    `shapes` come from `shapes_of_digit`. Of ROWS rows, each is looked at as closely as a
    number. What is too short for a digit is with the nearest.
    """
    cell = ceil(box_around(shapes).height / (24 * ROWS))
    bodies = _without_fragments([[shape] for shape in without_dust(_connected(pixels, cell))])
    return [] if _in_a_row(map(box_around, bodies)) else bodies


def _in_a_row(boxes: Iterable[Box]) -> bool:
    """Whether the boxes, given left to right, stand beside each other."""
    return all(shared_rows(a, b) >= BESIDE for a, b in pairwise(boxes))


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


def _without_fragments(digits: list[list[Shape]]) -> list[list[Shape]]:
    """Merge what is too short for a digit, such as the bar of a 5, into the nearest digit."""
    tallest = max((box_around(digit).height for digit in digits), default=0)
    tall = [digit for digit in digits if box_around(digit).height >= SHORTEST * tallest]
    short = [digit for digit in digits if box_around(digit).height < SHORTEST * tallest]
    for fragment in short:
        box = box_around(fragment)
        nearest = min(tall, key=lambda digit: gap(box_around(digit), box))
        nearest += fragment
    return tall


def _is_two_rows(digit: list[Shape]) -> bool:
    return max(shape.box.height for shape in digit) < MAIN_SHAPE * box_around(digit).height


def gap(a: Box, b: Box) -> int:
    """The columns between two boxes; negative if they overlap."""
    return max(a.left, b.left) - min(a.right, b.right)


def shared_columns(a: Box, b: Box) -> float:
    """The overlap as a share of the narrower box's width; negative if there is a gap."""
    return -gap(a, b) / min(a.width, b.width)


def shared_rows(a: Box, b: Box) -> float:
    """The overlap as a share of the shorter box's height; negative if there is a gap."""
    return (min(a.bottom, b.bottom) - max(a.top, b.top)) / min(a.height, b.height)


def _connected(pixels: Pixels, cell: int) -> list[Shape]:
    """The connected components of the pixels, without the finest dust, left to right.

    Computed on a grid of cells of `cell` pixels a side, which connects strokes that almost touch.
    """
    rows, columns = pixels
    part = parts_of(rows // cell, columns // cell)
    areas = np.bincount(part)
    kept = np.flatnonzero(areas >= FINEST * areas.max())
    shapes = [Shape.of(rows[part == number], columns[part == number]) for number in kept]
    return sorted(shapes, key=lambda shape: shape.box)
