"""Arrays as pictures for the page: PNGs in data URIs, so that no file is stored or deleted."""

import base64
from io import BytesIO

import numpy as np
from PIL import Image

# Two colours that colour-blind people tell apart (Okabe & Ito 2008), and nothing in between: what
# is 0 shows the page below it, light or dark.
POSITIVE, NEGATIVE = (213, 94, 0), (0, 114, 178)


def grey_uri(image: np.ndarray) -> str:
    """A picture (H, W) in 0..1, black to white."""
    return _uri(Image.fromarray(np.uint8(np.rint(255 * image))))


def signed_uri(values: np.ndarray) -> str:
    """Numbers (H, W), orange above 0 and blue below, the more opaque the farther from it."""
    pixels = np.zeros((*values.shape, 4), np.uint8)
    pixels[..., :3] = np.where((values > 0)[..., None], POSITIVE, NEGATIVE)
    pixels[..., 3] = np.rint(255 * np.abs(values) / max(float(np.abs(values).max()), 1e-9))
    return _uri(Image.fromarray(pixels))


def _uri(picture: Image.Image) -> str:
    png = BytesIO()
    picture.save(png, "PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
