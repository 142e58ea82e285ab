"""From a drawing to an answer: prepare the drawing as the training digits were, run the network."""

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from model.network import Network, weights
from model.network.layers import Array, softmax
from model.picture import segmentation
from model.picture.cutting import cuts
from model.picture.ink import ink_of
from model.picture.moments import PREPARATIONS
from model.picture.prepare import steps_of
from model.picture.segmentation import MOST_DIGITS, MOST_LINES, Box, Digit, Shape
from model.picture.signs import Mark, signs_in, without_marks
from model.reading import CERTAIN_IF_CUT, CLEARLY, RIVAL, Digits, Prediction, Reading

# Whether ink is one digit or two that touch: what has the higher score. Chosen on pen digits, so
# that of a thousand that stand alone at most one more is misread. The verdict: see reading.py.
SCORE_ALONE = 0.35  # as one digit, where the odds are even and the ink is as wide as high
SCORE_IN_A_ROW = 0.7  # the same beside digits that stand apart: then these two would do so, too
SATURATED = 0.98  # higher outputs say no more about how likely one digit is


def clearness(outputs: Array) -> Array:
    """How clear answers are, (N,): the largest of outputs (N, 10), less RIVAL times the second."""
    outputs = np.sort(outputs, axis=1)
    return outputs[:, -1] - np.float32(RIVAL) * outputs[:, -2]


@dataclass(eq=False)  # two are not compared
class Recognizer:
    """A network and the preparation of its input. It keeps no state between calls.

    `temperature` divides the logits before the softmax (Guo et al. 2017). An answer is certain if
    its `clearness` is at least `certain_above`: each of ten sigmoids (or linear outputs) scores its
    digit independently, so all ten can be low, or two be high. `preparation` is one of
    PREPARATIONS, that of the digits the network was trained on. `metadata` comes from the weights
    file: its scores, for example. Raises ValueError for what does not fit together.
    """

    network: Network
    temperature: float = 1.0
    certain_above: float = 0.5
    preparation: str = "box"
    metadata: dict[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        inputs, *_, outputs = self.network.sizes
        if (inputs, outputs) != (784, 10):
            raise ValueError(
                f"the network has {inputs} inputs and {outputs} outputs; expected 784 and 10"
            )
        if not 0 < self.temperature < math.inf:
            raise ValueError(f"the temperature is {self.temperature}; expected a positive number")
        if not math.isfinite(self.certain_above):
            raise ValueError(f"certain_above is {self.certain_above}; expected a finite number")
        if self.preparation not in PREPARATIONS:
            raise ValueError(
                f"the preparation is {self.preparation!r};"
                f" expected one of {', '.join(PREPARATIONS)}"
            )

    @classmethod
    def load(cls, path: Path | str = weights.SHIPPED) -> "Recognizer":
        """Load a recognizer from a weights file; without calibration, confidences are rough.

        A file that names no preparation, as a tutorial's, gets MNIST's: box and centre of mass.
        Raises FileNotFoundError, or ValueError naming the file if it is unusable.
        """
        network, metadata = weights.load(Path(path))
        try:
            calibration = {k: float(v) for k, v in metadata.get("calibration", {}).items()}
            preparation = metadata.get("preparation", "box")
            return cls(network, **calibration, preparation=preparation, metadata=metadata)
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from None

    def recognize(self, drawing: Any) -> Prediction:
        """Recognize one digit, with all the doubts of its `Reading`. Of several, it is a guess.

        `drawing` is whatever `model.picture.files.open_picture` opens: a path, bytes, an image or
        an array. Raises ValueError, worded for the person who drew, for anything else.
        """
        reading = self.read(drawing)
        if not reading.digits:
            nothing = np.zeros((28, 28), np.float32)
            return Prediction(None, 0.0, np.full(10, 0.1, np.float32), (), nothing)
        if len(reading.digits) > 1:
            whole = self._digit(reading.ink, segmentation.shapes_of_digit(reading.ink))
            reading = replace(reading, lines=((whole.in_doubt(),),))
        return replace(reading.digits[0], doubts=reading.doubts)

    def read(self, drawing: Any) -> Reading:
        """Read all that is written: a digit, a number, or several numbers, one below the other.

        Digits of a number are side by side, and two may touch. Takes the same drawings, and raises
        the same errors, as `recognize`.
        """
        ink = ink_of(drawing)
        one = segmentation.shapes_of_digit(ink)
        if not one:
            return Reading((), ink, ())
        parts = segmentation.parts_of_number(ink)
        lines = segmentation.lines_of(segmentation.without_dust(parts))
        numbers = [parts]
        if 1 < len(lines) <= MOST_LINES and self._are_numbers(ink, lines, one):
            numbers, one = segmentation.parts_of_lines(lines, parts), []
        digits, shapes, marks = zip(*(self._number(ink, number, one) for number in numbers))
        return Reading(digits, ink, sum(shapes, ()), sum(marks, ()))

    def _are_numbers(self, ink: np.ndarray, lines: list[list[Digit]], one: list[Shape]) -> bool:
        """Whether lines are numbers, rather than the parts of one digit, or of none.

        Then two of their bodies look like digits, and not both like a 1: any stroke does.
        """
        bodies = [body for line in lines for body in line][: 2 * MOST_DIGITS]
        is_stack = len(bodies) == len(lines) and not segmentation.are_apart(bodies)
        if is_stack and self._digit(ink, one).certain:
            return False
        found = [self._digit(ink, body) for body in bodies]
        digits = [prediction.digit for prediction in found if prediction.certain]
        return len(digits) >= 2 and set(digits) != {1}

    def _number(
        self, ink: np.ndarray, parts: list[Shape], one: list[Shape]
    ) -> tuple[Digits, tuple[Box, ...], tuple[Mark, ...]]:
        """The digits in a line of parts, their shapes' boxes, and what is left out.

        `one` are the same parts, as one digit's, if the line is all there is.
        """
        shapes, marks = without_marks(parts)
        whole = self._digit(ink, shapes if marks or not one else one)
        if len(shapes) == 1:
            digits = self._cut(ink, shapes, whole, SCORE_ALONE)
            (kind,) = signs_in([shapes], [whole.digit])
            if kind and len(digits) == 1:
                digits = (digits[0].perhaps_a(kind),)
            return digits, (shapes[0].box,), marks
        digits, signs = self._side_by_side(ink, shapes, whole)
        taken = {sign.box for sign in signs}
        boxes = tuple(shape.box for shape in shapes if shape.box not in taken)
        return digits, boxes, tuple(sorted(marks + signs, key=lambda mark: mark.box))

    def _side_by_side(
        self, ink: np.ndarray, shapes: list[Shape], whole: Prediction
    ) -> tuple[Digits, tuple[Mark, ...]]:
        """The digits of a number in several shapes, and signs; or the digit `whole`.

        They are a number if together they are too wide for one digit, or if the network's output
        for the weakest of them exceeds that for all the ink as one digit.
        """
        groups = segmentation.digits_of(shapes)
        if not groups:
            return (whole,), ()
        found = [self._digit(ink, group) for group in groups]
        digits: Digits = ()
        signs: tuple[Mark, ...] = ()
        for group, digit, kind in zip(groups, found, signs_in(groups, [x.digit for x in found])):
            if kind.endswith("?"):
                digits += (digit.perhaps_a(kind),)
            elif kind:
                signs += (Mark(kind, segmentation.box_around(group)),)
            elif len(group) == 1:
                digits += self._cut(ink, group, digit, SCORE_IN_A_ROW)
            else:
                digits += (digit,)
        if not digits or not 2 <= len(digits) + len(signs) <= MOST_DIGITS:
            return (whole,), ()
        weakest = min(digit.strength for digit in digits)
        is_number = segmentation.is_too_wide(shapes) or weakest > whole.strength
        return (digits, signs) if is_number else ((whole,), ())

    def _cut(self, ink: np.ndarray, shapes: list[Shape], whole: Prediction, alone: float) -> Digits:
        """The digit `whole` that is one shape, or the two digits that touch in it.

        The reading with the highest score. One digit's is `alone`, times the root of the network's
        odds for it, divided by the square of the ink's width / height. A cut's is the product of
        the network's outputs for both pieces and of the cut's fit; cuts to the same reading add up.
        """
        box = segmentation.box_around(shapes)
        strength = min(max(whole.strength, 0), SATURATED)
        alone *= (strength / (1 - strength)) ** 0.5 * (box.height / box.width) ** 2
        if alone >= CLEARLY:  # hardly a cut scores more than 1: nine of ten digits end here
            return (whole,)
        readings: list[tuple[str, float, Digits]] = [(str(whole.digit), alone, (whole,))]
        for cut in cuts(ink, shapes):
            left, right = (self._digit(ink, [piece]) for piece in (cut.left, cut.right))
            score = cut.fit * max(left.strength, 0) * max(right.strength, 0)
            readings.append((f"{left.digit}{right.digit}", score, (left, right)))
        totals: dict[str, float] = defaultdict(float)
        for text, score, _ in readings:
            totals[text] += score
        _, _, digits = max(readings, key=lambda each: (totals[each[0]], each[1]))
        best, rival = [*sorted(totals.values(), reverse=True), 0.0][:2]
        if not any(digit.certain for digit in digits):
            return (whole.in_doubt(),)  # no piece is a digit: there is nothing to cut apart
        weakest = min(digit.strength for digit in digits)
        if best < CLEARLY * rival or (len(digits) == 2 and weakest < CERTAIN_IF_CUT):
            return tuple(digit.in_doubt() for digit in digits)
        return digits

    def prepared(self, X: Array) -> Array:
        """Digits X (N, 784) in MNIST's box, such as MNIST's own, as the network is to see them."""
        return PREPARATIONS[self.preparation](X)

    def is_clear(self, logits: Array) -> np.ndarray:
        """Which answers are clear enough to be certain: (N,) bool for logits (N, 10)."""
        return clearness(self.network.loss.activation(logits)) >= self.certain_above

    def probabilities(self, logits: Array) -> Array:
        """The calibrated probabilities (N, 10) for logits (N, 10)."""
        return softmax(logits / np.float32(self.temperature))

    def _digit(self, ink: np.ndarray, shapes: list[Shape]) -> Prediction:
        """The digit in the ink of shapes; in doubt if no output is clear."""
        crop, box = segmentation.cut_out(ink, shapes), segmentation.box_around(shapes)
        x = self.prepared(steps_of(crop).image.reshape(1, 784))
        logits = self.network.logits(x)
        probabilities = self.probabilities(logits)[0]
        digit, confidence = int(probabilities.argmax()), float(probabilities.max())
        strength = float(self.network.loss.activation(logits).max())
        image = x.reshape(28, 28)
        found = Prediction(digit, confidence, probabilities, (), image, strength, crop, box)
        return found if self.is_clear(logits)[0] else found.in_doubt()
