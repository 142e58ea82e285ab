"""The contrast of ink on a photo, despite uneven light, shadows, noise and the table."""

import cv2
import numpy as np
from PIL import Image

from model.picture.measures import border, components, greatest

CELLS = 48  # side of the grid on which the paper's color is estimated
WIDE = 43  # cells, odd: window of the first estimate; even thick strokes fill less than half of it
CLOSE = 19  # cells, odd: window of the second, more local estimate
NEAR = 30  # of 255: for the second estimate, cells are clipped to within this of the first
NOISE = 6  # times the median difference from the paper: anything less is paper
BRIGHTEST = 2.5  # maximum gain for ink in a shadow

SIDE = 120  # pixels: longer side of the reduced picture in which the sheet is searched
EDGE = 0.15  # of the brightness: a larger step within two pixels is an edge, not a soft shadow
STRIP = 0.2  # of the picture's border that must be table,
AROUND = 0.6  # or so much if the table looks like a shadow with a sharp edge
SHADE = 0.3  # of the light: shadows have more,
GREY = 0.15  # and all colors about as much, within this share
ALIKE = 0.88  # of the light: a surrounding with more is the same paper
SMALLEST = 0.1  # of the picture: a sheet is at least so large
SOLID = 0.7  # of the sheet's outline that must be paper; the rest is ink


def contrast_with_paper(photo: np.ndarray) -> np.ndarray:
    """The contrast of each pixel of a photo (H, W, 3) uint8 with the paper around it: (H, W) uint8.

    It is 0 where noise or a shadow's edge could explain it, and outside of the sheet. It is
    normalized for illumination: in less light, ink differs less from the paper.
    """
    size = photo.shape[1::-1]
    sheet = sheet_on(photo)
    cells = _paper(photo, sheet)
    paper = cv2.resize(cells, size)
    difference = greatest(cv2.absdiff(photo.astype(np.float32), paper))
    difference = (difference - cv2.resize(_doubt(cells), size)).clip(0)
    light = cv2.transform(paper, np.full((1, 3), 1 / 3))
    ordinary = max(np.median(light), 1)
    difference *= ordinary / light.clip(ordinary / BRIGHTEST)
    noise = np.median(difference[sheet])
    contrast: np.ndarray = (difference - NOISE * noise).clip(0, 255) * sheet
    return contrast.astype(np.uint8)


def sheet_on(photo: np.ndarray) -> np.ndarray:
    """The sheet without its edge: (H, W) bool; everywhere if there is no table around it.

    Edges divide the picture into regions. The one that covers most of the middle is paper, and the
    sheet is its convex hull, if its surrounding has another color, and is no shadow.
    """
    everywhere = np.ones(photo.shape[:2], bool)
    square = np.ones((3, 3), np.uint8)
    small = np.asarray(Image.fromarray(photo).reduce(max(1, round(max(photo.shape) / SIDE))))
    # Closing removes thin dark lines, but not a strip of table at the border.
    padded = cv2.copyMakeBorder(small, 2, 2, 2, 2, cv2.BORDER_REPLICATE)
    colors = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, square)[2:-2, 2:-2]
    steps = greatest(cv2.morphologyEx(colors, cv2.MORPH_GRADIENT, square))
    labels, _ = components(steps <= EDGE * np.maximum(greatest(colors), 32))
    height, width = labels.shape
    middle = labels[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None]
    paper = labels == np.bincount(middle[middle > 0], minlength=2).argmax()
    hull = cv2.convexHull(np.argwhere(paper)[:, ::-1].astype(np.int32))
    sheet = cv2.fillConvexPoly(np.zeros(labels.shape, np.uint8), hull, 1)
    beside = border(sheet) == 0
    if beside.mean() < STRIP or sheet.mean() < SMALLEST or paper.sum() < SOLID * sheet.sum():
        return everywhere
    color = np.median(colors[paper], axis=0)
    other = np.median(border(colors)[beside], axis=0)
    light = np.minimum(color, other) / np.maximum(color, other).clip(1)
    is_shadow = light.max() >= SHADE and np.ptp(light) <= GREY * light.max()
    if light.min() >= ALIKE or (is_shadow and beside.mean() < AROUND):
        return everywhere
    inside = cv2.erode(sheet, square)  # its outermost pixels may be edge
    inside = cv2.resize(inside, photo.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    return inside.astype(bool) if inside.any() else everywhere


def _paper(photo: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """Estimate the paper's color on a grid: (CELLS, CELLS, 3) float32.

    The median over a wide window is the paper's color if ink, dark or light, fills less than half
    of it; it keeps edges, such as a shadow's. Uneven light biases it near a table, so a second
    median over a smaller window follows, of cells clipped to near the first. Cells outside of the
    sheet (H, W) bool take the color of the nearest cell in it.
    """
    fine = cv2.resize(photo, (3 * CELLS, 3 * CELLS), interpolation=cv2.INTER_AREA)
    cells = cv2.medianBlur(fine, 3)[1::3, 1::3]
    share = cv2.resize(sheet.astype(np.float32), (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    whole = share > 0.999
    if whole.any():
        beside = (~whole).astype(np.uint8)
        _, nearest = cv2.distanceTransformWithLabels(
            beside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        cells = cells[whole][nearest - 1]  # labels number the whole cells, row by row
    paper = _median_around(cells, WIDE)
    return _median_around(cells.clip(paper - NEAR, paper + NEAR), CLOSE)


def _median_around(cells: np.ndarray, window: int) -> np.ndarray:
    """Median filter. Odd reflection at the border continues gradients of the light."""
    beyond = window // 2
    padding = (beyond, beyond), (beyond, beyond), (0, 0)
    padded = np.pad(cells.astype(np.float32), padding, "reflect", reflect_type="odd")
    blurred = cv2.medianBlur(padded.clip(0, 255).astype(np.uint8), window)
    return blurred[beyond:-beyond, beyond:-beyond].astype(np.float32)


def _doubt(cells: np.ndarray) -> np.ndarray:
    """The uncertainty of the interpolated paper color: (CELLS, CELLS) float32.

    Neighboring cells that are not on one gradient have an edge between them, of shadow or paper.
    """
    padded = np.pad(cells, ((1, 1), (1, 1), (0, 0)), "reflect", reflect_type="odd")
    bends = np.abs(np.diff(padded, 2, axis=0))[:, 1:-1], np.abs(np.diff(padded, 2, axis=1))[1:-1]
    return cv2.dilate(greatest(np.maximum(*bends)), np.ones((3, 3), np.uint8))
