"""The Gradio pages: one element each, filled in the browser's language; and the API."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from page.endpoints import Endpoints
from page.words import CHINESE, ENGLISH

# Gradio takes the look of a page when it is served, not when it is built. All pages have the same
# head: the script of /train is loaded there alone.
PRESENTATION: dict[str, Any] = {
    "theme": gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
    "head": '<link rel="stylesheet" href="page/style.css">'
    '<link rel="stylesheet" href="page/inside.css">'
    '<script type="module" src="page/main.js"></script>'
    '<script type="module">'
    'if (/[/]train[/]?$/.test(location.pathname)) import("./page/train.js");'
    "</script>",
    "footer_links": ["api"],  # hidden by the style sheet: the page links to it
    "noscript": f"{ENGLISH['needs_javascript']} {CHINESE['needs_javascript']}",
}
Render = Callable[[gr.Request], str]  # a whole page as HTML


def build_app(endpoints: Endpoints, train: Render | None = None) -> gr.Blocks:
    """Build the page and its API; and the page /train, which `train` renders, unless None."""
    # No language is preferred in the browser's tab before the page is there.
    title = f"{ENGLISH['title']} {CHINESE['title']}"
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True) as app:
        _one_element(app, endpoints.page)
        # For the API alone: what it takes, and what it returns.
        drawing = gr.Sketchpad(type="pil", visible=False)
        label, numbers = gr.Label(visible=False), gr.JSON(visible=False)
        gr.on([], endpoints.predict, drawing, label, api_name="predict", queue=False)
        gr.on([], endpoints.explain, drawing, numbers, api_name="explain", queue=False)
    if train:
        with app.route(ENGLISH["train"], "/train", show_in_navbar=False):
            _one_element(app, train)
    return app


def _one_element(app: gr.Blocks, render: Render) -> None:
    page = gr.HTML(apply_default_css=False, elem_id="page")
    app.load(render, None, page, queue=False, show_progress="hidden", api_visibility="private")
