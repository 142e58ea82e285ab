"""Any drawing → 28×28, prepared the way MNIST prepared its digits.

LeCun et al. (1998, "Gradient-based learning applied to document recognition", section III.A) scaled
the longer side of each digit to 20 pixels and put its centre of mass at the centre of 28×28. On a
screen people choose the brush too, so strokes are brought to MNIST's width on the way: given the
signed distance to the outline, making every stroke wider or thinner is one addition.
"""

from __future__ import annotations

from math import ceil
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

Floats: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
Drawing: TypeAlias = Image.Image | Bytes | dict[str, Any]

SIDE = 28  # of the picture the network sees
CENTRE = 14.5  # where MNIST's centres of mass are, from the picture's edge: in the middle of a pixel
BOX = 20  # longer side of the digit
STROKE = 2.5  # width of MNIST's strokes
OUTLINE = 72  # longer side of the digit while its outline is measured and moved
LARGEST = 400  # a picture with a longer side is reduced before anything else
FAINTEST = 24  # of 255: with less contrast than this, nothing is drawn
SPECK = 0.06  # of the largest part's ink: a smaller part is dust


def prepare(drawing: Drawing) -> Floats:
    """Return (28, 28) float32 in 0..1, white ink on black; zeros if nothing is drawn."""
    ink = _ink(_picture(drawing))
    if ink.max() < FAINTEST:
        return np.zeros((SIDE, SIDE), np.float32)
    return _centred(_with_stroke_of_mnist(_signed_distance(_cropped(ink))))


def _picture(drawing: Drawing) -> Image.Image:
    """Return RGBA of bounded size: the picture, or the part of a sketchpad's value that was drawn."""
    if not isinstance(drawing, dict):
        return _reduced(drawing)
    if drawing.get("composite") is None:
        raise ValueError("The sketchpad's 'composite' is None: the drawing was lost on its way. Send it again.")
    for layer in map(_reduced, drawing.get("layers") or ()):
        clearest, most_opaque = layer.getextrema()[3]
        if clearest < most_opaque:  # what is opaque is ink, even where it has the page's colour
            return layer
    return _reduced(drawing["composite"])


def _reduced(picture: Image.Image | Bytes) -> Image.Image:
    """Return RGBA of at most LARGEST pixels a side, strip by strip: nothing huge is ever copied."""
    if isinstance(picture, Image.Image):
        width, height = picture.size
    elif _is_bytes(picture):
        height, width = picture.shape[:2]
    else:
        found = getattr(picture, "shape", type(picture).__name__), getattr(picture, "dtype", "")
        raise ValueError(f"Expected a PIL image or uint8 of shape H×W, H×W×3 or H×W×4, found {found}.")
    if width == 0 or height == 0:
        raise ValueError(f"Expected a picture with pixels, found {width}×{height}.")
    factor = ceil(max(width, height) / LARGEST)
    small = Image.new("RGBA", (ceil(width / factor), ceil(height / factor)))
    rows = factor * ceil(2**20 / (factor * width))
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        if isinstance(picture, Image.Image):
            strip = picture.crop((0, top, width, bottom))
        else:
            strip = Image.fromarray(picture[top:bottom])
        small.paste(strip.convert("RGBA").reduce(factor), (0, top // factor))
    return small


def _is_bytes(picture: object) -> bool:
    """Tell whether this is an array of grey, RGB or RGBA bytes."""
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8:
        return False
    return picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] in (3, 4))


def _ink(picture: Image.Image) -> Bytes:
    """Return (H, W): opacity on a transparent page, else the difference from the page at the border."""
    alpha = np.asarray(picture.getchannel("A"))
    if alpha.mean() < 128:
        return alpha
    white = Image.new("RGBA", picture.size, "white")
    page = Image.alpha_composite(white, picture).convert("RGB")
    colours = np.asarray(page)
    border = np.concatenate([colours[0], colours[-1], colours[:, 0], colours[:, -1]])
    paper = Image.new("RGB", page.size, tuple(np.median(border, axis=0).astype(int).tolist()))
    red, green, blue = ImageChops.difference(page, paper).split()
    contrast = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    # Light falls unevenly on a photograph: take away what is wider than any stroke (an opening).
    coarse = contrast.resize((16, 16), Image.Resampling.BOX)
    light = coarse.filter(ImageFilter.MinFilter(7)).filter(ImageFilter.MaxFilter(7))
    return np.asarray(ImageChops.subtract(contrast, light.resize(page.size, Image.Resampling.BILINEAR)))


def _otsu(ink: Bytes) -> int:
    """Return the threshold that best parts the grey values in two (Otsu, 1979)."""
    counts = np.bincount(ink.ravel(), minlength=256)
    below, sum_below = np.cumsum(counts), np.cumsum(counts * np.arange(256))
    above, sum_above = ink.size - below, sum_below[-1] - sum_below
    difference = sum_below / np.maximum(below, 1) - sum_above / np.maximum(above, 1)
    return int(np.argmax(below * above * difference**2))


def _cropped(ink: Bytes) -> Mask:
    """Return the digit's shape without dust, its longer side OUTLINE, with a margin to grow into."""
    rows, columns = np.nonzero(ink > _otsu(ink))
    part = _parts(rows, columns, max(ink.shape))
    areas = np.bincount(part)
    kept = areas[part] >= SPECK * areas.max()
    rows, columns = rows[kept], columns[kept]
    digit = np.zeros_like(ink)
    digit[rows, columns] = ink[rows, columns]
    digit = digit[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (ceil(side * OUTLINE / max(digit.shape)) for side in digit.shape)
    scaled = np.asarray(Image.fromarray(digit).resize((width, height), Image.Resampling.BILINEAR))
    return np.pad(scaled > _otsu(scaled), OUTLINE // 8)


def _parts(rows: NDArray[np.intp], columns: NDArray[np.intp], side: int) -> NDArray[np.intp]:
    """Return for each pixel of ink the number of the part it belongs to, on a grid of 32×32 cells."""
    cell = ceil(side / 32)
    cells = rows // cell * 100 + columns // cell  # neighbours differ by ±1, ±99, ±100 or ±101
    number = np.zeros(3300, np.intp)
    remaining = set(np.flatnonzero(np.bincount(cells)).tolist())
    while remaining:
        part = [remaining.pop()]
        for here in part:
            near = remaining.intersection(here + step for step in (-101, -100, -99, -1, 1, 99, 100, 101))
            remaining -= near
            part.extend(near)
        number[part] = len(remaining)  # differs from part to part
    return number[cells]


def _distance(shape: Mask) -> Floats:
    """Return each pixel's Euclidean distance to the shape: first along its row, then across rows."""
    height, width = shape.shape
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    before = np.maximum.accumulate(np.where(shape, x, np.float32(-1e4)), axis=1)
    after = np.minimum.accumulate(np.where(shape, x, np.float32(1e4))[:, ::-1], axis=1)[:, ::-1]
    along = np.minimum(x - before, after - x) ** 2
    across = (y[:, None] - y) ** 2
    return np.sqrt((across[:, :, None] + along).min(axis=1))


def _signed_distance(shape: Mask) -> Floats:
    """Return the distance to the outline, positive in the ink and negative outside."""
    return np.where(shape, _distance(~shape) - 0.5, 0.5 - _distance(shape))


def _with_stroke_of_mnist(distance: Floats) -> Floats:
    """Move the outline so that strokes are STROKE wide once the digit is BOX long."""
    width = 4 * distance[distance > 0].mean()  # across a stroke the distance goes 0, width/2, 0
    ratio = STROKE / BOX  # solve (width + 2·move) / (OUTLINE + 2·move) = ratio
    move = (ratio * OUTLINE - width) / (2 - 2 * ratio)
    return np.clip(distance + max(move, -0.4 * width) + 0.5, 0, 1)


def _centred(ink: Floats) -> Floats:
    """Shrink the digit to a longer side of BOX, its centre of mass at CENTRE."""
    rows, columns = np.nonzero(ink > 0.5)
    scale = (max(np.ptp(rows), np.ptp(columns)) + 1) / BOX
    x = ink.sum(axis=0) @ np.arange(ink.shape[1]) / ink.sum() + 0.5
    y = ink.sum(axis=1) @ np.arange(ink.shape[0]) / ink.sum() + 0.5
    margin = ceil(SIDE * scale)
    left, top = x - CENTRE * scale + margin, y - CENTRE * scale + margin
    box = (left, top, left + SIDE * scale, top + SIDE * scale)
    return np.asarray(Image.fromarray(np.pad(ink, margin)).resize((SIDE, SIDE), Image.Resampling.BOX, box=box))
