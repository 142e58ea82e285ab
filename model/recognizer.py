"""From a drawing to an answer: find its digits, prepare them as in training, run the network."""

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from model.network import Network, weights
from model.network.layers import Array, softmax
from model.picture import segmentation
from model.picture.cutting import cuts
from model.picture.ink import ink_of
from model.picture.measures import FAINTEST
from model.picture.moments import PREPARATIONS
from model.picture.prepare import steps_of
from model.picture.segmentation import MOST_DIGITS, MOST_LINES, Digit, Shape
from model.picture.signs import Mark, fraction_bars, signs_in, without_marks, without_rings
from model.reading import CERTAIN_IF_CUT, CLEAR_LEAD, NARROWEST, RIVAL_WEIGHT, Prediction, Reading

SIGN_OUTPUT = 0.02  # where a digit is certain, shapes whose largest output is lower are signs
AS_ONE = 4  # shapes are one digit if that has so many times the odds of the weakest by itself
# Ink is read as one digit or as two that touch, whichever scores higher. Fitted to pen digits so
# that about one more in a thousand single digits is misread.
ALONE = 15  # score of one digit, at even odds and as wide as high
IN_A_ROW = 30  # the same beside other digits: where those are apart, these would be, too
SURELY_ALONE = 100  # cuts rarely score so much
SATURATED = 0.98  # higher outputs do not make a digit more likely

Answers = tuple[Prediction, ...]  # left to right


def clearness(outputs: Array) -> Array:
    """The largest of outputs (N, 10) less RIVAL_WEIGHT times the second: (N,)."""
    outputs = np.sort(outputs, axis=1)
    return outputs[:, -1] - np.float32(RIVAL_WEIGHT) * outputs[:, -2]


def _odds(digit: Prediction) -> float:
    strength = min(digit.strength, SATURATED)
    return strength / (1 - strength)


@dataclass(eq=False)
class Recognizer:
    """A network and the preparation of its input. It keeps no state between calls.

    `temperature` divides the logits before the softmax (Guo et al. 2017). An answer is certain if
    its `clearness` is at least `certain_above`: the ten sigmoids (or linear outputs) are
    independent, so all can be low, or two high. `preparation` is one of PREPARATIONS, the one used
    in training. `metadata` is from the weights file. Raises ValueError for invalid values.
    """

    network: Network
    temperature: float = 1.0
    certain_above: float = 0.5
    preparation: str = "box"
    metadata: dict[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        inputs, *_, outputs = self.network.sizes
        if (inputs, outputs) != (784, 10):
            raise ValueError(f"{inputs} inputs and {outputs} outputs; expected 784 and 10")
        if not 0 < self.temperature < math.inf:
            raise ValueError(f"the temperature is {self.temperature}; expected a positive number")
        if not math.isfinite(self.certain_above):
            raise ValueError(f"certain_above is {self.certain_above}; expected a finite number")
        if self.preparation not in PREPARATIONS:
            raise ValueError(f"preparation {self.preparation!r} is not in {[*PREPARATIONS]}")

    @classmethod
    def load(cls, path: Path | str = weights.SHIPPED) -> "Recognizer":
        """Load a recognizer from a weights file.

        A tutorial's file has no calibration, so confidences are rough, and no preparation, so it
        gets MNIST's. Raises FileNotFoundError, or ValueError naming the file.
        """
        network, metadata = weights.load(Path(path))
        try:
            calibration = {k: float(v) for k, v in metadata.get("calibration", {}).items()}
            preparation = metadata.get("preparation", "box")
            return cls(network, **calibration, preparation=preparation, metadata=metadata)
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from None

    def recognize(self, drawing: Any) -> Prediction:
        """Recognize one digit, with all doubts of its `Reading`. For several, it is a guess.

        `drawing` is anything that `model.picture.files.open_picture` opens: a path, bytes, an image
        or an array. Raises ValueError, worded for the person who drew, for anything else.
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
        """Read a digit, a number, or several numbers below each other. Errors as in `recognize`."""
        ink = ink_of(drawing)
        if ink.max() < FAINTEST:
            return Reading((), ink, ())
        ink, rings = without_rings(ink)
        parts = segmentation.parts_of_number(ink)
        bars = fraction_bars(parts)
        parts = [part for part in parts if part not in bars]
        shapes = segmentation.without_dust(parts)
        lines = segmentation.lines_of(shapes)
        numbers = [parts]
        if 1 < len(lines) <= MOST_LINES and (bars or self._are_numbers(ink, lines)):
            numbers = segmentation.parts_of_lines(lines, parts)
        digits, signs = zip(*(self._read_line(ink, number) for number in numbers))
        left_out = sum(signs, tuple(Mark("dash", bar.box) for bar in bars))
        boxes = [x.box for x in shapes if not any(mark.box.contains(x.box) for mark in left_out)]
        return Reading(digits, ink, tuple(boxes), rings + left_out)

    def _are_numbers(self, ink: np.ndarray, lines: list[list[Digit]]) -> bool:
        """Whether lines are numbers, rather than parts of one digit or of a non-digit.

        They are if two or more bodies are certain digits, but not all a 1: any stroke looks so.
        """
        bodies = [body for line in lines for body in line][: 2 * MOST_DIGITS]
        is_stack = len(bodies) == len(lines) == 2 and not segmentation.are_apart(bodies)
        if is_stack and self._digit(ink, bodies[0] + bodies[1]).certain:
            return False
        found = [self._digit(ink, body) for body in bodies]
        digits = [prediction.digit for prediction in found if prediction.certain]
        return len(digits) >= 2 and set(digits) != {1}

    def _read_line(self, ink: np.ndarray, parts: list[Shape]) -> tuple[Answers, tuple[Mark, ...]]:
        """Read one line: return its digits, and the marks left out.

        Several shapes are a number unless as one digit they have AS_ONE times the weakest's odds.
        What the network takes for no digit at all, beside a certain one, is a sign.
        """
        shapes, marks = without_marks(parts)
        whole = self._digit(ink, shapes)
        groups = segmentation.digits_of(shapes) or [shapes]
        is_one = len(groups) == 1
        found = [whole] if is_one else [self._digit(ink, group) for group in groups]
        digits: Answers = ()
        signs: tuple[Mark, ...] = ()
        is_certain = any(digit.certain for digit in found)
        for group, digit, kind in zip(groups, found, signs_in(groups, [x.digit for x in found])):
            if is_certain and not digit.certain and digit.strength < SIGN_OUTPUT:
                kind = "sign"
            read = self._read_touching(ink, group, digit, ALONE if is_one else IN_A_ROW)
            if not kind or len(read) > 1:
                digits += read
            elif is_one or kind.endswith("?"):
                digits += (digit.in_doubt(kind),)
            else:
                signs += (Mark(kind, segmentation.box_around(group)),)
        weakest = min(map(_odds, digits), default=0)
        is_number = is_one or AS_ONE * weakest > _odds(whole)
        if not is_number or len(digits) > MOST_DIGITS:
            digits, signs = (whole,), ()
        return digits, tuple(sorted(marks + signs, key=lambda mark: mark.box))

    def _read_touching(
        self, ink: np.ndarray, shapes: list[Shape], whole: Prediction, alone: float
    ) -> Answers:
        """Read one shape as the digit `whole` or as two that touch, whichever scores higher.

        One digit scores `alone` times its odds in the network's outputs, divided by the ink's width
        / height to the power of four. A cut scores its fit times the geometric mean of its pieces'
        odds; scores of cuts with the same reading are added.
        """
        box = segmentation.box_around(shapes)
        alone *= _odds(whole) * (box.height / box.width) ** 4
        if len(shapes) > 1 or alone >= SURELY_ALONE:
            return (whole,)
        readings: list[tuple[str, float, Answers]] = [(str(whole.digit), alone, (whole,))]
        for cut in cuts(ink, shapes):
            left, right = (self._digit(ink, [piece]) for piece in (cut.left, cut.right))
            score = cut.fit * (_odds(left) * _odds(right)) ** 0.5
            readings.append((f"{left.digit}{right.digit}", score, (left, right)))
        texts = {text for text, _, _ in readings}
        totals = {text: sum(score for same, score, _ in readings if same == text) for text in texts}
        text, _, digits = max(readings, key=lambda each: (totals[each[0]], each[1]))
        best, rival = [*sorted(totals.values(), reverse=True), 0.0][:2]
        if not any(digit.certain for digit in digits):
            return (whole.in_doubt(),)  # no digit among them is certain
        weakest = min(digit.strength for digit in digits)
        is_weak = len(digits) == 2 and weakest < CERTAIN_IF_CUT
        if best < CLEAR_LEAD * rival or is_weak or text == "96":  # or it is a %
            return tuple(digit.in_doubt() for digit in digits)
        return digits

    def prepared(self, X: Array) -> Array:
        """Prepare digits X (N, 784) in MNIST's box, such as MNIST's own, for the network."""
        return PREPARATIONS[self.preparation](X)

    def is_clear(self, logits: Array) -> np.ndarray:
        """Whether each answer is clear enough to be certain: (N,) bool for logits (N, 10)."""
        return clearness(self.network.loss.activation(logits)) >= self.certain_above

    def probabilities(self, logits: Array) -> Array:
        """The calibrated probabilities (N, 10) for logits (N, 10)."""
        return softmax(logits / np.float32(self.temperature))

    def _digit(self, ink: np.ndarray, shapes: list[Shape]) -> Prediction:
        """Recognize the shapes as one digit; in doubt if no output is clear, or if too narrow."""
        crop, box = segmentation.cut_out(ink, shapes), segmentation.box_around(shapes)
        x = self.prepared(steps_of(crop).image.reshape(1, 784))
        logits = self.network.logits(x)
        p = self.probabilities(logits)[0]
        strength = max(0.0, float(self.network.loss.activation(logits).max()))
        image = x.reshape(28, 28)
        found = Prediction(int(p.argmax()), float(p.max()), p, (), image, strength, crop, box)
        is_possible = found.digit == 1 or box.width >= NARROWEST * box.height
        return found if is_possible and self.is_clear(logits)[0] else found.in_doubt()
