"""The page's texts, a file per language; the browser's language decides."""

import json
from collections.abc import Mapping
from pathlib import Path

import gradio as gr

from model.reading import SENTENCES

HERE = Path(__file__).parent
ENGLISH, CHINESE = (
    json.loads((HERE / f"{name}.json").read_text(encoding="utf-8")) for name in ("en", "zh")
)
ENGLISH |= SENTENCES  # what is in doubt, as the model says it
I18N = gr.I18n(en=ENGLISH, zh=CHINESE)  # for what stands on the page; call it with a text's name


def words_for(request: gr.Request) -> Mapping[str, str]:
    """The texts in the browser's preferred language, for what is said of a drawing."""
    wanted = request.headers.get("accept-language", "") if request else ""
    return CHINESE if wanted.strip().lower().startswith("zh") else ENGLISH
