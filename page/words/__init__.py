"""The page's texts, a file per language; the browser's language decides which is used."""

import json
from collections.abc import Mapping
from pathlib import Path

import gradio as gr

from model.reading import SENTENCES

Words = Mapping[str, str]
FILES = (Path(__file__).with_name(name) for name in ("en.json", "zh.json"))
ENGLISH, CHINESE = (json.loads(file.read_text(encoding="utf-8")) for file in FILES)
ENGLISH |= SENTENCES  # for doubts, from the model
I18N = gr.I18n(en=ENGLISH, zh=CHINESE)  # for static texts; call it with a key


def words_for(request: gr.Request) -> Words:
    """The texts in the browser's preferred language, for answers."""
    wanted = request.headers.get("accept-language", "") if request else ""
    # The languages for which Gradio itself shows Chinese.
    return CHINESE if wanted.strip().lower().startswith(("zh-cn", "zh-tw")) else ENGLISH
