"""A fixed set of drawn digits that replaces MNIST: fewer digits, by fewer people."""

import hashlib

import numpy as np

from training.dataset import Splits
from training.strokes.drawing import drawn_digits

TRAIN, VALIDATION, TEST = 7_000, 1_000, 1_000
SEED = 70_000  # independent of a training's seed


def fixed_digits() -> Splits:
    """Draw digits for training, validation and test: always the same, within 20 s."""
    digits = drawn_digits(TRAIN + VALIDATION + TEST, np.random.default_rng(SEED))
    rest, test = digits[:-TEST], digits[-TEST:]
    checksum = hashlib.sha256(digits.X.tobytes() + digits.y.tobytes()).hexdigest()
    return Splits(rest[:TRAIN], rest[TRAIN:], test, checksum, name="drawn")
