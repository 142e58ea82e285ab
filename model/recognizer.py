"""From a drawing to an answer: the drawing is prepared as MNIST was, and the network reads it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model import drawing as drawings
from model import weights
from model.layers import softmax
from model.network import Network


@dataclass(frozen=True)
class Prediction:
    """What the network makes of one drawing."""

    digit: int | None  # None: nothing was drawn
    confidence: float  # of the digit, 0..1
    probabilities: np.ndarray  # (10,), sum to 1
    certain: bool  # False: the digit is a guess, and maybe the drawing is no digit at all
    image: np.ndarray  # (28, 28) float32 in 0..1: what the network saw


class Recognizer:
    """A network together with what turns drawings into its input.

    Keeps nothing of what it saw, so one recognizer can serve many threads.
    """

    def __init__(
        self, network: Network, temperature: float = 1.0, certain_above: float = 0.5
    ) -> None:
        """`temperature` divides the logits before the softmax (Guo et al. 2017).

        An answer is certain if the network's strongest output is at least `certain_above`: each of
        ten sigmoids says by itself how much it sees its digit, and all ten can say no.

        Raises ValueError if these are no such numbers, or if the network does not read 28×28
        pictures and know ten digits.
        """
        if (network.sizes[0], network.sizes[-1]) != (784, 10):
            raise ValueError(
                f"the network has {network.sizes[0]} inputs and {network.sizes[-1]} outputs;"
                " expected 784 and 10"
            )
        if not 0 < temperature < float("inf"):
            raise ValueError(f"the temperature is {temperature}; expected a positive number")
        if not 0 <= certain_above <= 1:
            raise ValueError(f"certain_above is {certain_above}; expected a number in 0..1")
        self.network = network
        self.temperature = temperature
        self.certain_above = certain_above

    @classmethod
    def load(cls, path: Path | str) -> "Recognizer":
        """The recognizer in a weights file; without a calibration in it, confidences are rough.

        Raises FileNotFoundError, or ValueError naming the file, if it cannot be used.
        """
        network, metadata = weights.load(Path(path))
        try:
            calibration = {k: float(v) for k, v in metadata.get("calibration", {}).items()}
            return cls(network, **calibration)
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from None

    def recognize(self, drawing: Any) -> Prediction:
        """Which digit a drawing shows.

        `drawing` is a PIL image, a uint8 array (H, W), (H, W, 3) or (H, W, 4), or the value of
        Gradio's sketchpad; colors, size and place of the ink do not matter.

        Raises ValueError, in words for the person who drew, if it is none of these.
        """
        image = drawings.prepare(drawing)
        if not image.any():
            return Prediction(None, 0.0, np.full(10, 0.1, np.float32), False, image)
        logits = self.network.logits(image.reshape(1, 784))
        probabilities = softmax(logits / np.float32(self.temperature))[0]
        digit = int(probabilities.argmax())
        confidence = float(probabilities[digit])
        certain = bool(self.network.loss.activation(logits).max() >= self.certain_above)
        return Prediction(digit, confidence, probabilities, certain, image)
