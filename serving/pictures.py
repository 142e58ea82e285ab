"""Pictures that strangers upload: opened few at a time, reduced at once, refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any

import gradio as gr
from PIL import Image

MOST_PIXELS = 12_400_000  # of any picture; Pillow refuses more before it takes the memory
REDUCED_TO = 1_000  # pixels a side, as soon as a larger picture is open
# So many large pictures are in memory at once. Threads of their own: each thread keeps what it once
# took from the system, and forty of them with 50 MB each, and their copies, take gigabytes.
OPENING = ThreadPoolExecutor(2)


def limit_pictures() -> None:
    """Makes Pillow, wherever it is called from, refuse pictures of more than MOST_PIXELS."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # it refuses twice of what it warns of


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
    """The sketchpad's value, its pictures of at most REDUCED_TO pixels a side."""

    def reduced(picture: Image.Image | None) -> Image.Image | None:
        return picture and picture.reduce(ceil(max(picture.size) / REDUCED_TO))

    if drawing is None:
        return None
    layers = [reduced(layer) for layer in drawing["layers"]]
    return {"background": None, "layers": layers, "composite": reduced(drawing["composite"])}
