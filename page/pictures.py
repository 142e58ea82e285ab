"""Pictures as the page and its API send them: as data URIs, or as the sketchpad's value."""

import base64
from io import BytesIO
from typing import Any

from PIL import Image

LONGEST_ADDRESS = 900_000  # characters; a photo of 480 pixels takes a fifth
MOST_PIXELS = 1_000_000  # in a data URI


def picture_at(address: str) -> Image.Image:
    """Decode the picture in a data URI, "data:image/png;base64,…"; nothing is fetched.

    Raises ValueError if the URI is too long, or does not hold a readable PNG or JPEG.
    """
    scheme, _, content = address.partition(",")
    if len(address) > LONGEST_ADDRESS or not scheme.startswith("data:image/"):
        raise ValueError(
            f"expected a data URI of a picture, {LONGEST_ADDRESS:,} characters at most"
        )
    try:
        file = BytesIO(base64.b64decode(content, validate=True))
        picture = Image.open(file, formats=("PNG", "JPEG"))
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError(f"more than {MOST_PIXELS:,} pixels")
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"expected a readable PNG or JPEG ({error})") from None
    return picture


def picture_of(drawing: dict[str, Any] | None) -> Image.Image:
    """The drawing in a sketchpad's value, {"background", "layers", "composite"}.

    This is the layer with ink, since it also shows ink in the page's color, or else the composite.
    Raises ValueError, worded for the caller, if there is no composite.
    """
    if not drawing or drawing.get("composite") is None:
        raise ValueError("Expected a picture as `composite`, got none.")
    for layer in drawing.get("layers") or ():
        least, most = layer.convert("RGBA").getchannel("A").getextrema()
        if least < most:
            return layer
    return drawing["composite"]
