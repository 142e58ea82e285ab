"""What is ink on a photo, where light, paper and camera make all of the page differ from itself."""

import numpy as np
from PIL import Image, ImageFilter

CELLS = 32  # a side: the grid on which the color of the paper is looked at
FINE = 3  # places a side in each cell
WIDE = 14  # cells to each side: with so large a window, thick ink fills less than half of it
CLOSE = 6  # likewise, for the second look at it
NEAR = 30  # of 255: the second look changes the color by no more, whatever it sees
NOISE = 6  # times the picture's median difference from the paper: less is paper
BRIGHTEST = 2.5  # the most by which ink in a shadow is strengthened


def contrast_on_photo(page: Image.Image) -> np.ndarray:
    """How much each pixel of a photo (RGB) differs from the paper around it: (H, W) uint8.

    Zero where noise, or the edge of a shadow, may be all that makes it differ. As if light fell
    alike everywhere: with less of it, ink differs less from the paper.
    """
    cells = _paper(page)
    channels = [_enlarged(cells[:, :, channel], page.size) for channel in range(3)]
    paper = np.stack(channels, axis=2)
    difference = np.abs(np.asarray(page, np.float32) - paper).max(axis=2)
    difference = (difference - _doubt(cells, page.size)).clip(0)
    light = paper.mean(axis=2)
    ordinary = max(np.median(light), 1)
    difference *= ordinary / light.clip(ordinary / BRIGHTEST)
    return (difference - NOISE * np.median(difference)).clip(0, 255).astype(np.uint8)


def _paper(page: Image.Image) -> np.ndarray:
    """The paper's color in each cell, and one cell beyond each border: (CELLS + 2, CELLS + 2, 3).

    A median over a wide window is the paper's color if the ink, dark or light, fills less than half
    of it. Near a table it is not quite, if light falls off; so there is a second look, closer, with
    all that is far from the first one's color brought near to it.
    """
    side = CELLS * FINE
    places = np.asarray(page.resize((side, side), Image.Resampling.BOX), np.float32)
    places = places.reshape(CELLS, FINE, CELLS, FINE, 3).swapaxes(1, 2)
    cells = np.median(places.reshape(CELLS, CELLS, FINE * FINE, 3), axis=2)
    paper = _median_around(cells, WIDE)[1:-1, 1:-1]
    return _median_around(cells.clip(paper - NEAR, paper + NEAR), CLOSE)


def _median_around(cells: np.ndarray, reach: int) -> np.ndarray:
    """The median around each cell and those one beyond: (H, W, 3) in, (H + 2, W + 2, 3) out.

    It keeps edges, such as a shadow's. Taken along the rows, then along the columns (Narendra 1981,
    "A separable median filter for image noise smoothing"). Beyond its border the picture goes on as
    its mirror image upside down, so that a slope of the light stays one.
    """
    beyond = (reach + 1, reach + 1)
    cells = np.pad(cells, (beyond, beyond, (0, 0)), mode="reflect", reflect_type="odd")
    for axis in (1, 0):
        windows = np.lib.stride_tricks.sliding_window_view(cells, 2 * reach + 1, axis)
        cells = np.median(windows, axis=-1)
    return cells


def _doubt(cells: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """How wrong the paper's color may be between cells that are not on one slope: (H, W) float32.

    There is an edge, of a shadow or of the paper itself, and it is somewhere between them.
    """
    bends = np.abs(np.diff(cells, 2, axis=0))[:, 1:-1], np.abs(np.diff(cells, 2, axis=1))[1:-1]
    bend = Image.fromarray(np.maximum(*bends).max(axis=2)).filter(ImageFilter.MaxFilter(3))
    return np.asarray(bend.resize(size, Image.Resampling.BILINEAR))


def _enlarged(cells: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """One number for each pixel, (H, W) float32, of one for each cell, as `_paper` gives them."""
    inside = (1, 1, CELLS + 1, CELLS + 1)
    image = Image.fromarray(np.ascontiguousarray(cells))
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=inside))
