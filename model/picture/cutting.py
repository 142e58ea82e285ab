"""Cuts through ink that may be two digits that touch.

A cut is a path from top to bottom, one column per row, through as little ink as possible (Casey &
Lecolinet 1996, "A survey of methods and strategies in character segmentation"). Only the ink is
looked at here. Which cut is right, if any, `model.recognizer` asks the network.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from model.picture.measures import stroke_width, threshold
from model.picture.segmentation import SHORTEST, SPECK, Shape, box_around, cut_out

MOST_CUTS = 6  # preparing their pieces takes most of the time
THROUGH = (0.25, 0.5, 0.75)  # of the height: on these rows, paths are compared
SLANT = 0.15  # the price of a step to the side; a pixel of ink costs 1
NECK = 0.3  # what each stroke's width of ink is worth that stands beside the cut, but not in it


class Cut(NamedTuple):
    """Two pieces, as shapes of the ink that is cut; and how well they fit two digits."""

    left: Shape
    right: Shape
    fit: float  # above 0, mostly below 1


def cuts(ink: np.ndarray, shapes: Sequence[Shape]) -> list[Cut]:
    """At most MOST_CUTS cuts of shapes in ink (H, W) uint8, those through the least ink first.

    A fit is the better, the less ink is cut, the more like a neck the place is, and the more alike
    the pieces are in height and in area.
    """
    alone, box = cut_out(ink, shapes), box_around(shapes)
    mask = np.pad(alone > threshold(alone), 1)
    stroke, dust = stroke_width(mask), SPECK * mask.sum()
    found: list[Cut] = []
    known: list[np.ndarray] = []
    for path, price in _paths(mask):
        left = mask & (np.arange(mask.shape[1]) < path[:, None])
        less = min(left.sum(), mask.sum() - left.sum())
        if less < dust or any((left ^ other).sum() < dust for other in known):
            continue
        known.append(left)
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
    """By how much more ink a path would cross, were it a stroke's width to the left or right.

    In strokes' widths; the lesser of both sides.
    """
    aside = max(1, round(stroke))
    beyond = np.pad(mask, ((0, 0), (aside, aside)))
    columns = path + aside * np.array([[0], [1], [2]])
    left, here, right = beyond[np.arange(len(mask)), columns].sum(axis=1)
    return float(min(left, right) - here) / stroke


def _paths(mask: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Paths (H,) of columns from top to bottom, with their prices, cheapest first.

    On each row of THROUGH, those that are cheaper than through the columns beside.
    """
    prices = mask.astype(np.float32)
    down, up = _totals(np.stack([prices, prices[::-1]]))
    through = down + up[::-1] - prices
    starts = []
    for row in (round(share * (len(mask) - 1)) for share in THROUGH):
        line = through[row]
        dips = 1 + np.flatnonzero((line[1:-1] < line[:-2]) & (line[1:-1] <= line[2:]))
        starts += [(float(line[column]), row, column) for column in dips]
    if not starts:
        return []
    totals, rows, columns = (np.array(each) for each in zip(*sorted(starts)))
    above = _followed(down, rows, columns)
    below = _followed(up, len(mask) - 1 - rows, columns)[::-1]
    paths = np.where(np.arange(len(mask))[:, None] <= rows, above, below).T
    return list(zip(paths, totals.tolist()))


def _totals(prices: np.ndarray) -> np.ndarray:
    """The price of the cheapest path from the top to each pixel: (N, H, W), as `prices`."""
    totals = prices.copy()
    for row in range(1, prices.shape[1]):
        above, best = totals[:, row - 1], totals[:, row - 1].copy()
        np.minimum(best[:, 1:], above[:, :-1] + np.float32(SLANT), out=best[:, 1:])
        np.minimum(best[:, :-1], above[:, 1:] + np.float32(SLANT), out=best[:, :-1])
        totals[:, row] += best
    return totals


def _followed(totals: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Follow the cheapest paths to the top from some pixels (N,): (H, N) columns.

    Below its pixel, a path is where the pixel is.
    """
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
