"""The whole canvas shrunk, as tutorials do, and how networks read it."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from model.network.layers import Array
from model.network.weights import SHIPPED
from model.recognizer import Recognizer

TUTORIAL = SHIPPED.with_name("tutorial.npz")  # the tutorials' network; see weights/README.md


def shrunk(ink: np.ndarray) -> np.ndarray:
    """Shrink ink (H, W) uint8 to (28, 28) float32 in 0..1, white on black; squeeze it if needed."""
    precise = Image.fromarray(ink.astype(np.float32))
    return np.asarray(precise.resize((28, 28), Image.Resampling.BOX)) / 255


def answers(recognizer: Recognizer, images: Sequence[Array]) -> Array:
    """A recognizer's probabilities (N, 10) for pictures (28, 28) float32, taken as prepared."""
    return recognizer.probabilities(recognizer.network.logits(np.reshape(images, (-1, 784))))
