"""The page: draw a digit, read at once which it is. The same answer for programs: `/predict`."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from model import Prediction, Recognizer

WEIGHTS = Path(__file__).parent / "weights" / "nnmodel.npz"
BLANK = "<p>Draw a digit</p>"
ANSWER = """
<p><strong>{digit}</strong>{doubt}</p>
<figure><img src="{picture}" alt="Your drawing in 28 by 28 pixels">
<figcaption>What the network saw</figcaption></figure>
"""

# Gradio's editor chooses the brush when it starts, and at once takes it back: what it does when its
# value becomes empty also runs for the empty value of the start, and again at each clear. So that
# the next stroke draws, choose the brush whenever no tool is chosen. The first tool is the brush;
# its label is no way to find it, being translated.
CHOOSE_BRUSH = """() => {
    const chooseBrush = () => {
        if (!document.querySelector("#pad .toolbar-wrap .highlight"))
            document.querySelector("#pad .toolbar-wrap button")?.click();
    };
    new MutationObserver(chooseBrush).observe(document.body, {
        attributes: true, attributeFilter: ["class"], childList: true, subtree: true,
    });
    chooseBrush();
    document.getElementById("answer").setAttribute("aria-live", "polite");
}"""

# A cleared canvas and a drawing lost on its way arrive alike, as a `composite` of None. Only the
# browser can tell them apart: after a clear, neither Undo nor Redo has anything to do.
NOTHING_IF_CLEARED = """(drawing) =>
    document.querySelectorAll("#pad .separator ~ button:disabled").length === 2 ? null : drawing
"""

# One strip of tools above the canvas, with nothing to zoom or to choose in it.
CSS = """
.gradio-container { width: 100%; max-width: 840px !important; margin: 0 auto !important; }
#pad { aspect-ratio: 1; height: auto !important; border-style: solid !important; margin: 0 auto; }
#pad .toolbar-wrap { inset: 2px auto auto 29px; width: auto; }
#pad .toolbar-wrap > * { flex-direction: row; padding: 0 2px; }
#pad .top-panel { top: 2px; right: 29px; border-radius: var(--radius-md);
                  border: 1px solid var(--border-color-primary); }
#pad .toolbar-wrap .right, #pad .separator, #pad .top-panel :has(~ .separator) { display: none; }
#answer .prose { display: flex; align-items: center; justify-content: space-evenly;
                 min-height: 150px; text-align: center; }
#answer p, #answer figcaption { margin: 0; }
#answer strong { display: block; font-size: 7rem; line-height: 1; }
#answer figure { margin: 0; }
#answer img { width: 112px; margin: 0 auto 4px; image-rendering: pixelated; }
footer .divider { display: none; }
"""


def picture_uri(image: np.ndarray) -> str:
    """The 28×28 picture inside its own address: no file to keep, nor to delete."""
    png = BytesIO()
    Image.fromarray(np.uint8(image * 255)).save(png, "PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()


def confidences(prediction: Prediction) -> dict[str, float]:
    return {str(digit): float(p) for digit, p in enumerate(prediction.probabilities)}


def refusing(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`read`, which says in a sentence what it cannot read: Gradio opens pictures before we can."""

    def read_or_refuse(payload: Any) -> Any:
        if payload:
            payload.background = None  # nobody looks at it: it need not be opened
            if len(payload.layers) > 1:
                raise gr.Error("Send one layer at most.", print_exception=False)
        try:
            return read(payload)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            wanted = "send a PNG or JPEG of at most 12 megapixels"
            message = f"This is not a picture that can be read: {wanted}."
            raise gr.Error(message, print_exception=False) from None

    return read_or_refuse


def build_app(recognizer: Recognizer) -> gr.Blocks:
    """The page and its API; needs nothing but the recognizer."""

    def show(drawing: dict[str, Any] | None) -> tuple[Any, Any]:
        if drawing is not None and drawing["composite"] is None:
            return gr.skip(), gr.skip()  # lost on its way: the last answer stands
        prediction = drawing and recognizer.recognize(drawing)
        if not prediction or prediction.digit is None:
            return BLANK, gr.Label(visible=False)
        doubt = "" if prediction.certain else "Not sure"
        picture = picture_uri(prediction.image)
        answer = ANSWER.format(digit=prediction.digit, doubt=doubt, picture=picture)
        return answer, gr.Label(confidences(prediction), visible=True)

    def predict(drawing: dict[str, Any]) -> dict[str, float] | None:
        """Which digit a picture shows.

        Send the picture as `composite`. Answers the digit as `label`, and how sure the network is
        of each of the ten as `confidences`. An empty picture has no label.
        """
        try:
            prediction = recognizer.recognize(drawing)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None
        return None if prediction.digit is None else confidences(prediction)

    Image.MAX_IMAGE_PIXELS = 6_200_000  # Pillow refuses twice that before it takes the memory
    with gr.Blocks(title="Draw a digit", analytics_enabled=False, delete_cache=(60, 600)) as app:
        gr.Markdown("# Which digit is it?\nDraw it: a small neural network reads every stroke.")
        with gr.Row():
            with gr.Column(min_width=300):
                pad = gr.Sketchpad(
                    type="pil",
                    canvas_size=(320, 320),
                    fixed_canvas=True,
                    width=380,  # the canvas, and the 30 pixels that the editor keeps free around it
                    height=380,
                    brush=gr.Brush(default_size=10, colors=["#000000"], color_mode="fixed"),
                    eraser=gr.Eraser(default_size=16),
                    layers=False,
                    transforms=(),
                    buttons=[],
                    show_label=False,
                    elem_id="pad",
                )
            with gr.Column(min_width=300):
                answer = gr.HTML(BLANK, elem_id="answer")
                label = gr.Label(
                    num_top_classes=3, show_label=False, show_heading=False, visible=False
                )
                ten = gr.Label(visible=False)  # what the API answers
        pad.preprocess = refusing(pad.preprocess)
        app.load(None, js=CHOOSE_BRUSH, api_visibility="private")
        pad.change(
            show,
            pad,
            [answer, label],
            js=NOTHING_IF_CLEARED,
            queue=False,
            trigger_mode="always_last",
            show_progress="hidden",
            api_visibility="private",
        )
        gr.on([], predict, pad, ten, api_name="predict", queue=False)
    return app


def main() -> None:
    # Gradio itself, if the port that it is told is taken, silently takes the next.
    port = os.environ.get("GRADIO_SERVER_PORT")
    try:
        build_app(Recognizer.load(WEIGHTS)).launch(
            server_port=int(port) if port else None,
            theme=gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
            css=CSS,
            footer_links=["api"],
            max_file_size="5mb",
            run_history=False,
            share=False,
            ssr_mode=False,
            mcp_server=False,
        )
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot start: {error}")


if __name__ == "__main__":
    main()
