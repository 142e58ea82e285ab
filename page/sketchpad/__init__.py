"""A sketchpad for Gradio on which one draws at once, with the value of gr.Sketchpad(type="pil")."""

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from model.picture.files import open_picture

HERE = Path(__file__).parent
TEMPLATE, STYLE, SCRIPT = (
    (HERE / f"sketchpad.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")
)
# By language: translations of the English texts in the template and the script.
TRANSLATIONS = {"zh": json.loads((HERE / "zh.json").read_text(encoding="utf-8"))}
MOST_CHARACTERS, MOST_PIXELS = 400_000, 1_000_000  # photos need a quarter of each
EXPECTED = (
    "Expected a picture as a data URI: a PNG or JPEG"
    f" of at most {MOST_PIXELS:,} pixels, in {MOST_CHARACTERS:,} characters."
)


def to_uri(picture: Image.Image) -> str:
    """The picture as a PNG in a data URI."""
    file = BytesIO()
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def from_uri(uri: Any) -> Image.Image:
    """The picture in a data URI, as RGBA. Raises gr.Error, worded for the caller."""
    try:
        scheme, _, content = str(uri).partition(",")
        if len(content) > MOST_CHARACTERS or not scheme.startswith("data:image/"):
            raise ValueError(scheme)
        file = BytesIO(base64.b64decode(content, validate=True))
        return open_picture(file, MOST_PIXELS).convert("RGBA")
    except ValueError:  # includes Base64's
        raise gr.Error(EXPECTED, print_exception=False) from None


class Sketchpad(gr.HTML):
    """A square canvas for pen, finger and mouse, and for photos, chosen, pasted or dropped.

    In the browser its value is a data URI: ink as a PNG, a photo as a JPEG, "" if it is blank. The
    event `input` is triggered when the pen is lifted, and ten times a second while it is down: with
    queue=False and trigger_mode="always_last", the last answer belongs to the last stroke.
    """

    def __init__(self, value: Any = None, *, keep_as: str = "", **options: Any) -> None:
        """`keep_as` names the drawing in the browser's sessionStorage, where a refresh finds it."""
        given = {"label": "Draw here", "keep_as": keep_as, "translations": TRANSLATIONS}
        files = {"html_template": TEMPLATE, "css_template": STYLE, "js_on_load": SCRIPT}
        super().__init__(value, apply_default_css=False, **files, **(given | options))

    def preprocess(self, payload: str | None) -> dict[str, Any] | None:
        """The value for event functions: `background`, `layers` and `composite`, PIL images.

        The background is white, or a photo; the one layer is the ink. None if nothing is drawn.
        """
        if not payload:
            return None
        ink = from_uri(payload)
        clear, white = (Image.new("RGBA", ink.size, colour) for colour in ((0, 0, 0, 0), "white"))
        if payload.startswith("data:image/jpeg"):
            return {"background": ink, "layers": [clear], "composite": ink}
        composite = Image.alpha_composite(white, ink)
        return {"background": white, "layers": [ink], "composite": composite}

    def postprocess(self, value: Image.Image | str | None) -> str | None:
        """The value for the browser, from a PIL image."""
        return to_uri(value.convert("RGBA")) if isinstance(value, Image.Image) else value

    def process_example(self, value: Any) -> str:
        """The HTML of a gr.Examples button."""
        name = Path(getattr(value, "filename", "")).stem
        return f'<img class="sketch" alt="{name}" src="{self.postprocess(value)}">'
