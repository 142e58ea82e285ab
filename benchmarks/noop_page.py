"""The baseline: a Gradio page with a sketchpad like ours and an empty handler.

GRADIO_SERVER_PORT=7861 python -m benchmarks.noop_page
"""

from itertools import count

import gradio as gr

CANVAS = 320  # pixels, as on our page


def build() -> gr.Blocks:
    answers = count(1)
    with gr.Blocks(analytics_enabled=False) as app:
        pad = gr.Sketchpad(
            canvas_size=(CANVAS, CANVAS),
            fixed_canvas=True,
            width=CANVAS + 60,
            height=CANVAS + 60,
            brush=gr.Brush(default_size=7, colors=["#000000"], color_mode="fixed"),
            layers=False,
            elem_id="pad",
        )
        answer = gr.HTML("0", elem_id="answer")
        pad.change(
            lambda drawing: str(next(answers)),
            pad,
            answer,
            queue=False,
            trigger_mode="always_last",
            show_progress="hidden",
        )
    return app


if __name__ == "__main__":
    build().launch(ssr_mode=False, run_history=False, quiet=True)
