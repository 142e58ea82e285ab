"""What is read in a drawing, a digit or a number, and the verdict: what about it is in doubt."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from model.picture.segmentation import MOST_DIGITS, Box

# The verdict's thresholds. How high an output must be is the network's own: see `Recognizer`.
SECOND, BOTH = 0.1, 0.9  # one of two digits: the second is at least so probable, and both are
SEEN = 0.2  # and the network's output at least this: of what is no digit, all ten are lower
TWO_WIDE = 2  # width / height: no digit is as wide, and two that touch hardly ever are
CLEARLY = 2  # one digit or two is certain if its score is this many times the other's,
CERTAIN_IF_CUT = 0.95  # and if the outputs for both pieces are as high: letters can be cut, too
EDGE = 1  # pixels: ink closer to the border is probably cut off
LONG = 5  # digits; a phone's canvas has hardly room for as many
LIKELY = 0.9  # that all digits of a long number are right
MOST = 3  # sentences: there is no room for more

SENTENCES = {
    "left_out_dot": "I left out a dot.",
    "left_out_dash": "I left out a dash.",
    "digits_only": "I know digits only.",
    "not_in_a_row": "To be read as a number, digits stand side by side.",
    "too_many": "I see {count} shapes, and read ten digits at most.",
    "shapes": "I see {count} separate shapes.",
    "edge": "It touches the edge: is a part of it missing?",
    "either": "This looks like {first} or {second}.",
    "either_of": "Digit {position} looks like {first} or {second}.",
    "no_digit": "This may not be a digit. If it is one, perhaps {guess}.",
    "no_digit_of": "Digit {position} may not be one. If it is, perhaps {guess}.",
    "long": "In so long a number a digit may be misread: look at each, or write larger.",
}


@dataclass(frozen=True)
class Prediction:
    """The network's answer for one digit."""

    digit: int | None  # None: nothing was drawn
    confidence: float  # of the digit, 0..1
    probabilities: np.ndarray  # (10,), sum to 1
    doubts: tuple[str, ...]  # "either", "no_digit"; from `recognize`, all of `Reading.doubts`
    image: np.ndarray  # (28, 28) float32 in 0..1: what the network saw
    strength: float = 0.0  # the network's largest output
    ink: np.ndarray | None = None  # (H, W) uint8: the digit cut out
    box: Box | None = None  # where, in `Reading.ink`; of two that touch, each is as high as both

    @property
    def certain(self) -> bool:
        """False: a guess; the drawing may not even be a digit."""
        return self.digit is not None and not self.doubts

    @property
    def candidates(self) -> tuple[int, ...]:
        """The two most probable digits, in ascending order."""
        return tuple(sorted(self.probabilities.argsort()[-2:].tolist()))

    def in_doubt(self) -> "Prediction":
        """The same answer in doubt: one of two digits, or perhaps none at all."""
        second, first = np.sort(self.probabilities)[-2:]
        is_either = second >= SECOND and first + second >= BOTH and self.strength >= SEEN
        return replace(self, doubts=("either" if is_either else "no_digit",))


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
        return "".join(str(digit.digit) for digit in self.digits)

    @property
    def certain(self) -> bool:
        """Whether something is written, and nothing about it is in doubt."""
        return bool(self.digits) and not self.doubts

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is in doubt, in codes: the keys of SENTENCES, but for "left_out"."""
        certain = all(digit.certain for digit in self.digits)
        # With each digit, and the smaller they are on their canvas, one is likelier misread.
        likely = math.prod(digit.confidence for digit in self.digits) >= LIKELY
        shapes_of_one = len(self.shapes) if len(self.digits) == 1 else 1
        found = ["left_out"] if self.left_out else []
        if not self.in_a_row:
            return (*found, "not_in_a_row")
        if certain and (found or likely or len(self.digits) < LONG):
            return tuple(found)
        if shapes_of_one > MOST_DIGITS:
            return (*found, "too_many")
        if shapes_of_one > 1:
            found.append("shapes")
        if any(box.margin(self.ink) < EDGE for box in self.shapes):
            found.append("edge")
        found += [doubt for digit in self.digits for doubt in digit.doubts]
        return tuple(dict.fromkeys(found or ["long"]))

    @property
    def verdict(self) -> str:
        """Return "blank", "sure", "not_sure", or of a single digit "either" or "no_digit"."""
        if not self.digits or self.certain:
            return "sure" if self.digits else "blank"
        if not self.in_a_row:
            return "no_digit"
        first, *others = self.digits
        return "not_sure" if others or first.certain else first.doubts[0]

    def sentences(self, words: Mapping[str, str] = SENTENCES) -> list[str]:
        """The doubts as sentences, MOST at most; `words` has the keys of SENTENCES."""
        doubts, suffix = self.doubts, "_of" if len(self.digits) > 1 else ""
        keys = [f"left_out_{mark}" for mark in dict.fromkeys(self.left_out)]
        keys += ["digits_only"] if doubts == ("left_out",) else []
        keys += [doubt for doubt in doubts if doubt not in ("left_out", "either", "no_digit")]
        told = [words[key].format(count=len(self.shapes)) for key in keys]
        for position, digit in enumerate(self.digits, start=1):
            first, second = digit.candidates
            values = {"position": position, "first": first, "second": second, "guess": digit.digit}
            own = [doubt for doubt in digit.doubts if doubt in doubts]
            told += [words[doubt + suffix].format(**values) for doubt in own]
        return told[:MOST]
