"""Pictures as they come from a browser, opened with care: strangers send them."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from math import ceil
from typing import Any

import gradio as gr
from PIL import Image

LONGEST = 900_000  # characters of an address: a photo of 480 pixels takes a fifth of it
MOST_ON_PAGE = 1_000_000  # pixels, in such an address
MOST_PIXELS = 12_400_000  # of any picture; Pillow refuses more before it takes the memory
SIDE = 1_000  # pixels to which larger ones are reduced as soon as they are open
# So many large pictures are in memory at once. Threads of their own: each thread keeps what it once
# took from the system, and forty of them with 50 MB each, and their copies, take gigabytes.
OPENING = ThreadPoolExecutor(2)


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
        if picture.width * picture.height > MOST_ON_PAGE:
            raise ValueError(f"more than {MOST_ON_PAGE:,} pixels")
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
            return OPENING.submit(lambda: _reduced(read(payload))).result()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            wanted = "send a PNG or JPEG of at most 12 megapixels"
            message = f"This is not a picture that can be read: {wanted}."
            raise gr.Error(message, print_exception=False) from None

    return read_or_refuse


def _reduced(drawing: dict[str, Any] | None) -> dict[str, Any] | None:
    """The sketchpad's value, its pictures of at most SIDE pixels a side."""

    def reduced(picture: Image.Image | None) -> Image.Image | None:
        return picture and picture.reduce(ceil(max(picture.size) / SIDE))

    if drawing is None:
        return None
    layers = [reduced(layer) for layer in drawing["layers"]]
    return {"background": None, "layers": layers, "composite": reduced(drawing["composite"])}
