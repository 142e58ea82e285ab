"""The sheet of paper on a photo that shows the table around it, too."""

import numpy as np
from PIL import Image, ImageDraw

from model.picture.components import parts_of

SIDE = 120  # the longer side of the picture on which the sheet is looked for
EDGE = 0.15  # of the light: a sharper step within two pixels is an edge, no soft shadow
ALIKE = 0.12  # of the light: parts of the picture that differ less are one paper, cut by ink
AROUND = 0.6  # of the picture's border: less table is no table all around
SMALLEST = 0.1  # of the picture: no sheet is smaller
SOLID = 0.7  # of the sheet within its outline; the rest is ink


def sheet_on(page: Image.Image) -> np.ndarray:
    """Where the sheet is, without its edge: (H, W) bool; everywhere without a table all around.

    Edges part the picture. The part with most of the middle is paper, as are those of its color;
    the sheet is all within their convex hull.
    """
    small = page.reduce(max(1, round(max(page.size) / SIDE)))
    colors = _without_thin_lines(np.asarray(small))
    rows, columns = np.nonzero(~_edges(colors))
    height, width = colors.shape[:2]
    middle = (abs(2 * rows - height) < height / 2) & (abs(2 * columns - width) < width / 2)
    if not middle.any():
        return np.ones(page.size[::-1], bool)
    part = parts_of(rows, columns)
    paper = np.zeros((height, width), bool)
    kept = _paper(colors[rows, columns], part, part[middle])
    paper[rows[kept], columns[kept]] = True
    sheet = _hull(paper)
    border = np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]])
    is_sheet = sheet.mean() >= SMALLEST and paper.sum() >= SOLID * sheet.sum()
    if not is_sheet or border.mean() > 1 - AROUND:
        return np.ones(page.size[::-1], bool)
    inside = sheet.copy()  # its edge may still be in the outermost pixels
    inside[1:-1, 1:-1] &= sheet[:-2, 1:-1] & sheet[2:, 1:-1] & sheet[1:-1, :-2] & sheet[1:-1, 2:]
    return np.asarray(Image.fromarray(inside).resize(page.size))


def _paper(colors: np.ndarray, part: np.ndarray, part_in_middle: np.ndarray) -> np.ndarray:
    """Which of the pixels (N, 3) are of the part in the middle, or of its color: (N,) bool."""
    sizes = np.bincount(part)
    main = np.bincount(part_in_middle).argmax()
    color = np.median(colors[part == main], axis=0)
    alike = np.arange(len(sizes)) == main
    for other in np.flatnonzero(sizes > 0.01 * len(part)):
        difference = np.median(colors[part == other], axis=0) - color
        alike[other] |= abs(difference).max() <= ALIKE * color.max()
    return alike[part]


def _without_thin_lines(colors: np.ndarray) -> np.ndarray:
    """Close what is dark and at most two pixels thin: (H, W, 3) int16."""
    padded = np.pad(colors, ((2, 2), (2, 2), (0, 0)), mode="edge")
    for pick in (np.maximum, np.minimum):
        padded = pick(pick(padded[:-2], padded[1:-1]), padded[2:])
        padded = pick(pick(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    return padded.astype(np.int16)


def _edges(colors: np.ndarray) -> np.ndarray:
    """Where colors change sharply between the pixels on both sides: (H, W) bool."""
    padded = np.pad(colors, ((1, 1), (1, 1), (0, 0)), mode="edge")
    limit = EDGE * np.maximum(colors.max(axis=2), 32)
    down = abs(padded[2:, 1:-1] - padded[:-2, 1:-1]).max(axis=2)
    right = abs(padded[1:-1, 2:] - padded[1:-1, :-2]).max(axis=2)
    return (down > limit) | (right > limit)


def _hull(shape: np.ndarray) -> np.ndarray:
    """All within the shape's convex hull: (H, W) bool (Andrew 1979, the monotone chain)."""
    rows = np.flatnonzero(shape.any(axis=1))
    first = shape[rows].argmax(axis=1)
    last = shape.shape[1] - 1 - shape[rows, ::-1].argmax(axis=1)
    ends = np.stack([first, rows, last, rows], axis=1).reshape(-1, 2).tolist()
    hull: list[list[int]] = []
    for points in (ends, ends[::-1]):
        chain: list[list[int]] = []
        for point in points:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) >= 0:
                chain.pop()
            chain.append(point)
        hull += chain
    mask = Image.new("1", shape.shape[::-1])
    ImageDraw.Draw(mask).polygon([tuple(point) for point in hull], fill=1, outline=1)
    return np.asarray(mask)


def _turn(a: list[int], b: list[int], c: list[int]) -> int:
    """Above 0 if the way from a to c, each [x, y], by b turns right."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
