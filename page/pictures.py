"""Pictures as they come from a browser, opened with care: strangers send them."""

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any

import gradio as gr
from PIL import Image

LONGEST = 900_000  # characters of an address: a photo of 480 pixels takes a fifth of it
MOST_PIXELS = 12_400_000  # Pillow refuses more before it takes the memory


def limit_pictures() -> None:
    """Makes Pillow, wherever it is called from, refuse pictures of more than MOST_PIXELS."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # it refuses twice of what it warns of


def picture_at(address: str) -> Image.Image:
    """The picture in an address that holds it, "data:image/png;base64,…": nothing is fetched.

    Raises ValueError if the address is too long, or holds no PNG or JPEG that can be read.
    """
    scheme, _, content = address.partition(",")
    if len(address) > LONGEST or not scheme.startswith("data:image/"):
        raise ValueError("expected the address of a picture that holds it, data:image/…")
    try:
        picture = Image.open(
            BytesIO(base64.b64decode(content, validate=True)), formats=("PNG", "JPEG")
        )
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"expected a PNG or a JPEG that can be read ({error})") from None
    return picture


def refusing(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`read`, which says in a sentence what it cannot read: Gradio opens pictures before we can."""

    def read_or_refuse(payload: Any) -> Any:
        if payload:
            payload.background = None  # nobody looks at it: it need not be opened
            if len(payload.layers) > 1:
                raise gr.Error("Send one layer at most.", print_exception=False)
        try:
            return read(payload)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            wanted = "send a PNG or JPEG of at most 12 megapixels"
            message = f"This is not a picture that can be read: {wanted}."
            raise gr.Error(message, print_exception=False) from None

    return read_or_refuse
