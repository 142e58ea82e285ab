"""Made-up readings, as input for tests."""

from itertools import islice

import numpy as np

from model.picture.segmentation import Box
from model.picture.signs import Mark
from model.recognizer import Prediction, Reading

MIDDLE = Box(40, 30, 80, 90)


def prediction(certain: bool, **probabilities: float) -> Prediction:
    """A prediction with these probabilities of digits, such as _4=0.6."""
    p = np.array([probabilities.get(f"_{digit}", 0.001) for digit in range(10)], np.float32)
    p /= p.sum()
    found = Prediction(int(p.argmax()), float(p.max()), p, (), np.zeros((28, 28)), strength=0.5)
    return found if certain else found.in_doubt()


def reading(*digits: Prediction, shapes=(MIDDLE,), left_out=(), lengths=()) -> Reading:
    """A reading of these digits: in lines of these lengths, or else in one."""
    rest = iter(digits)
    lines = tuple(tuple(islice(rest, n)) for n in lengths or (len(digits),) if n)
    marks = tuple(Mark(kind, MIDDLE) for kind in left_out)
    return Reading(lines, np.zeros((120, 160), np.uint8), shapes, marks)
