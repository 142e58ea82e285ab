"""What is printed on the paper: rules, squares, boxes, a form's cells, a scanner's edge.

It is no writing. Only what is nothing but a line is taken out: a stroke that crosses it is longer
than the line is thick, and stays whole.
"""

import cv2
import numpy as np

from model.picture.lines import BORDER, SHORTEST, THICKEST, Line, lines_along_rows, long_runs
from model.picture.measures import box_of
from model.picture.stroke import stroke_width

LONGER = 1.2  # times the tallest digit: no stroke is so long
UNDER = 0.6  # times the tallest digit: a line below all digits, as wide as they are
NARROW, ALL = 0.3, 0.85  # of the tallest shape's height: a frame's width, and its sides
THINNER = 0.6  # of the strokes' width: the same pen did not make it
DARKER = 1.8  # times the line's own contrast: ink that crosses it
FEWEST = 3  # parallel lines: digits have fewer
TALL = 4  # times the line's thickness: digits above it are higher
REST = 0.3  # of the tallest digit: what is left of print is smaller
DEEPEST = 0.15  # of a side: a scanner's dark edge
CLEAR = 0.06  # of a row: beside such an edge, hardly a digit has so little


def may_have_print(mask: np.ndarray) -> bool:
    """Whether a mask (H, W) bool has what print has, by a quick look: most drawings have not.

    Something at the border, something flat, or longer than the tallest shape is high; or two level
    strokes and two upright ones, which may be a frame.
    """
    inside = rows, columns = box_of(mask)
    (height, width), cropped = mask.shape, np.uint8(mask[inside])
    if not cropped.size:
        return False
    margins = columns.start, width - columns.stop, rows.start, height - rows.stop
    if min(margins[:2]) <= max(2, BORDER * width) or min(margins[2:]) <= max(2, BORDER * height):
        return True
    _, _, stats, _ = cv2.connectedComponentsWithStats(cropped)
    widths, heights = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    tallest = int(heights.max())
    if (widths >= np.maximum(2 * heights, UNDER * tallest)).any():
        return True
    if long_runs(cropped, NARROW * tallest) >= 2 and long_runs(cropped.T, ALL * tallest) >= 2:
        return True
    return long_runs(cropped, LONGER * tallest) > 0


def without_print(ink: np.ndarray, faintest: int) -> np.ndarray:
    """The ink (H, W) uint8 without print; less contrast than `faintest` is nothing."""
    ink = _without_edges(ink, faintest)
    mask = ink > faintest
    inside = rows, columns = box_of(mask)
    if not ink[inside].size:
        return ink
    beyond = columns.start, ink.shape[1] - columns.stop, rows.start, ink.shape[0] - rows.stop
    mask = np.ascontiguousarray(mask[inside])
    lines = lines_along_rows(mask, beyond, upright=False)
    lines += lines_along_rows(mask.T.copy(), beyond[2:] + beyond[:2], upright=True)
    printed = _printed(mask, lines, SHORTEST / 2 * min(ink.shape))
    if not printed:
        return ink
    taken = np.zeros_like(mask)
    for line in printed:
        darkest = np.where(line.alone, ink[inside], 0).max(axis=int(line.is_upright))
        own = np.median(darkest[darkest > 0]) if darkest.any() else 0
        taken |= line.alone & (ink[inside] <= DARKER * own)
    thickness = max(line.thickness for line in printed)
    ink[inside][_with_rests(mask, taken, (2 * THICKEST * max(ink.shape), 2 * thickness + 1))] = 0
    return ink


def _with_rests(mask: np.ndarray, taken: np.ndarray, most: tuple[float, float]) -> np.ndarray:
    """What is taken from the mask (H, W) bool, with its blurred edge and its rests: likewise.

    Rests touch it, and `most` says how long and how thick they are at most.
    """
    near = cv2.dilate(np.uint8(taken), np.ones((3, 3), np.uint8)) > 0
    left = mask & ~taken
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.uint8(left))
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    gone = np.zeros(len(stats), bool)
    gone[np.unique(labels[near & left])] = True
    gone &= (sides.max(axis=1) < most[0]) & (sides.min(axis=1) <= most[1])
    return taken | (near & ~mask) | (gone[labels] & left)


def _printed(mask: np.ndarray, lines: list[Line], smallest: float) -> list[Line]:
    """Which of the lines are print. What is smaller than `smallest` is no digit."""
    ruled = _ruled(lines)
    rules = [line for line in lines if line.ends_at_border == 2 or line.runs_along_border]
    framed = _framed(lines)
    found = ruled
    if rules or framed:
        height, rest = _tallest(mask, rules + framed + ruled, smallest)
        found += [x for x in rules if x not in ruled and _is_rule(x, rules, height, rest)]
        if height:  # a 0 may be square, but is as high as the other digits, and of the same pen
            framed = [x for x in framed if _is_fine(x, rest) or x.length >= LONGER * height]
            framed = framed if sum(x.is_upright for x in framed) >= 2 else []
        if height or len(framed) > 4 or all(line.is_hair for line in framed):
            found += [line for line in framed if line not in found]
    for line in lines:
        if line in found or (line.is_upright and not line.ends_at_border):
            continue
        # A comb's teeth are print where its back is. It is fine: else it is a 5, or the like.
        teeth = [one for one in lines if one.ends_at(line) and one.length < line.length / 2]
        height, rest = _tallest(mask, [*found, *teeth, line], smallest)
        if teeth and not _is_fine(line, rest):
            continue
        is_digit = height >= TALL * line.thickness  # not the other bar of an equals sign
        if is_digit and (_is_below(line, height, rest) or _is_long(line, height, rest)):
            found += [line, *teeth]
    return found


def _ruled(lines: list[Line]) -> list[Line]:
    """The lines of ruled or squared paper: some as thin and parallel, across much of it."""
    level, upright = (
        [line for line in lines if line.is_upright == way and line.is_hair and line.is_across]
        for way in (False, True)
    )
    if len(level) < FEWEST:
        return []
    return level + upright if len(upright) >= FEWEST else level


def _is_rule(line: Line, rules: list[Line], height: int, rest: np.ndarray) -> bool:
    """Whether a line to or along the border is print; `height` is the tallest digit's, or 0."""
    is_fine = line.is_hair or _is_fine(line, rest)
    is_long = line.length >= LONGER * height
    if line.runs_along_border:  # unless it is a digit's, at the border by chance
        is_alone = not _touches(line, rest) and bool(height or line.is_hair)
        return is_alone and (is_fine or is_long or line.ends_at_border > 0)
    if sum(one.is_hair and one.is_upright == line.is_upright for one in rules) >= FEWEST:
        return line.is_hair
    return is_fine and is_long


def _is_below(line: Line, height: int, rest: np.ndarray) -> bool:
    """Whether a line underlines the digits, which are the rest (H, W) bool."""
    if line.is_upright or line.length < UNDER * height or _touches(line, rest):
        return False
    rows, columns = np.nonzero(rest)
    return bool(rows.max() < line.at.min() and line.length >= 0.9 * np.ptp(columns))


def _is_long(line: Line, height: int, rest: np.ndarray) -> bool:
    """Whether a line is longer than strokes of digits of this height, which are the rest."""
    is_stroke = not _is_fine(line, rest) and _touches(line, rest)
    return line.length >= LONGER * height and not is_stroke


def _is_fine(line: Line, rest: np.ndarray) -> bool:
    """Whether a line is finer than the strokes of the rest (H, W) bool."""
    return line.thickness <= THINNER * stroke_width(rest)


def _framed(lines: list[Line]) -> list[Line]:
    """The lines that make rectangles, with those that part them."""
    sides: set[Line] = set()
    level = [line for line in lines if not line.is_upright]
    for above in level:
        for below in level:
            if above.at[0] < below.at[0]:
                joined = [line for line in lines if line.ends_at(above) and line.ends_at(below)]
                sides |= {above, below, *joined} if len(joined) >= 2 else set()
    return [line for line in lines if line in sides]


def _tallest(mask: np.ndarray, without: list[Line], smallest: float) -> tuple[int, np.ndarray]:
    """The height of the tallest shape without these lines; and the rest (H, W) bool, no specks."""
    rest = mask.copy()
    for line in without:
        rest &= ~line.alone
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.uint8(rest))
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    large = sides.max(axis=1) > max(REST * sides[1:, 1].max(initial=0), smallest)
    large[0] = False
    return int(sides[large, 1].max(initial=0)), large[labels]


def _touches(line: Line, rest: np.ndarray) -> bool:
    near = cv2.dilate(np.uint8(line.alone), np.ones((3, 3), np.uint8)) > 0
    return bool((near & rest).any())


def _without_edges(ink: np.ndarray, faintest: int) -> np.ndarray:
    """The ink without dark strips along whole sides, such as a scanner leaves."""
    result = ink.copy()
    for turns in range(4):
        side = np.rot90(result, turns)
        mask = side[: 1 + int(DEEPEST * len(side))] > faintest
        full = np.flatnonzero(mask.mean(axis=1) >= 0.9)
        if not len(full) or full[0] > BORDER * len(side):
            continue
        depth, margin = int(full[-1]) + 2, max(2, round(0.05 * side.shape[1]))
        beside = side[depth : depth + max(3, len(side) // 20), margin:-margin] > faintest
        if beside.size and beside.mean() < CLEAR:
            side[:depth] = 0
    return result
