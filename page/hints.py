"""Why an answer is uncertain, in words for the person who drew."""

from model.recognizer import Prediction, Reading

EITHER = 0.1  # the second digit is named if it is at least this probable
EDGE = 1  # pixels: ink closer to the border is probably cut off


def hints(reading: Reading, words: dict[str, str]) -> list[str]:
    """Sentences on why the reading is uncertain; none if it is certain."""
    if reading.certain:
        return []
    found = [words["not_sure"]]
    if len(reading.digits) == 1 and len(reading.shapes) > 1:
        found.append(words["shapes"].format(count=len(reading.shapes)))
    if _touches_the_edge(reading):
        found.append(words["edge"])
    for position, prediction in enumerate(reading.digits, start=1):
        if not prediction.certain:
            suffix = "_of" if len(reading.digits) > 1 else ""
            found.append(_looks_like(prediction, words, suffix).format(position=position))
    return found


def _touches_the_edge(reading: Reading) -> bool:
    height, width = reading.ink.shape
    return any(
        min(left, top, width - right, height - bottom) < EDGE
        for left, top, right, bottom in reading.shapes
    )


def _looks_like(prediction: Prediction, words: dict[str, str], suffix: str) -> str:
    """Describe an uncertain digit: one of two, or no digit. {position} is left open."""
    second, first = (int(digit) for digit in prediction.probabilities.argsort()[-2:])
    if prediction.probabilities[second] < EITHER:
        return words["no_digit" + suffix]
    low, high = sorted((first, second))
    return words["either" + suffix].format(position="{position}", first=low, second=high)
