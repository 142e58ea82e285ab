"""Which ink belongs together: the separate shapes in a drawing, and the digits that they make.

A digit can be several shapes (a 5 and its bar), and several shapes can be several digits. Only
places and sizes are looked at here, and they do not always tell one from the other: what may be a
number, `model.recognizer` lets the network confirm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import numpy as np

from model.picture.ink import FAINTEST, threshold

SPECK = 0.06  # of the largest shape's ink: a smaller shape is dust
ABOVE = 0.5  # of the narrower one's width: sharing more columns, two shapes are one digit
BESIDE = 0.5  # of the shorter one's height: sharing fewer rows, two digits are no number
SHORTEST = 0.45  # of the tallest digit's height: what is shorter is only a part of a digit
MAIN_SHAPE = 0.6  # of its digit's height: without one as tall, it is rather two rows of digits
WIDEST = 1.4  # width of one digit, to its height
MOST_DIGITS = 10  # in a number


class Box(NamedTuple):
    """A rectangle of pixels; `right` and `bottom` are the first ones outside."""

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


@dataclass(frozen=True)
class Shape:
    """Some of the ink: the rows (N,) and columns (N,) of its pixels, and the box around them."""

    rows: np.ndarray
    columns: np.ndarray
    box: Box

    @classmethod
    def of(cls, rows: np.ndarray, columns: np.ndarray) -> "Shape":
        corners = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        return cls(rows, columns, Box(*map(int, corners)))


def shapes_of_digit(ink: np.ndarray) -> list[Shape]:
    """The shapes in ink (H, W) uint8 that is one digit, without dust; none if nothing is drawn.

    Connected is what is not a 32nd of the picture's side apart: most of a digit is one shape.
    """
    if ink.max() < FAINTEST:
        return []
    return _connected(ink, cell=ceil(max(ink.shape) / 32))


def shapes_of_number(ink: np.ndarray, shapes: Iterable[Shape]) -> list[Shape]:
    """The shapes in ink that is a number, without dust, left to right.

    `shapes` are those which `shapes_of_digit` found. Digits on a large page can be small, and close
    to each other: connected is what is not a 24th of the ink's height apart.
    """
    return _connected(ink, cell=ceil(box_around(shapes).height / 24))


def digits_of(shapes: Iterable[Shape]) -> list[list[Shape]]:
    """The digits that shapes, given left to right, make if they are a number: each its shapes.

    Empty if they are none: if they stand in no row, if there is one only, or too many.
    """
    digits: list[list[Shape]] = []
    for shape in shapes:
        if digits and _shared_columns(box_around(digits[-1]), shape.box) > ABOVE:
            digits[-1].append(shape)
        else:
            digits.append([shape])
    digits = _without_fragments(digits)
    boxes = [box_around(digit) for digit in digits]
    in_a_row = all(_shared_rows(a, b) >= BESIDE for a, b in pairwise(boxes))
    if not in_a_row or any(map(_is_two_rows, digits)) or not 2 <= len(digits) <= MOST_DIGITS:
        return []
    return digits


def is_too_wide(shapes: Iterable[Shape]) -> bool:
    """Whether the shapes together are too wide to be one digit."""
    box = box_around(shapes)
    return box.width > WIDEST * box.height


def cut_out(ink: np.ndarray, shapes: Iterable[Shape]) -> np.ndarray:
    """The ink of these shapes alone, uint8, cropped, with zeros around it."""
    shapes = list(shapes)
    box = box_around(shapes)
    alone = np.zeros((box.height, box.width), np.uint8)
    for shape in shapes:
        alone[shape.rows - box.top, shape.columns - box.left] = ink[shape.rows, shape.columns]
    return alone


def box_around(shapes: Iterable[Shape]) -> Box:
    lefts, tops, rights, bottoms = zip(*(shape.box for shape in shapes))
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def _without_fragments(digits: list[list[Shape]]) -> list[list[Shape]]:
    """Gives what is too short for a digit, such as the bar of a 5, to the nearest one."""
    tallest = max((box_around(digit).height for digit in digits), default=0)
    tall, short = [], []
    for digit in digits:
        is_tall = box_around(digit).height >= SHORTEST * tallest
        (tall if is_tall else short).append(digit)
    for fragment in short:
        box = box_around(fragment)
        nearest = min(tall, key=lambda digit: _gap(box_around(digit), box))
        nearest += fragment
    return tall


def _is_two_rows(digit: list[Shape]) -> bool:
    tallest = max(shape.box.height for shape in digit)
    return tallest < MAIN_SHAPE * box_around(digit).height


def _gap(a: Box, b: Box) -> int:
    """How many columns are between them; negative if they share columns."""
    return max(a.left, b.left) - min(a.right, b.right)


def _shared_columns(a: Box, b: Box) -> float:
    """The share of the narrower one's width that both have; negative if there is a gap."""
    return -_gap(a, b) / min(a.width, b.width)


def _shared_rows(a: Box, b: Box) -> float:
    """The share of the shorter one's height that both have; negative if there is a gap."""
    return (min(a.bottom, b.bottom) - max(a.top, b.top)) / min(a.height, b.height)


def _connected(ink: np.ndarray, cell: int) -> list[Shape]:
    """The connected shapes in the ink, without dust, left to right.

    Looked at on a grid of cells of `cell` pixels a side: strokes that almost touch are connected.
    """
    rows, columns = np.nonzero(ink > threshold(ink))
    part = _parts(rows // cell, columns // cell)
    areas = np.bincount(part)
    kept = np.flatnonzero(areas >= SPECK * areas.max())
    shapes = [Shape.of(rows[part == number], columns[part == number]) for number in kept]
    return sorted(shapes, key=lambda shape: shape.box)


def _parts(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """For each cell (N,), a number 0, 1, … that it shares with the cells it is connected to."""
    line = int(columns.max()) + 2  # an empty cell ends each row of cells
    cells = rows * line + columns
    around = [dy * line + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    part_of = np.zeros(cells.max() + 1, np.intp)
    remaining = set(np.flatnonzero(np.bincount(cells)).tolist())
    parts = 0
    while remaining:
        part = [remaining.pop()]
        for here in part:  # grows while it is walked along
            near = remaining.intersection(here + step for step in around)
            remaining -= near
            part.extend(near)
        part_of[part] = parts
        parts += 1
    return part_of[cells]
