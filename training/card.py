"""The model card of a weights file: what a stranger should know before using the network.

`python -c "from training.card import SHIPPED, write; write(SHIPPED)"` writes a card again.
"""

from pathlib import Path
from typing import Any

from model.network import weights
from training.calibration import REFUSED
from training.config import TrainingConfig
from training.page_digits import AUTHORS, LICENCE
from training.strokes import drawing, fixed_digits, pen_digits

SHIPPED = weights.SHIPPED
TEMPLATE = Path(__file__).with_name("card.md")
DATA = {  # by the name of the data: what it is, the flag for it, how many validate if none says
    "mnist": (f"MNIST's digits, by {AUTHORS}, {LICENCE}", "", TrainingConfig.validation_size),
    "own": ("the user's own digits, whose licence this program does not know", "--data …", 0),
    "drawn": ("digits drawn from the pen strokes below", "--drawn", fixed_digits.VALIDATION),
}


def write(path: Path) -> Path:
    """Write the card of a weights file beside it, as NAME-card.md, and return where."""
    card = path.with_name(f"{path.stem}-card.md")
    card.write_text(text(path), encoding="utf-8")
    return card


def text(path: Path) -> str:
    """The card, in Markdown. Raises ValueError if no training wrote the weights file."""
    network, metadata = weights.load(path)
    name = next((name for name in DATA if f"{name}_sha256" in metadata), None)
    if name is None:
        raise ValueError(f"{path}: does not say what it was trained on; expected a training's file")
    scores = [
        f"| {digits.replace('_', ' ')} | {s['accuracy']:.2%} | {s['calibration_error']:.2%} |"
        for digits, s in metadata["scores"].items()
    ]
    facts = {
        "file": path.name,
        "sizes": "-".join(map(str, network.sizes)),
        "parameters": network.parameters.size,
        "data": "\n".join(f"- {line}." for line in _data(name, metadata)),
        "scores": "\n".join(scores),
        "sure": 1 - REFUSED,
        "command": _command(name, metadata),
        "sha256": metadata[f"{name}_sha256"],
    }
    return TEMPLATE.read_text(encoding="utf-8").format_map(metadata | facts)


def _data(name: str, metadata: dict[str, Any]) -> list[str]:
    """What the network was trained on, and whose that is."""
    config = metadata["config"]
    lines = [f"{DATA[name][0]}; of those to train on, {config['validation_size']:,} only validate"]
    if config["strokes"]:
        lines.append(
            f"{config['strokes']:,} drawings made from pen strokes, of which"
            f" {drawing.NO_DIGIT_SHARE:.0%} are no digit; one of {drawing.HELD_OUT} writers is held"
            " out, and only validates"
        )
    if config["strokes"] or name == "drawn":
        lines += [f"Pen strokes: {s['source']}; {s['license']}" for s in pen_digits.sources()]
    if "corrections" in metadata:
        lines.append(f"{metadata['corrections']:,} drawings that the page's users corrected")
    if "from" in metadata:
        lines.append(f"It went on from the weights in `{metadata['from']['file']}`")
    return lines


def _command(name: str, metadata: dict[str, Any]) -> str:
    """The command that repeats the training, whatever the defaults are by then."""
    config = metadata["config"]
    _, data, validation = DATA[name]
    words = ["python -m training", data]
    for setting, value in config.items():
        if setting != "validation_size" or value != validation:
            values = value if isinstance(value, list) else [value]
            words.append(" ".join([f"--{setting.replace('_', '-')}", *map(str, values)]))
    words += ["--corrections …"] * ("corrections" in metadata) + ["--from …"] * ("from" in metadata)
    return " ".join(filter(None, words))
