"""What would change the answer: the smallest square without whose ink another digit is read.

Covering parts of a picture to see which matter is from Zeiler & Fergus 2014, "Visualizing and
understanding convolutional networks", section 4.2.
"""

from dataclasses import dataclass

import numpy as np

from model.network import Network
from model.network.layers import Array
from model.network.network import forward

SIDES = range(3, 10)  # of the squares, in pixels: larger ones cover half a digit


@dataclass(frozen=True)
class Patch:
    """A square of pixels, its upper left corner at (row, column), and the digit read without it."""

    side: int
    row: int
    column: int
    digit: int


def smallest_patch(network: Network, x: Array) -> Patch | None:
    """The smallest patch of x (784,) float32 that must be set to 0 for the digit to change.

    Of equally small ones, the one with the clearest new digit, by the lead of its logit. None if no
    patch of these SIDES changes the digit.
    """
    first, rest = network.dense_layers[0], network.layers[1:]
    Z = first.forward(x[None])
    digit = forward(rest, Z)[-1].argmax()
    # The first layer's sums lose what the patch added. One more column counts the inked pixels.
    added = np.column_stack([x[:, None] * first.W, x > 0])
    # Sums over all rectangles from the upper left corner: the sum over any rectangle then takes
    # four of them (Crow 1984, "Summed-area tables").
    table = added.reshape(28, 28, -1).cumsum(axis=0).cumsum(axis=1)
    table = np.pad(table, ((1, 0), (1, 0), (0, 0)))
    for side in SIDES:
        upper, lower = table[:-side], table[side:]
        sums = lower[:, side:] - lower[:, :-side] - upper[:, side:] + upper[:, :-side]
        places = np.argwhere(sums[..., -1] > 0)  # patches with ink
        logits = forward(rest, Z - sums[tuple(places.T)][:, :-1])[-1]
        changed = np.flatnonzero(logits.argmax(axis=1) != digit)
        if len(changed):
            second, best = np.sort(logits[changed], axis=1)[:, -2:].T
            clearest = changed[(best - second).argmax()]
            row, column = places[clearest].tolist()
            return Patch(side, row, column, int(logits[clearest].argmax()))
    return None
