"""Digits that this program draws, for where MNIST is not: smaller, and by fewer people."""

import hashlib

import numpy as np

from training.dataset import Splits
from training.strokes.drawing import drawn_digits

TRAIN, VALIDATION, TEST = 7_000, 1_000, 1_000
SEED = 70_000  # of the digits; as with MNIST, a training's own seed changes none of them


def fixed_digits() -> Splits:
    """Draw digits to train on, to validate with and to test on: always the same, within 20 s."""
    digits = drawn_digits(TRAIN + VALIDATION + TEST, np.random.default_rng(SEED))
    rest, test = digits.split(TEST)
    train, validation = rest.split(VALIDATION)
    checksum = hashlib.sha256(digits.X.tobytes() + digits.y.tobytes()).hexdigest()
    return Splits(train, validation, test, checksum, name="drawn")
