"""The model card of a weights file.

`python -c "from training.card import weights, write; write(weights.SHIPPED)"` writes a card again.
"""

from pathlib import Path
from typing import Any

from model.network import weights
from training.config import RECIPES, TrainingConfig, command_line
from training.data.splits import DRAWN
from training.evaluation import IN_DOUBT
from training.strokes import drawing, hand

MNIST = (
    "MNIST's digits, by Y. LeCun, C. Cortes, C. J. C. Burges, CC BY-SA 3.0,"
    " https://creativecommons.org/licenses/by-sa/3.0/"
)
TEMPLATE = Path(__file__).with_name("card.md")
DATA = {  # by name: description, flag, and default number of validation digits
    "mnist": (MNIST, "", TrainingConfig.validation_size),
    "own": ("The user's own digits, whose licence this program does not know", "--data …", 0),
    "drawn": ("Digits drawn from the pen strokes below", "--drawn", DRAWN[1]),
}


def write(path: Path) -> Path:
    """Write the card of a weights file beside it, as NAME-card.md, and return its path."""
    card = path.with_name(f"{path.stem}-card.md")
    card.write_text(text(path), encoding="utf-8")
    return card


def text(path: Path) -> str:
    """The card of a file that the trainer wrote, in Markdown."""
    network, metadata = weights.load(path)
    name = next(name for name in DATA if f"{name}_sha256" in metadata)
    config = TrainingConfig(**metadata["config"] | {"hidden": tuple(metadata["config"]["hidden"])})
    facts = {
        "file": path.name,
        "place": "/".join(path.parts[-2:]),
        "sizes": "-".join(map(str, network.sizes)),
        "parameters": network.parameters.size,
        "data": "\n".join(f"- {line}." for line in _data(name, config, metadata)),
        "scores": "\n".join(
            f"| {digits.replace('_', ' ')} | {s['accuracy']:.2%} | {s['calibration_error']:.2%} |"
            for digits, s in metadata["scores"].items()
        ),
        "sure": 1 - IN_DOUBT,
        "command": _command(name, config, metadata),
        "sha256": metadata[f"{name}_sha256"],
    }
    return TEMPLATE.read_text(encoding="utf-8").format_map(metadata | facts)


def _data(name: str, config: TrainingConfig, metadata: dict[str, Any]) -> list[str]:
    """The data that the network was trained on, and its sources."""
    lines = [f"{DATA[name][0]}; {config.validation_size:,} of the training digits only validate"]
    if config.strokes:
        lines.append(
            f"{config.strokes:,} drawings made from pen strokes, of which"
            f" {drawing.NO_DIGIT_SHARE:.0%} are no digit; one writer in {drawing.HELD_OUT} is held"
            " out for validation"
        )
    if config.strokes or name == "drawn":
        lines += [f"Pen strokes: {s['source']}; {s['license']}" for s in hand.sources()]
    if "corrections" in metadata:
        lines.append(f"{metadata['corrections']:,} drawings that the page's users corrected")
    if "from" in metadata:
        lines.append(f"Before, what the weights in `{metadata['from']['file']}` were trained on")
    return lines


def _command(name: str, config: TrainingConfig, metadata: dict[str, Any]) -> str:
    """The command that repeats the training, with "…" for the user's own files."""
    _, data, validation = DATA[name]
    others = [data]
    if config.validation_size != validation:
        others.append(f"--validation-size {config.validation_size}")
    others += [f"--{other} …" for other in ("corrections", "from") if other in metadata]
    return min((command_line(config, recipe, *others) for recipe in RECIPES), key=len)
