"""A picture file, opened with care: its format and size are checked before it takes memory."""

from math import ceil
from pathlib import Path
from typing import BinaryIO

from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MOST_PIXELS = 12_400_000
REDUCED_TO = 1_000  # pixels a side, at most
UNREADABLE = "This is not a picture that can be read: send a PNG or JPEG of at most 12 megapixels."


def open_picture(file: Path | BinaryIO, most_pixels: int = MOST_PIXELS) -> Image.Image:
    """The picture in a file, in its own mode, reduced to REDUCED_TO pixels a side.

    Raises ValueError, worded for the one who sent it, if it is damaged, too large, or no picture.
    """
    try:
        picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > most_pixels:
            raise ValueError(f"{picture.size} pixels")
        return picture.reduce(ceil(max(picture.size) / REDUCED_TO))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(UNREADABLE) from error
