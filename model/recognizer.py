"""From a drawing to an answer: prepare the drawing as MNIST was, then run the network.

`Recognizer.recognize` reads one digit, `Recognizer.read` a number of up to ten digits.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from model.network import Network, weights
from model.network.layers import softmax
from model.picture.cutting import cuts
from model.picture.ink import ink_of
from model.picture.marks import without_marks
from model.picture.prepare import prepare, prepare_ink
from model.picture.segmentation import (
    MOST_DIGITS,
    Shape,
    bodies_in_rows,
    box_around,
    cut_out,
    digits_of,
    in_a_row,
    is_too_wide,
    parts_of_number,
    shapes_of_digit,
)
from model.reading import Prediction, Reading, text_of

# Whether ink is one digit or two that touch. Chosen on pen digits, so that of a thousand that stand
# alone at most one more is misread.
ALONE = 0.35  # the score as one digit where the odds are even and the ink is as wide as high
IN_A_ROW = 0.7  # the same beside digits that stand apart: then these two would do so, too
TWO_WIDE = 2  # width / height: no digit is as wide, and two that touch hardly ever are
SATURATED = 0.98  # higher outputs say no more about how likely one digit is
CLEARLY = 2  # the best reading is certain if its score is this many times the second's,
CERTAIN_IF_CUT = 0.95  # and if the outputs for both pieces are as high: letters can be cut, too


class Recognizer:
    """A network and the preparation of its input.

    It keeps no state between calls, so one recognizer can serve many threads.
    """

    def __init__(
        self,
        network: Network,
        temperature: float = 1.0,
        certain_above: float = 0.5,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """`temperature` divides the logits before the softmax (Guo et al. 2017).

        An answer is certain if the network's largest output is at least `certain_above`: each of
        ten sigmoids (or linear outputs) scores its digit independently, so all ten can be low.

        `metadata` comes from the weights file: its scores, for example.

        Raises ValueError if a number is out of range, or if the network does not have 784 inputs
        and 10 outputs.
        """
        if (network.sizes[0], network.sizes[-1]) != (784, 10):
            raise ValueError(
                f"the network has {network.sizes[0]} inputs and {network.sizes[-1]} outputs;"
                " expected 784 and 10"
            )
        if not 0 < temperature < float("inf"):
            raise ValueError(f"the temperature is {temperature}; expected a positive number")
        least, greatest = network.loss.output_range
        if not (math.isfinite(certain_above) and least <= certain_above <= greatest):
            raise ValueError(
                f"certain_above is {certain_above}; expected a finite number in"
                f" {least:g}..{greatest:g}, where this network's outputs are"
            )
        self.network = network
        self.temperature = temperature
        self.certain_above = certain_above
        self.metadata = metadata or {}

    @classmethod
    def load(cls, path: Path | str) -> "Recognizer":
        """Load a recognizer from a weights file; without calibration, confidences are rough.

        Raises FileNotFoundError, or ValueError naming the file if it is unusable.
        """
        network, metadata = weights.load(Path(path))
        try:
            calibration = {k: float(v) for k, v in metadata.get("calibration", {}).items()}
            return cls(network, **calibration, metadata=metadata)
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from None

    def recognize(self, drawing: Any) -> Prediction:
        """Recognize one digit.

        `drawing` is a PIL image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4); color, size and
        position of the ink do not matter.

        Raises ValueError, worded for the person who drew, for anything else.
        """
        return self._predict(prepare(drawing))

    def read(self, drawing: Any) -> Reading:
        """Read a number: several digits side by side, of which some two may touch; or one digit.

        Candidate digits are a number if together they are too wide for one digit, or if the
        network's output for the weakest of them exceeds that for all the ink as one digit. Where
        one shape looks like two digits, it is cut. A single digit is read exactly as by
        `recognize`, but is not certain if it could as well be two. A point, a comma or a minus is
        no part of the digits, but makes the reading uncertain.

        Takes the same drawings and raises the same errors as `recognize`.
        """
        ink = ink_of(drawing)
        one = shapes_of_digit(ink)
        if not one:
            return Reading((), ink, ())
        shapes, left_out = without_marks(parts_of_number(ink, one))
        whole = self._read(cut_out(ink, shapes if left_out else one))
        boxes = tuple(shape.box for shape in shapes)
        if len(shapes) == 1:
            digits = self._one_or_two(cut_out(ink, shapes), whole, ALONE)
        else:
            digits = self._side_by_side(ink, shapes, whole)
        is_row = len(digits) > 1 or self._is_one(ink, one)
        return Reading(digits, ink, boxes, left_out, is_row)

    def _side_by_side(
        self, ink: np.ndarray, shapes: list[Shape], whole: Prediction
    ) -> tuple[Prediction, ...]:
        """The digits of a number in several shapes; or the digit `whole`, if they are but one."""
        digits: list[Prediction] = []
        for group in digits_of(shapes):
            digit = cut_out(ink, group)
            prediction = self._read(digit)
            digits += (
                self._one_or_two(digit, prediction, IN_A_ROW) if len(group) == 1 else [prediction]
            )
        if not 2 <= len(digits) <= MOST_DIGITS:
            return (whole,)
        weakest = min(digit.strength for digit in digits)
        return tuple(digits) if is_too_wide(shapes) or weakest > whole.strength else (whole,)

    def _is_one(self, ink: np.ndarray, shapes: list[Shape]) -> bool:
        """Whether the shapes read as one digit are not rather several that stand in no row.

        Of those, two look like digits, and not both like a 1: any stroke does.
        """
        bodies = bodies_in_rows(ink, shapes)
        if in_a_row([box_around(body) for body in bodies]):
            return True
        found = [self._read(cut_out(ink, body)) for body in bodies[: 2 * MOST_DIGITS]]
        digits = text_of([digit for digit in found if digit.certain])
        return len(digits) < 2 or set(digits) == {"1"}

    def _one_or_two(
        self, ink: np.ndarray, whole: Prediction, alone: float
    ) -> tuple[Prediction, ...]:
        """The digit in the cropped ink of one shape, or the two digits that touch in it.

        The reading with the highest score. One digit's is `alone`, times the root of the network's
        odds for it, divided by the square of the ink's width / height. A cut's is the product of
        the network's outputs for both pieces and of the cut's fit; cuts to the same reading add up.
        """
        height, width = ink.shape
        strength = min(max(whole.strength, 0), SATURATED)
        alone *= (strength / (1 - strength)) ** 0.5 * (height / width) ** 2
        if alone >= CLEARLY:  # hardly a cut scores more than 1: nine of ten digits end here
            return (whole,)
        found: list[tuple[float, tuple[Prediction, ...]]] = [(alone, (whole,))]
        for cut in cuts(ink):
            digits = tuple(self._read(piece) for piece in (cut.left, cut.right))
            left, right = (max(digit.strength, 0) for digit in digits)
            if min(left, right) < CERTAIN_IF_CUT:
                digits = _uncertain(digits)
            found.append((cut.fit * left * right, digits))
        totals: Counter[str] = Counter()
        for score, digits in found:
            totals[text_of(digits)] += score
        (best, total), *rivals = totals.most_common(2)
        _, digits = max((each for each in found if text_of(each[1]) == best), key=itemgetter(0))
        if max(digit.strength for digit in digits) < self.certain_above:
            return _uncertain((whole,))  # no piece is a digit: there is nothing to cut apart
        if rivals and total < CLEARLY * rivals[0][1]:
            return _uncertain(digits)
        return digits

    def _read(self, ink: np.ndarray) -> Prediction:
        """The digit in cropped ink; not certain if three or more may touch in it."""
        prediction = self._predict(prepare_ink(ink))
        height, width = ink.shape
        certain = prediction.certain and width <= TWO_WIDE * height
        return replace(prediction, certain=certain, ink=ink)

    def _predict(self, image: np.ndarray) -> Prediction:
        if not image.any():
            return Prediction(None, 0.0, np.full(10, 0.1, np.float32), False, image)
        logits = self.network.logits(image.reshape(1, 784))
        probabilities = softmax(logits / np.float32(self.temperature))[0]
        digit = int(probabilities.argmax())
        confidence = float(probabilities[digit])
        strength = float(self.network.loss.activation(logits).max())
        certain = strength >= self.certain_above
        return Prediction(digit, confidence, probabilities, certain, image, strength)


def _uncertain(digits: Sequence[Prediction]) -> tuple[Prediction, ...]:
    return tuple(replace(digit, certain=False) for digit in digits)
