"""The API: /predict, /read and /explain, for gradio_client and for HTTP as Gradio documents it."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import gradio as gr
from PIL import Image

from model import Reading, Recognizer
from model.inside.explain import explain as explained
from page.sketchpad import from_uri

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MOST_PIXELS = 12_400_000
REDUCED_TO = 1_000  # pixels a side; larger pictures are reduced when opened
# At most two large pictures in memory at once: Gradio's forty threads would hold gigabytes.
OPENING = ThreadPoolExecutor(2)
EXPECTED = 'Expected {"composite": …}: an uploaded file, or a picture as a data URI.'
UNREADABLE = "This is not a picture that can be read: send a PNG or JPEG of at most 12 megapixels."

Read = Callable[[Image.Image], Reading]


def add_api(read: Read, current: Callable[[], Recognizer]) -> None:
    """Add the API to the Blocks being built. `read` reads a picture with the network in use."""

    def predict(drawing: dict[str, Any]) -> dict[str, Any]:
        """Recognize the digit or number in a picture.

        Send the sketchpad's value, {"background", "layers", "composite"}, or the picture alone as
        `composite`: an uploaded file or a data URI. Returns what was read as `label` (null if
        nothing is drawn) and `confidences`: those of all ten digits, or for a number that of its
        least certain digit. `certain` says whether it is sure; else `doubts` says why, as codes,
        and `left_out` what beside the digits is not read.
        """
        reading = read(picture_of(drawing))
        ordered = sorted(confidences(reading).items(), key=lambda pair: -pair[1])
        return {
            "label": reading.text or None,
            "confidences": [{"label": label, "confidence": p} for label, p in ordered],
            **verdict(reading),
        }

    def read_number(drawing: dict[str, Any]) -> dict[str, Any]:
        """Read the number in a picture, digit by digit.

        Takes what /predict takes. Returns `text`, `certain`, `doubts` as codes, their `sentences`
        in English, `left_out`, and `digits`, left to right: each with its `digit`, `confidence`,
        `certain`, `doubts`, its `box` (left, top, right, bottom, in pixels of the picture), and
        `image`: the 28×28 numbers in 0..1 that the network saw, row by row.
        """
        picture, size = opened(drawing)
        reading = read(picture)
        height, width = reading.ink.shape
        scales = (size[0] / width, size[1] / height) * 2
        digits = [
            {
                "digit": digit.digit,
                "confidence": digit.confidence,
                "certain": digit.certain,
                "doubts": digit.doubts,
                "box": [round(edge * scale) for edge, scale in zip(digit.box, scales)],
                "image": digit.image.round(3).tolist(),
            }
            for digit in reading.digits
        ]
        sentences = reading.sentences()
        return {"text": reading.text, **verdict(reading), "sentences": sentences, "digits": digits}

    def explain(drawing: dict[str, Any]) -> dict[str, Any]:
        """Explain how a picture is read.

        Takes what /predict takes. Returns `text`, what was read, `certain`, `doubts` and `left_out`
        as /predict, and `digits`: for each of its digits the numbers of the page's "Look inside":
        the hidden layers' sums and activations, what each hidden neuron adds to each digit, what
        each of 28×28 pixels adds to the difference between the best two digits (integrated
        gradients), and the smallest patch of ink without which the answer would be another.
        """
        reading = read(picture_of(drawing))
        digits = [explained(current().network, digit.image) for digit in reading.digits]
        return {"text": reading.text, **verdict(reading), "digits": digits}

    gr.api(predict, api_name="predict", queue=False)
    gr.api(read_number, api_name="read", queue=False)
    gr.api(explain, api_name="explain", queue=False)


def confidences(reading: Reading) -> dict[str, float]:
    """For gr.Label: all ten digits, or a number alone; {} if nothing is drawn."""
    if not reading.digits:
        return {}
    if len(reading.digits) > 1:
        return {reading.text: min(digit.confidence for digit in reading.digits)}
    return {str(digit): float(p) for digit, p in enumerate(reading.digits[0].probabilities)}


def verdict(reading: Reading) -> dict[str, Any]:
    """What is said beside an answer."""
    return {
        "certain": reading.certain,
        "doubts": list(reading.doubts),
        "left_out": list(reading.left_out),
    }


def picture_of(drawing: Any) -> Image.Image:
    """The picture in the sketchpad's value, as a program sends it, or gr.Error."""
    return opened(drawing)[0]


def opened(drawing: Any) -> tuple[Image.Image, tuple[int, int]]:
    """The picture in the sketchpad's value, reduced, and the size that it was sent in.

    Its layer is taken if it has ink, since that shows also white ink; or else the composite.
    Raises gr.Error, worded for the caller.
    """
    if not isinstance(drawing, dict) or not drawing.get("composite"):
        raise gr.Error(EXPECTED, print_exception=False)
    layers = drawing.get("layers") or []
    if not isinstance(layers, list) or len(layers) > 1:
        raise gr.Error("Expected one item in `layers`, or none.", print_exception=False)
    for layer in layers:
        picture, size = OPENING.submit(_open, layer).result()
        least, most = picture.convert("RGBA").getchannel("A").getextrema()
        if least < most:
            return picture, size
    return OPENING.submit(_open, drawing["composite"]).result()


def _open(sent: Any) -> tuple[Image.Image, tuple[int, int]]:
    if isinstance(sent, str):
        picture = from_uri(sent)
        return picture, picture.size
    try:
        picture = Image.open(_uploaded(sent), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too large")
        return picture.reduce(ceil(max(picture.size) / REDUCED_TO)), picture.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise gr.Error(UNREADABLE, print_exception=False) from None


def _uploaded(sent: Any) -> Path:
    """The path of an uploaded file. No other file is opened, and no address is fetched."""
    folder = Path(os.environ.get("GRADIO_TEMP_DIR") or Path(gettempdir(), "gradio")).resolve()
    path = sent.get("path") if isinstance(sent, dict) else None
    if not isinstance(path, str) or "\0" in path or len(path) > 1_000:
        raise gr.Error(EXPECTED, print_exception=False)
    if not Path(path).resolve().is_relative_to(folder):
        message = "Expected an uploaded file: addresses and other files are not opened."
        raise gr.Error(message, print_exception=False)
    return Path(path)
