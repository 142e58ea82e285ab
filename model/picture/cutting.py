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
NECK = 0.3  # added to the log of the fit per stroke width of ink that the path avoids


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
            neck = np.exp(NECK * _growth(mask, path, stroke) - price / stroke)
            fit = 2 * less / mask.sum() * shorter / taller * neck
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
    prices = mask.astype(np.float32)
    down, up = _totals(np.stack([prices, prices[::-1]]))
    through = down + up[::-1] - prices
    starts = []
    for row in (round(share * (len(mask) - 1)) for share in ROWS):
        line = through[row]
        dips = 1 + np.flatnonzero((line[1:-1] < line[:-2]) & (line[1:-1] <= line[2:]))
        starts += [(float(line[column]), row, column) for column in dips]
    if not starts:
        return []
    totals, rows, columns = (np.array(each) for each in zip(*sorted(starts)))
    above = _traced(down, rows, columns)
    below = _traced(up, len(mask) - 1 - rows, columns)[::-1]
    paths = np.where(np.arange(len(mask))[:, None] <= rows, above, below).T
    return list(zip(paths, totals.tolist()))


def _totals(prices: np.ndarray) -> np.ndarray:
    """The price of the cheapest path from the top to each pixel: (N, H, W), like `prices`."""
    totals = prices.copy()
    for row in range(1, prices.shape[1]):
        above, best = totals[:, row - 1], totals[:, row - 1].copy()
        np.minimum(best[:, 1:], above[:, :-1] + np.float32(SLANT), out=best[:, 1:])
        np.minimum(best[:, :-1], above[:, 1:] + np.float32(SLANT), out=best[:, :-1])
        totals[:, row] += best
    return totals


def _traced(totals: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Trace the cheapest paths from pixels (N,) up: (H, N) columns, constant below the pixels."""
    padded = np.pad(totals, ((0, 0), (1, 1)), constant_values=np.inf)
    steps = np.array([[0], [-1], [1]])
    slant = np.float32(SLANT) * np.abs(steps)
    paths = np.tile(columns, (len(totals), 1))
    every = np.arange(len(columns))
    for row in range(len(totals) - 1, 0, -1):
        near = paths[row] + steps
        best = (padded[row - 1][near + 1] + slant).argmin(axis=0)
        paths[row - 1] = np.where(row <= rows, near[best, every], columns)
    return paths
