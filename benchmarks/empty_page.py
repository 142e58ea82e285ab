"""The smallest Gradio page: what every one of them weighs.

GRADIO_SERVER_PORT=7861 python -m benchmarks.empty_page
"""

import gradio as gr

if __name__ == "__main__":
    with gr.Blocks(analytics_enabled=False) as page:
        gr.HTML("An empty page.")
    page.launch(ssr_mode=False, run_history=False, quiet=True)
