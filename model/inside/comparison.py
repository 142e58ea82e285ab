"""What tutorials would have seen: the whole canvas shrunk, and how networks read either picture."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from model.network.layers import Array
from model.network.weights import SHIPPED
from model.recognizer import Recognizer

TUTORIAL = SHIPPED.with_name("tutorial.npz")  # the tutorials' network; see weights/README.md


def shrunk(ink: np.ndarray) -> np.ndarray:
    """The whole canvas shrunk to (28, 28) float32 in 0..1, white on black, as tutorials do.

    `ink` (H, W) uint8 is from `model.picture.ink.ink_of`. Each pixel is the mean of what it covers;
    a canvas that is not square is squeezed.
    """
    precise = Image.fromarray(ink.astype(np.float32))
    return np.asarray(precise.resize((28, 28), Image.Resampling.BOX)) / 255


def answers(recognizer: Recognizer, images: Sequence[Array]) -> Array:
    """The probabilities that a recognizer gives for pictures (28, 28) float32 as they are: (N, 10).

    They are those of its `Prediction`, if it has prepared a picture so.
    """
    return recognizer.probabilities(recognizer.network.logits(np.reshape(images, (-1, 784))))
