"""Patches of Gradio, for serving strangers: all uses of its private names are in this file.

Each name is checked first. If an untested version of Gradio lacks one, the server exits with one
line instead of running unprotected.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import Annotated, Any

import gradio as gr
from fastapi import FastAPI
from jinja2 import ChoiceLoader, DictLoader
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from serving.pictures import open_carefully

CHANGED = (
    f"Gradio {gr.__version__} has changed (%s), so its patches for strangers do not fit; install"
    " the tested version: pip install -c constraints.txt gradio"
)
try:
    from gradio import processing_utils, routes
    from gradio.state_holder import SessionState
    from gradio.utils import LRUCache, get_upload_folder
except ImportError as error:
    sys.exit(f"Cannot start: {CHANGED % error.name}")

EXPECTED = 'Expected {"composite": {"path": …}}, a path returned by /gradio_api/upload.'
SESSIONS = 256  # kept by Gradio: 50 kB each, and as much in unfetched answers


def protect(page: gr.Blocks) -> None:
    """Patch a page for strangers, before it is mounted.

    Raises ValueError, in one line, if the patches do not fit this version of Gradio.
    """
    for pad in page.blocks.values():
        if isinstance(pad, gr.ImageEditor):
            pad.preprocess = open_carefully(pad.preprocess)
    check_inputs(page)
    keep_no_values()
    keep_few_sessions(page)


def check_inputs(page: gr.Blocks) -> None:
    """Validate inputs early: Gradio fetches URLs and opens files before it checks permissions."""
    _expect(gr.Blocks, "validate_inputs", used_by=(gr.Blocks, "preprocess_data"))

    def validate_inputs(event: Any, inputs: list[Any]) -> None:
        try:
            if event.fn is None or len(inputs) < len(event.inputs):
                raise ValueError(f"Expected {len(event.inputs)} values, got {len(inputs)}.")
            for number, block in enumerate(event.inputs):
                if not isinstance(block, gr.ImageEditor):
                    raise ValueError("This input is not for callers.")
                inputs[number] = SentDrawing.model_validate(inputs[number]).as_gradio_has_it()
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "value"
            message = f"{place}: {first['msg']}. {EXPECTED}"
            raise gr.Error(message, print_exception=False) from None
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    page.validate_inputs = validate_inputs


def _uploaded(path: str) -> str:
    # The same message whether or not the file exists.
    if "\0" in path or not Path(path).resolve().is_relative_to(Path(get_upload_folder()).resolve()):
        raise ValueError("expected an uploaded file; URLs and other files are not opened")
    return path


class SentFile(BaseModel):
    """An uploaded picture; other fields are ignored."""

    path: Annotated[str, Field(max_length=1000), AfterValidator(_uploaded)]


class SentDrawing(BaseModel):
    """A sketchpad's value; unused fields are ignored."""

    composite: SentFile
    layers: list[SentFile] = Field([], max_length=1)

    def as_gradio_has_it(self) -> dict[str, Any]:
        def file(sent: SentFile) -> dict[str, Any]:
            return {"path": sent.path, "meta": {"_type": "gradio.FileData"}}

        layers = [file(layer) for layer in self.layers]
        return {"background": None, "layers": layers, "composite": file(self.composite), "id": None}


def keep_no_values() -> None:
    """Disable Gradio's store of each session's last values: it only serves deep links, would keep
    drawings for long, and 256 large values would exhaust the memory."""
    _expect(SessionState, "_update_value_in_config", used_by=(gr.Blocks, "preprocess_data"))
    SessionState._update_value_in_config = lambda self, key, value: None


def keep_few_sessions(page: gr.Blocks) -> None:
    """Bound sessions: Gradio keeps 10,000, and the unfetched answers of 2,000."""
    _expect(page._queue, "pending_messages_per_session")
    _expect(page._queue, "pending_event_ids_session")
    _expect(page, "temp_file_sets")
    page.state_session_capacity = SESSIONS
    page._queue.pending_messages_per_session = LRUCache(SESSIONS)


def forget_the_gone(page: gr.Blocks) -> None:
    """Drop what Gradio keeps for ever: names of deleted files, sessions that have ended."""
    for names in page.temp_file_sets:
        names.difference_update([name for name in list(names) if not Path(name).exists()])
    queue = page._queue
    for session in list(queue.pending_event_ids_session):
        if session not in queue.pending_messages_per_session:
            queue.pending_event_ids_session.pop(session, None)


def say_without_javascript(sentence: str) -> None:
    """Add a <noscript> message: without JavaScript, Gradio's page is empty, even its `head`."""
    _expect(routes, "templates")
    environment, name = routes.templates.env, "frontend/index.html"
    page, _, _ = environment.loader.get_source(environment, name)
    said = page.replace("<gradio-app", f"<noscript><p>{escape(sentence)}</p></noscript><gradio-app")
    environment.loader = ChoiceLoader([DictLoader({name: said}), environment.loader])


def finish_mounting(page: gr.Blocks, app: FastAPI) -> None:
    """Do what `launch()` does and `mount_gradio_app` leaves out; `app` is the mounted app.

    Until `has_launched` is set, Gradio does not check which files are requested.
    """
    _expect(page, "has_launched", used_by=(processing_utils, "_check_allowed"))
    _expect(app, "stop_event")
    page.has_launched = True
    page.app = page.server_app = app


def stop_streams(page: gr.Blocks) -> None:
    """End the heartbeats, which would keep the server alive while a page is open."""
    page.app.stop_event.set()


def _expect(owner: Any, name: str, used_by: tuple[Any, str] | None = None) -> None:
    """Raise ValueError unless `owner` has the name, and the function `used_by` still uses it."""
    if not hasattr(owner, name):
        raise ValueError(CHANGED % name)
    if used_by:
        _expect(*used_by)
        if name not in getattr(*used_by).__code__.co_names:
            raise ValueError(CHANGED % name)
