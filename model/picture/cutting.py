"""Candidate cuts through ink that may be two touching digits; the recognizer chooses among them.

A cut is a path from top to bottom, one column per row, through as little ink as possible (Casey &
Lecolinet 1996, "A survey of methods and strategies in character segmentation").
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from model.picture.measures import stroke_width, threshold
from model.picture.segmentation import SHORTEST, SPECK, Shape, box_around, cut_out

MOST_CUTS = 6  # preparing the pieces takes most of the time
ROWS = (0.25, 0.5, 0.75)  # of the height: paths are compared on these rows
SLANT = 0.15  # price of a step to the side; a pixel of ink costs 1
# Added to the log of the fit, per stroke width of ink: on the path, and beside it.
PRICE, NECK = -0.7, 0.6


class Cut(NamedTuple):
    """The two pieces of the ink, and how well they fit two digits."""

    left: Shape
    right: Shape
    fit: float  # above 0, mostly below 1


def cuts(ink: np.ndarray, shapes: Sequence[Shape]) -> list[Cut]:
    """At most MOST_CUTS cuts of shapes in ink (H, W) uint8, cheapest path first.

    The fit is better for less ink on the path, more ink beside it, and pieces more alike in height
    and area.
    """
    alone, box = cut_out(ink, shapes), box_around(shapes)
    mask = np.pad(alone > threshold(alone), 1)
    stroke, dust = stroke_width(mask), SPECK * mask.sum()
    found: list[Cut] = []
    lefts: list[np.ndarray] = []
    for path, price in _paths(mask):
        left = mask & (np.arange(mask.shape[1]) < path[:, None])
        less = min(left.sum(), mask.sum() - left.sum())
        if less < dust or any((left ^ other).sum() < dust for other in lefts):
            continue
        lefts.append(left)
        pieces = []
        for piece in (left, mask & ~left):
            rows, columns = np.nonzero(piece[1:-1, 1:-1])
            pieces.append(Shape.of(rows + box.top, columns + box.left))
        shorter, taller = sorted(piece.box.height for piece in pieces)
        if shorter >= SHORTEST * taller:
            neck = np.exp(NECK * _growth(mask, path, stroke) + PRICE * price / stroke)
            fit = (2 * less / mask.sum() * shorter / taller) ** 2 * neck
            found.append(Cut(pieces[0], pieces[1], float(fit)))
        if len(found) == MOST_CUTS:
            break
    return found


def _growth(mask: np.ndarray, path: np.ndarray, stroke: float) -> float:
    """How much more ink the path would cross one stroke width to the left or right.

    In stroke widths; the lesser of both sides.
    """
    aside = max(1, round(stroke))
    beyond = np.pad(mask, ((0, 0), (aside, aside)))
    columns = path + aside * np.array([[0], [1], [2]])
    left, here, right = beyond[np.arange(len(mask)), columns].sum(axis=1)
    return float(min(left, right) - here) / stroke


def _paths(mask: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Paths (H,) of columns through the local minima on ROWS; their prices, cheapest first."""
    prices, last = mask.astype(np.float32), len(mask) - 1
    down, above = _cheapest(prices)
    up, below = _cheapest(prices[::-1])
    through = down + up[::-1] - prices
    starts = []
    for row in (round(share * last) for share in ROWS):
        line = through[row]
        dips = 1 + np.flatnonzero((line[1:-1] < line[:-2]) & (line[1:-1] <= line[2:]))
        starts += [(float(line[column]), row, column) for column in dips.tolist()]
    found = []
    for price, row, column in sorted(starts):
        path = _traced(above, row, column) + _traced(below, last - row, column)[-2::-1]
        found.append((np.array(path), price))
    return found


def _cheapest(prices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The price of the cheapest path from the top to each pixel, and its column in the row above.

    Both are (H, W), like the prices of pixels; the first row of the columns is all 0.
    """
    totals = np.pad(prices, ((0, 0), (1, 1)), constant_values=np.inf)
    for row in range(1, len(prices)):
        above = totals[row - 1]
        totals[row, 1:-1] += np.minimum(above[1:-1], np.minimum(above[:-2], above[2:]) + SLANT)
    steps = np.array([0, -1, 1])
    above = np.stack([totals[:-1, 1:-1], totals[:-1, :-2], totals[:-1, 2:]], axis=-1)
    best = (above + np.float32(SLANT) * np.abs(steps)).argmin(axis=-1)
    columns = np.arange(prices.shape[1]) + steps[best]
    return totals[:, 1:-1], np.pad(columns, ((1, 0), (0, 0)))


def _traced(origins: np.ndarray, row: int, column: int) -> list[int]:
    """The columns of the cheapest path from the top to a pixel."""
    path = [column]
    for below in range(row, 0, -1):
        path.append(origins[below, path[-1]])
    return path[::-1]
