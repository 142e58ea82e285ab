"""Uploaded pictures: opened by a small thread pool, reduced at once, limited in size."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any

import gradio as gr
from PIL import Image

MOST_BYTES = 5_000_000
MOST_PIXELS = 12_400_000
REDUCED_TO = 1_000  # pixels a side; larger pictures are reduced when opened
# At most two large pictures in memory at once. In Gradio's pool of forty threads, which keep the
# memory that they once took, pictures of 50 MB and their copies would take gigabytes.
OPENING = ThreadPoolExecutor(2)
UNREADABLE = "This is not a picture that can be read: send a PNG or JPEG of at most 12 megapixels."


def limit_pictures() -> None:
    """Make Pillow refuse pictures of more than MOST_PIXELS before it allocates memory."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow raises at twice this limit


def open_carefully(preprocess: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """Wrap a sketchpad's `preprocess`, which opens uploaded files, to bound its memory."""

    def open_few_at_a_time(payload: Any) -> dict[str, Any]:
        try:
            return OPENING.submit(lambda: _reduced(preprocess(payload))).result()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            raise gr.Error(UNREADABLE, print_exception=False) from None

    return open_few_at_a_time


def _reduced(drawing: dict[str, Any]) -> dict[str, Any]:
    """The sketchpad's value with pictures of at most REDUCED_TO pixels a side."""

    def reduced(picture: Image.Image) -> Image.Image:
        return picture.reduce(ceil(max(picture.size) / REDUCED_TO))

    layers = [reduced(layer) for layer in drawing["layers"]]
    return {"background": None, "layers": layers, "composite": reduced(drawing["composite"])}
