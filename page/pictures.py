"""Pictures as the page and its API bring them: inside an address, or as the sketchpad's value."""

import base64
from io import BytesIO
from typing import Any

from PIL import Image

LONGEST_ADDRESS = 900_000  # characters; a photo of 480 pixels takes a fifth of it
MOST_PIXELS = 1_000_000  # in such an address


def picture_at(address: str) -> Image.Image:
    """The picture in an address that holds it, "data:image/png;base64,…": nothing is fetched.

    Raises ValueError if the address is too long, or holds no PNG or JPEG that can be read.
    """
    scheme, _, content = address.partition(",")
    if len(address) > LONGEST_ADDRESS or not scheme.startswith("data:image/"):
        raise ValueError("expected the address of a picture that holds it, data:image/…")
    try:
        file = BytesIO(base64.b64decode(content, validate=True))
        picture = Image.open(file, formats=("PNG", "JPEG"))
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError(f"more than {MOST_PIXELS:,} pixels")
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"expected a PNG or a JPEG that can be read ({error})") from None
    return picture


def picture_of(drawing: dict[str, Any] | None) -> Image.Image:
    """What was drawn on a sketchpad whose value is {"background", "layers", "composite"}: the layer
    that has ink, since it shows ink of the page's color too, or else the composite.

    Raises ValueError, in words for the caller, if there is no composite.
    """
    if not drawing or drawing.get("composite") is None:
        raise ValueError("Expected a picture as `composite`, got none.")
    for layer in drawing.get("layers") or ():
        least, most = layer.convert("RGBA").getchannel("A").getextrema()
        if least < most:
            return layer
    return drawing["composite"]
