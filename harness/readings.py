"""Made-up readings, as input for tests."""

from typing import Any

import numpy as np

from model.picture.segmentation import Box
from model.picture.signs import Mark
from model.recognizer import Prediction, Reading

MIDDLE = Box(40, 30, 80, 90)


def prediction(certain: bool, **probabilities: float) -> Prediction:
    """A prediction with these probabilities of digits, such as _4=0.6."""
    p = np.full(10, 0.001, np.float32)
    for name, value in probabilities.items():
        p[int(name[1:])] = value
    p /= p.sum()
    image = np.zeros((28, 28), np.float32)
    found = Prediction(int(p.argmax()), float(p.max()), p, (), image, strength=0.5)
    return found if certain else found.in_doubt()


def reading(
    *digits: Prediction,
    shapes: tuple[Box, ...] = (MIDDLE,),
    left_out: tuple[str, ...] = (),
    **remarks: Any,
) -> Reading:
    marks = tuple(Mark(kind, MIDDLE) for kind in left_out)
    return Reading(digits, np.zeros((120, 160), np.uint8), shapes, marks, **remarks)
