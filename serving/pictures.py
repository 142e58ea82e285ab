"""Pictures that strangers upload: opened few at a time, reduced at once, refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any

import gradio as gr
from PIL import Image

MOST_BYTES = 5_000_000
MOST_PIXELS = 12_400_000
REDUCED_TO = 1_000  # pixels a side, as soon as a larger picture is open
# So many large pictures are in memory at once. Threads of their own: each thread keeps what it once
# took from the system, and forty of them with 50 MB each, and their copies, take gigabytes.
OPENING = ThreadPoolExecutor(2)
UNREADABLE = "This is not a picture that can be read: send a PNG or JPEG of at most 12 megapixels."


def limit_pictures() -> None:
    """Makes Pillow refuse pictures of more than MOST_PIXELS before it takes the memory."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # it refuses twice of what it warns of


def open_carefully(preprocess: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """A sketchpad's `preprocess`, which opens the files that a client sent, made safe."""

    def open_few_at_a_time(payload: Any) -> dict[str, Any]:
        try:
            return OPENING.submit(lambda: _reduced(preprocess(payload))).result()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            raise gr.Error(UNREADABLE, print_exception=False) from None

    return open_few_at_a_time


def _reduced(drawing: dict[str, Any]) -> dict[str, Any]:
    """The sketchpad's value, its pictures of at most REDUCED_TO pixels a side."""

    def reduced(picture: Image.Image) -> Image.Image:
        return picture.reduce(ceil(max(picture.size) / REDUCED_TO))

    layers = [reduced(layer) for layer in drawing["layers"]]
    return {"background": None, "layers": layers, "composite": reduced(drawing["composite"])}
