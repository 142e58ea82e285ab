"""The page as Gradio Blocks, and its theme."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import gradio as gr
from PIL import Image

from corrections import Corrections
from model import Reading, Recognizer
from page.api import PRIVATE, Current, add_api
from page.draw import build_draw
from page.words import I18N as t
from page.words import words_for

# For launch(). The theme loads no fonts from other servers.
LOOK: dict[str, Any] = {
    "theme": gr.themes.Soft(
        primary_hue="orange", neutral_hue="stone", font=["system-ui"], font_mono=["monospace"]
    ),
    "css_paths": Path(__file__).with_name("style.css"),
    "i18n": t,
    "footer_links": ["api"],
}


def build(
    current: Current,
    corrections: Corrections | None,
    record: Callable[[str, bool, float], None],
    trainings: int = 0,
) -> gr.Blocks:
    """Build the page and its API. At most `trainings` visitors may train at once; 0: no such tab.

    `record` is called for each answer with its text, certainty and milliseconds.
    """

    def read(picture: Image.Image, recognizer: Recognizer | None = None) -> Reading:
        start = perf_counter()
        reading = (recognizer or current()).read(picture)
        record(reading.text, reading.certain, 1000 * (perf_counter() - start))
        return reading

    def about(request: gr.Request) -> str:
        network, words = current().network, words_for(request)
        scores = current().metadata.get("scores", {}).get("mnist_test")
        how_well = words["scores"].format(**scores) if scores else words["no_scores"]
        kept = words["keeps_corrections" if corrections else "keeps_nothing"]
        size = "-".join(map(str, network.sizes))
        return words["about"].format(size=size, network=network, scores=how_well, kept=kept)

    title = "Which digit is it? 这是几？"  # the language is not known yet
    with gr.Blocks(title=title, analytics_enabled=False) as demo:
        gr.Markdown(t("title"), elem_id="title")
        # The path of the weights that the visitor trained last. Only if needed, since for a state
        # Gradio keeps a connection open with each page.
        trained = gr.State() if trainings else None
        with gr.Tabs() as tabs:
            with gr.Tab(t("draw"), id="draw"):
                pad, own = build_draw(read, current, corrections, trained)
            if trained is not None:
                from page.train import build_train  # needs the trainer

                with gr.Tab(t("train")) as tab:
                    build_train(tabs, tab, pad, own, trained, current, trainings)
            with gr.Tab(t("about_tab")) as about_tab:
                text = gr.Markdown(elem_id="about")
        about_tab.select(about, None, text, **PRIVATE)
        add_api(read, current)
    return demo
