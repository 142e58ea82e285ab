"""Why an answer is uncertain, in words for the person who drew."""

import numpy as np

from model.picture.segmentation import MOST_DIGITS
from model.reading import Prediction, Reading
from page.words import Words, a_digit

# One of two digits: the second is at least so probable, and both together are, too.
SECOND, BOTH = 0.1, 0.9
MOST = 3  # sentences: there is no room for more
EDGE = 1  # pixels: ink closer to the border is probably cut off


def hints(reading: Reading, words: Words) -> list[str]:
    """Sentences on why the reading is uncertain, MOST at most; none if it is certain."""
    if reading.certain:
        return []
    left_out = [words[f"left_out_{mark}"] for mark in dict.fromkeys(reading.left_out)]
    if left_out and reading.in_a_row and all(digit.certain for digit in reading.digits):
        return [*left_out, words["digits_only"]]
    found = [words["not_sure"], *left_out]
    if not reading.in_a_row:
        return [*found, words["not_in_a_row"]]
    if len(reading.digits) == 1 and len(reading.shapes) > MOST_DIGITS:
        return [*found, words["too_many"].format(count=len(reading.shapes))]
    if len(reading.digits) == 1 and len(reading.shapes) > 1:
        found.append(words["shapes"].format(count=len(reading.shapes)))
    if _touches_the_edge(reading):
        found.append(words["edge"])
    for position, prediction in enumerate(reading.digits, start=1):
        if not prediction.certain:
            suffix = "_of" if len(reading.digits) > 1 else ""
            found.append(_looks_like(prediction, words, suffix).format(position=position))
    return found[:MOST] if len(found) > 1 else [*found, words["long"]]


def is_no_digit(prediction: Prediction) -> bool:
    """Whether the drawing may be no digit at all, rather than one of two."""
    second, first = np.sort(prediction.probabilities)[-2:]
    return not prediction.certain and not (second >= SECOND and first + second >= BOTH)


def _touches_the_edge(reading: Reading) -> bool:
    height, width = reading.ink.shape
    return any(
        min(left, top, width - right, height - bottom) < EDGE
        for left, top, right, bottom in reading.shapes
    )


def _looks_like(prediction: Prediction, words: Words, suffix: str) -> str:
    """Describe an uncertain digit: one of two, or no digit. {position} is left open."""
    two = prediction.probabilities.argsort()[-2:]
    if is_no_digit(prediction):
        guess = a_digit(prediction.digit, words)
        return words["no_digit" + suffix].format(position="{position}", guess=guess)
    low, high = (a_digit(digit, words) for digit in sorted(two))
    return words["either" + suffix].format(position="{position}", first=low, second=high)
