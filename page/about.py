"""The "about" section: how the page works, how well, and what it keeps."""

import re
from html import escape
from pathlib import Path
from typing import Any

from model import Recognizer
from page.words import ENGLISH, Words

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`([\w/.]+)`")  # a file of this project, as the texts name it
# The files that the section links to: what runs is what is shown. The image has no trainer.
CODE = frozenset(
    name for name in NAMED.findall(" ".join(ENGLISH["about_steps"])) if (ROOT / name).is_file()
)


def about(recognizer: Recognizer, words: Words, keeps_corrections: bool) -> dict[str, Any]:
    """The section's texts, with the figures of the network in use; `steps` are HTML."""
    network = recognizer.network
    figures = {
        "size": "-".join(map(str, network.sizes)),
        "parameters": f"{network.parameters.size:,}",
    }
    return {
        "steps": [_linked(step.format(**figures)) for step in words["about_steps"]],
        "scores": _scores(recognizer, words),
        "kept": words["keeps_corrections" if keeps_corrections else "keeps_nothing"],
    }


def _linked(text: str) -> str:
    def link(match: re.Match[str]) -> str:
        name = f"<code>{match[1]}</code>"
        return f'<a href="page/code/{match[1]}">{name}</a>' if match[1] in CODE else name

    return NAMED.sub(link, escape(text))


def _scores(recognizer: Recognizer, words: Words) -> str:
    """The scores in the weights file, and the model card's for the shipped network."""
    mnist = recognizer.metadata.get("scores", {}).get("mnist_test")
    if not mnist:
        return words["about_drawings"]
    figures = {name: f"{mnist[name]:.1%}" for name in ("accuracy", "calibration_error")}
    return words["about_scores"].format(**figures) + " " + words["about_drawings"]
