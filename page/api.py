"""The API: /predict, /read and /explain, for gradio_client and for HTTP as Gradio documents it."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import gettempdir
from typing import Any, TypedDict

import gradio as gr
from PIL import Image

from model import Reading, Recognizer
from model.inside.explain import explain as explained
from model.picture.files import open_picture
from page.sketchpad import from_uri

# At most two large pictures are in memory at once: in Gradio's forty threads, they take gigabytes.
OPENING = ThreadPoolExecutor(2)
VERDICT = ("certain", "doubts", "left_out")
EXPECTED = 'Expected {"composite": …}: an uploaded file, or a picture as a data URI.'

PRIVATE: dict[str, Any] = {"api_visibility": "private", "queue": False}  # for the page's events
Read = Callable[..., Reading]  # (picture, recognizer=None): None is the one in use
Current = Callable[[], Recognizer]  # the recognizer in use


class Drawing(TypedDict, total=False):
    """The sketchpad's value, as a program sends it. `composite` alone is enough."""

    background: Any
    layers: list[Any]
    composite: dict[str, Any] | str  # an uploaded file, or a data URI


def add_api(read: Read, current: Current) -> None:
    """Add the API to the Blocks being built."""

    def read_sent(drawing: Any, recognizer: Recognizer | None = None) -> Reading:
        try:
            return read(picture_in(drawing), recognizer)
        except ValueError as error:  # str() of a gr.Error adds quotes
            raise gr.Error(getattr(error, "message", str(error)), print_exception=False) from None

    def predict(drawing: Drawing) -> dict[str, Any]:
        """Recognize a digit or number: drawing={"composite": handle_file("7.png")}.

        Returns what was read as `label` (null if nothing is drawn), with the `confidences` of all
        ten digits, or for a number that of its least certain digit; whether it is `certain`, else
        its `doubts`, as codes; and `left_out`, what beside the digits is not read.
        """
        reading = read_sent(drawing)
        ordered = confidences(reading).items()
        listed = [{"label": label, "confidence": p} for label, p in ordered]
        return {"label": reading.text or None, "confidences": listed, **_named(reading, *VERDICT)}

    def read_number(drawing: Drawing) -> dict[str, Any]:
        """Read a number digit by digit: drawing={"composite": handle_file("42.png")}.

        Returns its `text`, a line for each number, what /predict says of it, its doubts as
        `sentences`, and `digits`: each with its `box` (left, top, right, bottom, as shares of the
        picture's sides), and `image`: the 28×28 numbers in 0..1 that the network saw, row by row.
        `marks` are what was left out: each with its `kind` and `box`.
        """
        reading = read_sent(drawing)
        height, width = reading.ink.shape

        def placed(thing: Any, *names: str) -> dict[str, Any]:
            box = [edge / side for edge, side in zip(thing.box, (width, height) * 2)]
            return {**_named(thing, *names), "box": box}

        digits = [
            placed(digit, "digit", "confidence", "certain", "doubts")
            | {"image": digit.image.round(3).tolist()}
            for digit in reading.digits
        ]
        marks = [placed(mark, "kind") for mark in reading.marks]
        said = _named(reading, "text", *VERDICT)
        return said | {"sentences": reading.sentences(), "marks": marks, "digits": digits}

    def explain(drawing: Drawing) -> dict[str, Any]:
        """Explain how a picture is read: drawing={"composite": handle_file("7.png")}.

        Returns its `text`, what /predict says of it, and `digits`: for each the layers' sums and
        activations, what each hidden neuron adds to each digit, what each of 28×28 pixels adds to
        the difference between the best two digits (integrated gradients), and the smallest patch
        without which the answer would be another.
        """
        recognizer = current()
        reading = read_sent(drawing, recognizer)
        digits = [explained(recognizer.network, digit.image) for digit in reading.digits]
        return _named(reading, "text", *VERDICT) | {"digits": digits}

    gr.api(predict, api_name="predict", queue=False)
    gr.api(read_number, api_name="read", queue=False)
    gr.api(explain, api_name="explain", queue=False)


def confidences(reading: Reading) -> dict[str, float]:
    """The confidences for gr.Label: of all ten digits, or of a number; {} if blank."""
    if len(reading.digits) > 1:
        return {reading.text: min(digit.confidence for digit in reading.digits)}
    probabilities = [p for digit in reading.digits for p in digit.probabilities.tolist()]
    ordered = sorted(enumerate(probabilities), key=lambda pair: -pair[1])
    return {str(digit): p for digit, p in ordered}


def _named(thing: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def inked(drawing: dict[str, Any]) -> Image.Image:
    """The picture to read in the sketchpad's value: the layer with ink, or else the composite.

    The layer also shows ink in the color of the page.
    """
    alphas = ((layer, layer.convert("RGBA").getchannel("A")) for layer in drawing["layers"])
    layers = [layer for layer, alpha in alphas if len(set(alpha.getextrema())) > 1]
    return layers[0] if layers else drawing["composite"]


def picture_in(drawing: Any) -> Image.Image:
    """The picture to read in an API request. Raises ValueError, worded for the caller."""
    if not isinstance(drawing, dict) or not drawing.get("composite"):
        raise ValueError(EXPECTED)
    layers = drawing.get("layers") or []
    if not isinstance(layers, list) or len(layers) > 1:
        raise ValueError("Expected one item in `layers`, or none.")
    *layers, composite = OPENING.map(_open, [*layers, drawing["composite"]])
    return inked({"layers": layers, "composite": composite})


def _open(file: Any) -> Image.Image:
    """Open an uploaded picture or a data URI; no other files or addresses."""
    if isinstance(file, str):
        return from_uri(file)
    path = file.get("path") if isinstance(file, dict) else None
    folder = Path(os.environ.get("GRADIO_TEMP_DIR") or Path(gettempdir(), "gradio")).resolve()
    if not isinstance(path, str) or "\0" in path or len(path) > 1_000:
        raise ValueError(EXPECTED)
    if not Path(path).resolve().is_relative_to(folder):
        raise ValueError("Expected an uploaded file: addresses and other files are not opened.")
    return open_picture(Path(path))
