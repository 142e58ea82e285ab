"""The page's layout, and which event calls which handler."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from corrections import Corrections
from model import Recognizer
from page.events import KEYS, Events, Record
from page.words import CHINESE, ENGLISH

HERE = Path(__file__).parent
# Gradio takes the look of a page when it is served, not when it is built.
PRESENTATION: dict[str, Any] = {
    "theme": gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
    "css_paths": [HERE / "style.css"],
    "footer_links": ["api"],
    "noscript": f"{ENGLISH['needs_javascript']} {CHINESE['needs_javascript']}",
}
# Every event of the page: not queued, and not a public endpoint.
EVENT: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
# Calls of pad.js from Gradio's events.
NAME_PARTS = "() => window.nameParts()"
DRAWING = "() => window.drawing()"
KEY_AND_DRAWING = "(key) => [key, window.drawing()]"
ON_PHOTO = 'document.addEventListener("photo", () => trigger("upload"));'


def build_app(
    current: Callable[[], Recognizer],
    corrections: Corrections | None,
    record: Record,
) -> gr.Blocks:
    """Build the page and its API.

    `current` returns the recognizer for the next drawing; `corrections` stores what people say a
    drawing was, None hides the keys for it; `record` is called with each answer.
    """
    events = Events(current, corrections, record)
    with gr.Blocks(title=ENGLISH["title"], analytics_enabled=False) as app:
        heading = gr.Markdown(f"# {ENGLISH['title']}", elem_id="heading")
        drawing = gr.Textbox(visible=False)  # a data URI, filled in by DRAWING
        with gr.Row():
            with gr.Column(min_width=300):
                pad = _sketchpad()
                photo = gr.HTML(elem_id="photo", js_on_load=ON_PHOTO)
            with gr.Column(min_width=300):
                verdict = gr.HTML(elem_id="answer")
                details = gr.HTML(elem_id="details")
                caption, keys, thanks = _keys(visible=corrections is not None)
        with gr.Accordion(ENGLISH["about"], open=False) as about:
            facts = gr.Markdown(elem_id="about")
        label = gr.Label(visible=False)  # the API's output

        script = (HERE / "pad.js").read_text(encoding="utf-8")
        texts = [heading, photo, verdict, details, caption, about, facts]
        app.load(events.greet, None, texts, js=script, **EVENT).then(None, js=NAME_PARTS, **EVENT)
        gr.on(
            [pad.change, photo.upload],
            events.show,
            drawing,
            [verdict, details, thanks],
            js=DRAWING,
            trigger_mode="always_last",
            **EVENT,
        )
        for key in keys if corrections else ():
            key.click(events.correct, [key, drawing], thanks, js=KEY_AND_DRAWING, **EVENT)
        gr.on([], events.predict, pad, label, api_name="predict", queue=False)
    return app


def _sketchpad() -> gr.Sketchpad:
    return gr.Sketchpad(
        type="pil",
        canvas_size=(320, 320),
        fixed_canvas=True,
        width=380,  # the canvas and the editor's margins of 30 pixels
        height=380,
        brush=gr.Brush(default_size=7, colors=["#000000"], color_mode="fixed"),
        eraser=gr.Eraser(default_size=16),
        layers=False,
        transforms=(),
        buttons=[],
        show_label=False,
        elem_id="pad",
    )


def _keys(visible: bool) -> tuple[gr.Markdown, list[gr.Button], gr.HTML]:
    """Ten keys for corrections, their caption, and a place for thanks."""
    with gr.Column(visible=visible, elem_id="correct"):
        caption = gr.Markdown()
        with gr.Row(elem_id="keys"):
            keys = [gr.Button(key, size="sm") for key in KEYS]
        thanks = gr.HTML(elem_id="thanks")
    return caption, keys, thanks
