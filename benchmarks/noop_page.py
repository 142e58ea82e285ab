"""The baseline: a Gradio page with a sketchpad like ours and an empty handler.

GRADIO_SERVER_PORT=7861 python -m benchmarks.noop_page
"""

from itertools import count

import gradio as gr

if __name__ == "__main__":
    answers = count(1)
    with gr.Blocks(analytics_enabled=False) as page:
        pad = gr.Sketchpad(
            canvas_size=(320, 320),
            fixed_canvas=True,
            width=380,
            height=380,
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
    page.launch(ssr_mode=False, run_history=False, quiet=True)
