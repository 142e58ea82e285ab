"""From a drawing to an answer: prepare the drawing as MNIST was, then run the network.

`Recognizer.recognize` reads one digit, `Recognizer.read` a number of up to ten digits.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.network import Network, weights
from model.network.layers import softmax
from model.picture.ink import ink_of
from model.picture.prepare import prepare, prepare_ink
from model.picture.segmentation import (
    Box,
    cut_out,
    digits_of,
    is_too_wide,
    shapes_of_digit,
    shapes_of_number,
)


@dataclass(frozen=True)
class Prediction:
    """The network's answer for one digit."""

    digit: int | None  # None: nothing was drawn
    confidence: float  # of the digit, 0..1
    probabilities: np.ndarray  # (10,), sum to 1
    certain: bool  # False: a guess; the drawing may not even be a digit
    image: np.ndarray  # (28, 28) float32 in 0..1: what the network saw


@dataclass(frozen=True)
class Reading:
    """The number in one drawing, often a single digit."""

    digits: tuple[Prediction, ...]  # left to right; empty: nothing was drawn
    ink: np.ndarray  # (H, W) uint8, from `model.picture.ink.ink_of`
    shapes: tuple[Box, ...]  # around the connected components, without dust, left to right

    @property
    def text(self) -> str:
        """The number as text, such as "2026"; "" if nothing was drawn."""
        return "".join(str(prediction.digit) for prediction in self.digits)

    @property
    def certain(self) -> bool:
        """Whether something is written, and every digit of it is certain."""
        return bool(self.digits) and all(prediction.certain for prediction in self.digits)


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
        """Read a number: several digits if they are clearly separated, otherwise one.

        Candidate digits are a number if together they are too wide for one digit, or if the
        network's output for the weakest of them exceeds that for all the ink as one digit. A single
        digit is read exactly as by `recognize`.

        Takes the same drawings and raises the same errors as `recognize`.
        """
        ink = ink_of(drawing)
        one = shapes_of_digit(ink)
        if not one:
            return Reading((), ink, ())
        whole = self._predict(prepare_ink(cut_out(ink, one)))
        shapes = shapes_of_number(ink, one)
        digits = [self._predict(prepare_ink(cut_out(ink, digit))) for digit in digits_of(shapes)]
        is_number = digits and (
            is_too_wide(shapes) or self._strength(digits) > self._strength([whole])
        )
        boxes = tuple(shape.box for shape in shapes)
        return Reading(tuple(digits) if is_number else (whole,), ink, boxes)

    def _predict(self, image: np.ndarray) -> Prediction:
        if not image.any():
            return Prediction(None, 0.0, np.full(10, 0.1, np.float32), False, image)
        logits = self.network.logits(image.reshape(1, 784))
        probabilities = softmax(logits / np.float32(self.temperature))[0]
        digit = int(probabilities.argmax())
        confidence = float(probabilities[digit])
        certain = bool(self.network.loss.activation(logits).max() >= self.certain_above)
        return Prediction(digit, confidence, probabilities, certain, image)

    def _strength(self, predictions: list[Prediction]) -> float:
        """The network's largest output for the weakest of the digits."""
        images = np.array([prediction.image.ravel() for prediction in predictions])
        return float(self.network.predict(images).max(axis=1).min())
