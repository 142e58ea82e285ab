"""Open a picture of any kind, a file, bytes, a PIL image or an array, as upright RGB or RGBA."""

from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MOST_PIXELS = 12_400_000
REDUCED_TO = 1_000_000  # pixels, approximately
DEEP = ("I", "F")  # prefixes of Pillow's modes with more than 8 bits
INDIRECT = ("1", "P", "PA", "La", "RGBa")  # modes that cannot be averaged or converted directly
FLAT = 0.05  # of the highest value: deep pictures with a smaller range have noise, not ink
UNREADABLE = "This is not a picture that can be read: send a PNG or JPEG of at most 12 megapixels."


def open_picture(source: Any, most_pixels: int = MOST_PIXELS) -> Image.Image:
    """Open a picture as RGBA if it has transparency, else RGB.

    It is turned upright by its EXIF data, and reduced to about REDUCED_TO pixels. `source` is a
    path, a file's bytes, an open file, a PIL image of any mode, or an array (H, W), (H, W, 3) or
    (H, W, 4) of numbers; more than 8 bits are scaled to the range they use. Raises ValueError,
    worded for the sender, for anything else, or if it is damaged or too large; the size is checked
    before the pixels are decoded.
    """
    if isinstance(source, np.ndarray):
        source = _from_array(source)
    elif isinstance(source, bytes):
        source = BytesIO(source)
    elif not isinstance(source, (str, Path, Image.Image)) and not hasattr(source, "read"):
        raise ValueError(f"Expected an image, an array or a file, got {type(source).__name__}.")
    try:
        is_image = isinstance(source, Image.Image)
        picture = source if is_image else Image.open(source, formats=FORMATS)
        if not 0 < picture.width * picture.height <= most_pixels:
            raise ValueError(f"{picture.size} pixels")
        picture = ImageOps.exif_transpose(picture)
        if picture.mode.startswith(DEEP):
            picture = Image.fromarray(_eight_bits(np.asarray(picture)))
        elif picture.mode in INDIRECT:
            picture = picture.convert("LA" if picture.mode == "La" else "RGBA")
        factor = ceil((picture.width * picture.height / REDUCED_TO) ** 0.5)
        picture = picture.reduce(factor)
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except FileNotFoundError:
        raise ValueError(f"There is no file {source}.") from None
    except Exception as error:  # Pillow raises almost anything for damaged files
        raise ValueError(UNREADABLE) from error


def _from_array(array: np.ndarray) -> Image.Image:
    is_picture = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if not is_picture or not array.size or array.dtype.kind not in "buif":
        found = f"{array.shape} {array.dtype}"
        raise ValueError(f"Expected an array of H×W, H×W×3 or H×W×4 numbers, got {found}.")
    return Image.fromarray(array if array.dtype == np.uint8 else _eight_bits(array))


def _eight_bits(array: np.ndarray) -> np.ndarray:
    """Scale numbers of any range to uint8, 0 to 255; a flat array becomes white."""
    numbers = np.nan_to_num(array.astype(np.float64), posinf=0, neginf=0)
    least, most = numbers.min(), numbers.max()
    if most - least <= FLAT * max(abs(most), abs(least)):
        return np.full(array.shape, 255, np.uint8)
    scaled: np.ndarray = np.rint(255 * (numbers - least) / (most - least))
    return scaled.astype(np.uint8)
