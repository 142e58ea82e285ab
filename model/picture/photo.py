"""Ink on a photo: subtract a background estimate, since light, paper and camera noise vary."""

import numpy as np
from PIL import Image, ImageFilter

from model.picture.ruling import without_ruling
from model.picture.sheet import sheet_on

CELLS = 32  # a side of the grid on which the paper's color is estimated
FINE = 3  # samples a side in each cell
WIDE = 14  # cells each way: even thick strokes fill less than half of so large a window
CLOSE = 6  # cells each way, in the second, more local estimate
NEAR = 30  # of 255: the second estimate uses cells clipped to within this of the first
NOISE = 6  # times the median difference from the paper: anything less is paper
BRIGHTEST = 2.5  # maximum gain for ink in a shadow


def contrast_on_photo(page: Image.Image) -> np.ndarray:
    """The contrast of each pixel of a photo (RGB) with the paper around it: (H, W) uint8.

    Zero where noise or the edge of a shadow could explain it, and beside the sheet. Normalized for
    illumination: in less light, ink differs less from the paper.
    """
    sheet = sheet_on(page)
    cells = _paper(page, sheet)
    channels = np.asarray(page, np.float32).transpose(2, 0, 1)
    paper = [_enlarged(cells[:, :, channel], page.size) for channel in range(3)]
    # Channel by channel: NumPy is slow along an axis of three.
    red, green, blue = (np.abs(seen - expected) for seen, expected in zip(channels, paper))
    difference = np.maximum(np.maximum(red, green), blue)
    difference = (difference - _doubt(cells, page.size)).clip(0)
    light = (paper[0] + paper[1] + paper[2]) / 3
    ordinary = max(np.median(light), 1)
    difference *= ordinary / light.clip(ordinary / BRIGHTEST)
    noise = np.median(difference[sheet])
    ink = ((difference - NOISE * noise).clip(0, 255) * sheet).astype(np.uint8)
    return without_ruling(ink, sheet)


def _paper(page: Image.Image, sheet: np.ndarray) -> np.ndarray:
    """Estimate the paper's color per cell, with a border of one cell: (CELLS + 2, CELLS + 2, 3).

    Beside the sheet (H, W), it is that of the nearest cell of the sheet.

    The median over a wide window is the paper's color if ink, dark or light, fills less than half
    of it. Beside a visible table, uneven light biases it; so a second median follows, over a
    smaller window, with the cells clipped to near the first.
    """
    side = CELLS * FINE
    places = np.asarray(page.resize((side, side), Image.Resampling.BOX), np.float32)
    places = places.reshape(CELLS, FINE, CELLS, FINE, 3).swapaxes(1, 2)
    cells = np.median(places.reshape(CELLS, CELLS, FINE * FINE, 3), axis=2)
    cells = _continued(cells, sheet)
    paper = _median_around(cells, WIDE)[1:-1, 1:-1]
    return _median_around(cells.clip(paper - NEAR, paper + NEAR), CLOSE)


def _continued(cells: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """The cells, those not wholly on the sheet replaced by the nearest: (CELLS, CELLS, 3).

    The sheet is convex, so its cells are without gaps in each row.
    """
    picture = Image.fromarray(np.uint8(255 * sheet))
    whole = np.asarray(picture.resize((CELLS, CELLS), Image.Resampling.BOX)) == 255
    rows = np.flatnonzero(whole.any(axis=1))
    rows = np.arange(CELLS).clip(rows[0], rows[-1])
    first = whole[rows].argmax(axis=1)
    last = CELLS - 1 - whole[rows, ::-1].argmax(axis=1)
    columns = np.arange(CELLS).clip(first[:, None], last[:, None])
    return cells[rows[:, None], columns]


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
    return cells


def _doubt(cells: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The uncertainty of the interpolated paper color: (H, W) float32.

    Where neighboring cells are not on one gradient, there is an edge, of a shadow or of the paper,
    somewhere between them.
    """
    bends = np.abs(np.diff(cells, 2, axis=0))[:, 1:-1], np.abs(np.diff(cells, 2, axis=1))[1:-1]
    bend = Image.fromarray(np.maximum(*bends).max(axis=2)).filter(ImageFilter.MaxFilter(3))
    return np.asarray(bend.resize(size, Image.Resampling.BILINEAR))


def _enlarged(cells: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Interpolate one channel of the cells from `_paper` to all pixels: (H, W) float32."""
    inside = (1, 1, CELLS + 1, CELLS + 1)
    image = Image.fromarray(np.ascontiguousarray(cells))
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=inside))
