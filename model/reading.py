"""What is read in a drawing: a digit, or a number."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from model.picture.segmentation import Box

LONG = 5  # digits; a phone's canvas has hardly room for as many
LIKELY = 0.9  # that all digits of a long number are right


@dataclass(frozen=True)
class Prediction:
    """The network's answer for one digit."""

    digit: int | None  # None: nothing was drawn
    confidence: float  # of the digit, 0..1
    probabilities: np.ndarray  # (10,), sum to 1
    certain: bool  # False: a guess; the drawing may not even be a digit
    image: np.ndarray  # (28, 28) float32 in 0..1: what the network saw
    strength: float = 0.0  # the network's largest output
    ink: np.ndarray | None = None  # (H, W) uint8: the digit cut out, in a `Reading`


@dataclass(frozen=True)
class Reading:
    """The number in one drawing, often a single digit."""

    digits: tuple[Prediction, ...]  # left to right; empty: nothing was drawn
    ink: np.ndarray  # (H, W) uint8, from `model.picture.ink.ink_of`
    shapes: tuple[Box, ...]  # around the digits' connected components, left to right
    left_out: tuple[str, ...] = ()  # what beside the digits is not read: "dot", "dash"
    in_a_row: bool = True  # False: digits stand one above the other, or on a diagonal

    @property
    def text(self) -> str:
        """The number as text, such as "2026"; "" if nothing was drawn."""
        return text_of(self.digits)

    @property
    def certain(self) -> bool:
        """Whether something is written, all of it is read, and every digit is certain.

        With each digit of a long number, and the smaller they are on their canvas, it is likelier
        that one is misread: there, their confidences must multiply to LIKELY.
        """
        if not self.digits or self.left_out or not self.in_a_row:
            return False
        likely = math.prod(digit.confidence for digit in self.digits) >= LIKELY
        return all(digit.certain for digit in self.digits) and (likely or len(self.digits) < LONG)


def text_of(digits: Iterable[Prediction]) -> str:
    return "".join(str(digit.digit) for digit in digits)
