"""The result of reading a drawing: digits, numbers, and the verdict, with its doubts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from model.network.layers import Array
from model.picture.segmentation import MOST_DIGITS, Box
from model.picture.signs import Mark

NO_DIGIT = 10  # the label of a non-digit

# Thresholds of the verdict. For a certain digit:
RIVAL_WEIGHT = 0.25  # of the second output against the first: chosen on pen digits and letters
NARROWEST = 0.2  # least width / height of a digit other than 1
CLEAR_LEAD = 4  # least ratio of the scores of one digit and of two that touch, or vice versa
CERTAIN_IF_CUT = 0.95  # least output for each of two that touch: letters can be cut, too
# For one of two digits ("either"), rather than perhaps none:
EITHER_SECOND, EITHER_BOTH = 0.1, 0.9  # least probability of the second, and of both together
EITHER_OUTPUT = 0.2  # least value of the largest output: for non-digits, all ten are lower
# For a long number, in which some digit is likely to be misread:
LONG = 5  # digits: a phone's canvas hardly has room for so many
LIKELY = 0.9  # least probability that all digits of a long number are right
MOST = 3  # sentences shown: there is no room for more

KINDS = ("dot", "dash", "slash", "bracket", "sign")  # of marks
SENTENCES = {
    **{f"left_out_{kind}": f"I left out a {kind}." for kind in KINDS},
    "digits_only": "I know digits only.",
    "too_many": "I see {count} shapes, and read {most} digits in a line at most.",
    "shapes": "I see {count} separate shapes.",
    "edge": "It touches the edge: is a part of it missing?",
    "either": "This looks like {first} or {second}.",
    "either_of": "Digit {position} looks like {first} or {second}.",
    "no_digit": "This may not be a digit. If it is one, perhaps {guess}.",
    "slash": "This may be a slash.",
    "slash_of": "Digit {position} may be a slash.",
    "no_digit_of": "Digit {position} may not be one. If it is, perhaps {guess}.",
    "long": "In so long a number a digit may be misread: look at each, or write larger.",
}


@dataclass(frozen=True)
class Prediction:
    """The network's answer for one digit."""

    digit: int | None  # None: nothing was drawn
    confidence: float  # of the digit, 0..1
    probabilities: Array  # (10,), sum to 1
    doubts: tuple[str, ...]  # "either", "no_digit", "slash"; from `recognize`, all of a `Reading`
    image: Array  # (28, 28) float32 in 0..1: what the network saw
    strength: float = 0.0  # the network's largest output
    ink: np.ndarray | None = None  # (H, W) uint8: the digit cut out
    box: Box | None = None  # in `Reading.ink`

    @property
    def certain(self) -> bool:
        """Whether nothing is in doubt; otherwise it is a guess, and may not be a digit."""
        return self.digit is not None and not self.doubts

    @property
    def candidates(self) -> tuple[int, ...]:
        """The two most probable digits, in ascending order."""
        return tuple(sorted(self.probabilities.argsort()[-2:].tolist()))

    def in_doubt(self, kind: str = "") -> "Prediction":
        """The same answer in doubt; `kind` is that of the sign that it may be, from `signs_in`."""
        second, first = np.sort(self.probabilities)[-2:]
        is_probable = second >= EITHER_SECOND and first + second >= EITHER_BOTH
        is_one_or_seven = kind == "one?" and self.candidates == (1, 7)
        is_either = is_one_or_seven or (is_probable and self.strength >= EITHER_OUTPUT)
        doubt = "slash" if kind == "slash?" else "either" if is_either else "no_digit"
        return replace(self, doubts=(doubt,))


@dataclass(frozen=True)
class Reading:
    """The number in one drawing, often a single digit; or several, one below the other."""

    lines: tuple[tuple[Prediction, ...], ...]  # top to bottom; none: nothing was drawn
    ink: np.ndarray  # (H, W) uint8, from `model.picture.ink.ink_of`
    shapes: tuple[Box, ...]  # around the digits' connected components, left to right
    marks: tuple[Mark, ...] = ()  # what was left out beside the digits

    @property
    def digits(self) -> tuple[Prediction, ...]:
        """The digits of all lines."""
        return sum(self.lines, ())

    @property
    def text(self) -> str:
        """The number as text, such as "2026", one line for each; "" if nothing was drawn."""
        return "\n".join("".join(str(digit.digit) for digit in line) for line in self.lines)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The kinds of the marks: "dot", "dash", "slash", "bracket", "sign"."""
        return tuple(mark.kind for mark in self.marks)

    @property
    def certain(self) -> bool:
        """Whether something was read, and nothing about it is in doubt."""
        return bool(self.digits) and not self.doubts

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is in doubt, as codes: keys of SENTENCES, or "left_out"."""
        found = ["left_out"] if self.marks else []
        of_digits = [doubt for digit in self.digits for doubt in digit.doubts]
        # The more digits, and the smaller, the more likely one is misread.
        long = [line for line in self.lines if len(line) >= LONG]
        is_long = any(math.prod(digit.confidence for digit in line) < LIKELY for line in long)
        if not of_digits and (found or not is_long):
            return tuple(found)
        if len(self.digits) == 1 and len(self.shapes) > MOST_DIGITS:
            return (*found, "too_many")
        if len(self.digits) == 1 and len(self.shapes) > 1:
            found.append("shapes")
        if any(box.margin(self.ink) == 0 for box in self.shapes):  # a part may be cut off
            found.append("edge")
        return tuple(dict.fromkeys(found + of_digits or ["long"]))

    @property
    def verdict(self) -> str:
        """Return "blank", "sure" or "not_sure"; for a single digit also "either" or "no_digit"."""
        if not self.digits:
            return "blank"
        if len(self.digits) == 1 and self.digits[0].doubts in (("either",), ("no_digit",)):
            return self.digits[0].doubts[0]
        return "sure" if self.certain else "not_sure"

    def sentences(self, words: Mapping[str, str] = SENTENCES) -> list[str]:
        """The doubts as at most MOST sentences; `words` has the keys of SENTENCES."""
        doubts, suffix = self.doubts, "_of" if len(self.digits) > 1 else ""
        keys = [f"left_out_{mark}" for mark in dict.fromkeys(self.left_out)]
        keys += ["digits_only"] if doubts == ("left_out",) else []
        keys += [doubt for doubt in doubts if doubt in ("too_many", "shapes", "edge", "long")]
        sentences = [words[key].format(count=len(self.shapes), most=MOST_DIGITS) for key in keys]
        for position, digit in enumerate(self.digits, start=1):
            first, second = digit.candidates
            values = {"position": position, "first": first, "second": second, "guess": digit.digit}
            own = [doubt for doubt in digit.doubts if doubt in doubts]
            sentences += [words[doubt + suffix].format(**values) for doubt in own]
        return sentences[:MOST]
