"""Ink on a photo: how far each pixel is from the paper's color, whatever light, paper and noise do.

The sheet may lie on a table; what is beside it is no ink.
"""

import cv2
import numpy as np
from PIL import Image

CELLS = 32  # a side of the grid on which the paper's color is estimated
FINE = 3  # samples a side in each cell
WIDE = 14  # cells each way: even thick strokes fill less than half of so large a window
CLOSE = 6  # cells each way, in the second, more local estimate
NEAR = 30  # of 255: the second estimate uses cells clipped to within this of the first
NOISE = 6  # times the median difference from the paper: anything less is paper
BRIGHTEST = 2.5  # maximum gain for ink in a shadow

SIDE = 120  # the longer side of the picture on which the sheet is looked for
EDGE = 0.15  # of the light: a sharper step within two pixels is an edge, no soft shadow
ALIKE = 0.12  # of the light: parts of the picture that differ less are one paper, cut by ink
AROUND = 0.6  # of the picture's border: less table is no table all around
SMALLEST = 0.1  # of the picture: no sheet is smaller
SOLID = 0.7  # of the sheet within its outline; the rest is ink


def contrast_with_paper(photo: np.ndarray) -> np.ndarray:
    """The contrast of each pixel of a photo (H, W, 3) uint8 with the paper around it: (H, W) uint8.

    Zero where noise or the edge of a shadow could explain it, and beside the sheet. Normalized for
    illumination: in less light, ink differs less from the paper.
    """
    size = photo.shape[1::-1]
    sheet = sheet_on(photo)
    cells = _paper(photo, sheet)
    paper = [_enlarged(cells[:, :, channel], size) for channel in range(3)]
    # Channel by channel: NumPy is slow along an axis of three.
    off = [np.abs(photo[:, :, channel] - paper[channel]) for channel in range(3)]
    difference = (np.maximum(np.maximum(*off[:2]), off[2]) - _doubt(cells, size)).clip(0)
    light = (paper[0] + paper[1] + paper[2]) / 3
    ordinary = max(np.median(light), 1)
    difference *= ordinary / light.clip(ordinary / BRIGHTEST)
    noise = np.median(difference[sheet])
    return ((difference - NOISE * noise).clip(0, 255) * sheet).astype(np.uint8)


def sheet_on(photo: np.ndarray) -> np.ndarray:
    """Where the sheet is, without its edge: (H, W) bool; everywhere without a table all around.

    Edges part the picture. The part with most of the middle is paper, as are those of its color;
    the sheet is all within their convex hull.
    """
    everywhere = np.ones(photo.shape[:2], bool)
    small = np.asarray(Image.fromarray(photo).reduce(max(1, round(max(photo.shape) / SIDE))))
    # Dark lines of at most two pixels are closed.
    colors = np.pad(small, ((2, 2), (2, 2), (0, 0)), mode="edge")
    colors = cv2.morphologyEx(colors, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))[2:-2, 2:-2]
    near = np.pad(colors, ((1, 1), (1, 1), (0, 0)), mode="edge")
    down = cv2.absdiff(near[2:, 1:-1], near[:-2, 1:-1])
    right = cv2.absdiff(near[1:-1, 2:], near[1:-1, :-2])
    edges = np.maximum(down, right).max(axis=2) > EDGE * np.maximum(colors.max(axis=2), 32)
    count, labels = cv2.connectedComponents(np.uint8(~edges))
    height, width = labels.shape
    middle = labels[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None]
    sizes = np.bincount(labels[~edges], minlength=count)
    main = np.bincount(middle[middle > 0], minlength=1).argmax()
    if not main:
        return everywhere
    color = np.median(colors[labels == main], axis=0)
    parts = [n for n in np.flatnonzero(sizes > 0.01 * sizes.sum()) if n]
    alike = [n for n in parts if _differs(colors[labels == n], color) <= ALIKE * color.max()]
    paper = np.isin(labels, [main, *alike])
    hull = cv2.convexHull(cv2.findNonZero(np.uint8(paper)))
    sheet = cv2.fillConvexPoly(np.zeros(labels.shape, np.uint8), hull, 1)
    border = np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]])
    is_sheet = sheet.mean() >= SMALLEST and paper.sum() >= SOLID * sheet.sum()
    if not is_sheet or border.mean() > 1 - AROUND:
        return everywhere
    inside = cv2.erode(sheet, np.ones((3, 3), np.uint8))  # its edge may still be in the outermost
    inside = cv2.resize(inside, photo.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    return inside if inside.any() else everywhere


def _differs(colors: np.ndarray, color: np.ndarray) -> float:
    return float(np.abs(np.median(colors, axis=0) - color).max())


def _paper(photo: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """Estimate the paper's color per cell, with a border of one cell: (CELLS + 2, CELLS + 2, 3).

    Beside the sheet (H, W), it is that of the nearest cell of the sheet.

    The median over a wide window is the paper's color if ink, dark or light, fills less than half
    of it. Beside a visible table, uneven light biases it; so a second median follows, over a
    smaller window, with the cells clipped to near the first.
    """
    side = CELLS * FINE
    places = np.asarray(Image.fromarray(photo).resize((side, side), Image.Resampling.BOX))
    places = places.reshape(CELLS, FINE, CELLS, FINE, 3).swapaxes(1, 2)
    cells = np.median(places.reshape(CELLS, CELLS, FINE * FINE, 3), axis=2)
    whole = cv2.resize(np.float32(sheet), (CELLS, CELLS), interpolation=cv2.INTER_AREA) > 0.999
    rows = np.flatnonzero(whole.any(axis=1))
    if len(rows):  # the sheet is convex, so its cells are without gaps in each row
        rows = np.arange(CELLS).clip(rows[0], rows[-1])
        first = whole[rows].argmax(axis=1)
        last = CELLS - 1 - whole[rows, ::-1].argmax(axis=1)
        cells = cells[rows[:, None], np.arange(CELLS).clip(first[:, None], last[:, None])]
    paper = _median_around(cells, WIDE)[1:-1, 1:-1]
    return _median_around(cells.clip(paper - NEAR, paper + NEAR), CLOSE)


def _median_around(cells: np.ndarray, reach: int) -> np.ndarray:
    """Median filter, with a border of one cell: (H, W, 3) in, (H + 2, W + 2, 3) out.

    It preserves edges, such as a shadow's. Rows first, then columns (Narendra 1981, "A separable
    median filter for image noise smoothing"). Odd reflection at the border continues gradients of
    the light.
    """
    beyond = (reach + 1, reach + 1)
    cells = np.pad(cells, (beyond, beyond, (0, 0)), mode="reflect", reflect_type="odd")
    for axis in (1, 0):
        windows = np.lib.stride_tricks.sliding_window_view(cells, 2 * reach + 1, axis)
        cells = np.median(windows, axis=-1)
    return np.float32(cells)


def _doubt(cells: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The uncertainty of the interpolated paper color: (H, W) float32.

    Where neighboring cells are not on one gradient, there is an edge, of a shadow or of the paper,
    somewhere between them.
    """
    bends = np.abs(np.diff(cells, 2, axis=0))[:, 1:-1], np.abs(np.diff(cells, 2, axis=1))[1:-1]
    bend = cv2.dilate(np.maximum(*bends).max(axis=2), np.ones((3, 3), np.uint8))
    return cv2.resize(bend, size, interpolation=cv2.INTER_LINEAR)


def _enlarged(cells: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Interpolate one channel of the cells from `_paper` to all pixels: (H, W) float32."""
    inside = (1, 1, CELLS + 1, CELLS + 1)
    image = Image.fromarray(np.ascontiguousarray(cells))
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=inside))
