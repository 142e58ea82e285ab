"""What would change the network's mind: the smallest square without whose ink it reads another.

Covering parts of a picture to see which matter is from Zeiler & Fergus 2014, "Visualizing and
understanding convolutional networks", section 4.2.
"""

from dataclasses import dataclass

import numpy as np

from model.inside.passes import first_and_rest, forward
from model.network import Network

SIDES = range(3, 10)  # of the squares, in pixels: larger ones take away half a digit


@dataclass(frozen=True)
class Patch:
    """A square of pixels, its upper left corner at (row, column), and the digit read without it."""

    side: int
    row: int
    column: int
    digit: int


def smallest_patch(network: Network, x: np.ndarray) -> Patch | None:
    """The smallest patch of x (784,) float32 that must be set to 0 for the digit to change.

    Of those of one side, the one whose new digit is farthest ahead of the second, by their logits.
    None if no patch of these SIDES changes the digit.
    """
    first, rest = first_and_rest(network)
    Z = first.forward(x[None])
    digit = forward(rest, Z)[-1].argmax()
    # The first layer only sums up: without a patch, its sums lack what the patch had added.
    added = _table((x[:, None] * first.W).reshape(28, 28, -1))
    inked = _table((x > 0).astype(int).reshape(28, 28))
    for side in SIDES:
        places = np.argwhere(_sums(inked, side) > 0)  # elsewhere there is nothing to take away
        logits = forward(rest, Z - _sums(added, side)[tuple(places.T)])[-1]
        changed = np.flatnonzero(logits.argmax(axis=1) != digit)
        if len(changed):
            second, best = np.sort(logits[changed], axis=1)[:, -2:].T
            clearest = changed[(best - second).argmax()]
            row, column = places[clearest].tolist()
            return Patch(side, row, column, int(logits[clearest].argmax()))
    return None


def _table(values: np.ndarray) -> np.ndarray:
    """The sums over all rectangles from the upper left corner, (29, 29, …) for values (28, 28, …).

    With it, the sum over any rectangle takes four numbers (Crow 1984, "Summed-area tables").
    """
    table = np.zeros((29, 29, *values.shape[2:]), values.dtype)
    table[1:, 1:] = values.cumsum(axis=0).cumsum(axis=1)
    return table


def _sums(table: np.ndarray, side: int) -> np.ndarray:
    """The sums over all squares of this side, by their upper left corners: (29 − side, …)."""
    upper, lower = table[:-side], table[side:]
    return lower[:, side:] - lower[:, :-side] - upper[:, side:] + upper[:, :-side]
