"""What Gradio is given to open: pictures that were sent here, never an address or a server's file.

Gradio checks paths only after `launch()`, which a mounted application never runs, and fetches any
address that stands where a picture is expected. So everything is looked at before Gradio moves it.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import HTTPException
from gradio.utils import get_upload_folder
from pydantic import ValidationError

from serving.storage import Strokes

DEEPEST = 8  # levels of lists and objects in a value
KINDS = ("background", "layer", "composite")


def check_value(value: Any, folder: Path, depth: int = 0) -> None:
    """Raises ValueError, in words for the caller, if Gradio would open what was not sent here."""
    if depth > DEEPEST:
        raise ValueError("The value is nested too deeply.")
    if isinstance(value, list):
        for item in value:
            check_value(item, folder, depth + 1)
    if isinstance(value, dict):
        if isinstance(value.get("path"), str):
            _check_path(value["path"], folder)
        if not isinstance(value.get("meta", {}), dict):
            raise ValueError("A file's meta must be an object.")
        for item in value.values():
            check_value(item, folder, depth + 1)


def _check_path(path: str, folder: Path) -> None:
    if "\0" in path or len(path) > 1000:
        raise ValueError("A file's path must be the text that /gradio_api/upload answered.")
    if "://" in path or path.startswith("data:"):
        raise ValueError("Send the picture itself: no address is fetched.")
    # No word on whether such a file exists.
    if not Path(path).resolve().is_relative_to(folder):
        raise ValueError("Send the picture itself: no file of the server is opened.")


def check_inputs(app: gr.Blocks) -> None:
    """Makes the page's events refuse, in a sentence, values that are not what they expect."""
    folder = Path(get_upload_folder()).resolve()

    def validate_inputs(event: Any, inputs: list[Any]) -> None:
        try:
            if event.fn is None or len(inputs) < len(event.inputs):
                raise ValueError(f"Expected {len(event.inputs)} values, got {len(inputs)}.")
            for block, value in zip(event.inputs, inputs, strict=False):
                check_value(value, folder)
                if isinstance(block, gr.Textbox) and not isinstance(value, str | None):
                    raise ValueError("Expected text.")
                model = getattr(block, "data_model", None)
                if model and value is not None:
                    model.model_validate(value, context={"validate_meta": True})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            message = ": ".join([*map(str, first["loc"]), first["msg"]])
            raise gr.Error(message, print_exception=False) from None
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    app.validate_inputs = validate_inputs


def guard_strokes(pad: gr.ImageEditor) -> Strokes:
    """Bounds what Gradio's editor keeps of strokes, and refuses what is no part of one.

    As it comes, it keeps every stroke that nobody asks about for ever, makes a list as long as a
    client says, and of two parts that arrive at once it can lose one.
    """
    strokes, accept, lock = Strokes(), pad.accept_blobs, threading.Lock()

    def accept_blobs(data: Any) -> None:
        part, files = getattr(data, "data", None), getattr(data, "files", ())
        index = str(part.get("index", "")) if isinstance(part, dict) else "none"
        if (
            index not in ("", "null", "None", "0", "1")
            or part.get("type") not in KINDS
            or not 0 < len(str(part.get("id", ""))) <= 100
            or len(files) != 1
        ):
            raise HTTPException(422, "This is no part of a drawing.")
        with lock:
            accept(data)

    accept_blobs._is_server_fn = True
    pad.blob_storage = strokes
    pad.accept_blobs = accept_blobs
    return strokes
