"""Ink beside the digits of a number that is no digit: a decimal point or comma, a minus.

Nobody can read it here, but it changes what the number means, so callers must know of it. Only
position and size are used. What belongs to a digit must not be taken for a mark: the bar of a 5
that stands apart is at the top, that of a 7 or a 4 shares the digit's columns.
"""

from collections.abc import Sequence

from model.picture.segmentation import SHORTEST, Box, Shape, gap, without_dust

THINNEST = 0.6  # of a stroke's width: the same pen made it; what is thinner is dust
DOT = 0.3  # of the tallest shape's height, or two strokes' widths if that is more: a comma's length
FLAT = 1.8  # width / height of a dash, at least
HIGH, LOW = 0.25, 0.75  # of the digit's height: a dash is between them, a dot not above them


def without_marks(parts: Sequence[Shape]) -> tuple[list[Shape], tuple[str, ...]]:
    """The shapes of digits, without dust; and the names of the marks: "dot" or "dash".

    `parts`, at least one, come from `segmentation.parts_of_number`. Both are left to right.
    """
    stroke = max(parts, key=lambda part: len(part.rows)).stroke
    shapes = without_dust(parts)
    tallest = max(shape.box.height for shape in shapes)
    digits = [shape.box for shape in shapes if shape.box.height >= SHORTEST * tallest]
    kinds = [_kind(part.box, digits, stroke) for part in parts]
    marks = {id(part) for part, kind in zip(parts, kinds) if kind}
    return [s for s in shapes if id(s) not in marks], tuple(filter(None, kinds))


def _kind(box: Box, digits: Sequence[Box], stroke: float) -> str:
    """Return "dot" or "dash", or "" for what is neither."""
    tallest = max(digit.height for digit in digits)
    if box.height >= SHORTEST * tallest or min(box.width, box.height) < THINNEST * stroke:
        return ""
    nearest = min(digits, key=lambda digit: gap(digit, box))
    middle = ((box.top + box.bottom) / 2 - nearest.top) / nearest.height
    is_beside, is_low = gap(nearest, box) >= 0, middle > LOW
    if box.width >= FLAT * box.height:
        is_long = 2 * stroke <= box.width <= tallest
        return "dash" if is_beside and is_long and HIGH <= middle <= LOW else ""
    is_small = max(box.width, box.height) <= max(2 * stroke, DOT * tallest)
    return "dot" if is_small and (is_low or (is_beside and middle >= HIGH)) else ""
