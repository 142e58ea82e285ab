"""Look inside: what happens to one's own drawing on its way to the answer, for the templates.

The arithmetic is in `model.inside`; here its numbers become pictures and sentences.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from model import Network, Recognizer
from model.inside.attribution import attribution
from model.inside.comparison import TUTORIAL, answers, shrunk
from model.inside.neurons import Activity, activities, contributions, neuron
from model.inside.patch import smallest_patch
from model.network.layers import ReLU, Sigmoid, Tanh
from model.picture.prepare import steps_of
from model.reading import Prediction, Reading
from page.answer import TEMPLATES, name_of, percent
from page.drawn import grey_uri, signed_uri
from page.neighbours import neighbours
from page.words import Words

FUNCTIONS = {Sigmoid: "σ", ReLU: "relu", Tanh: "tanh"}


def section(
    reading: Reading,
    recognizer: Recognizer,
    place: int,
    pair: tuple[int, int] | None,
    words: Words,
) -> str:
    """The section as HTML, for the digit at `place` of a reading of at least one.

    `pair` are the two digits to compare; None: the best two.
    """
    place = min(place, len(reading.digits) - 1)
    prediction = reading.digits[place]
    x = prediction.image.reshape(784)
    network = recognizer.network
    return TEMPLATES.get_template("inside.html").render(
        w=words,
        digits=[name_of(digit, reading) for digit in reading.digits],
        place=place,
        digit=prediction.digit,
        picture=grey_uri(prediction.image),
        steps=_steps(reading, prediction, words),
        comparison=_comparison(reading, prediction, recognizer),
        layers=_layers(network, x, prediction.digit),
        outputs=_outputs(network, prediction),
        why=_why(network, prediction, pair),
        patch=smallest_patch(network, x),
        neighbours=neighbours(network, x),
    )


def one_neuron(
    reading: Reading, recognizer: Recognizer, place: int, number: int, words: Words
) -> str:
    """One neuron of the first layer, as HTML. Raises ValueError if there is no such neuron."""
    network = recognizer.network
    prediction = reading.digits[min(place, len(reading.digits) - 1)]
    found = neuron(network, prediction.image.reshape(784), number)
    largest = max(float(np.abs(found.outgoing).max(initial=0)), 1e-9)
    return TEMPLATES.get_template("neuron.html").render(
        w=words,
        number=number,
        neuron=found,
        total=float(found.products.sum()),
        function=_function(network),
        weights=signed_uri(found.weights),
        products=signed_uri(found.products),
        # Only ten weights lead to digits; those to another hidden layer have no names.
        outgoing=(found.outgoing / largest).tolist() if len(found.outgoing) == 10 else [],
        largest_outgoing=largest,
    )


def _steps(reading: Reading, prediction: Prediction, words: Words) -> list[dict[str, Any]]:
    """The pictures of the preparation, each with a sentence and its numbers."""
    steps = steps_of(prediction.ink)
    height, width = reading.ink.shape
    digit_height, digit_width = prediction.ink.shape
    moves = zip(steps.placement.shift, ("←→", "↑↓"))
    numbers = {
        "width": width,
        "height": height,
        "share": percent((reading.ink > 0).mean()),
        "shapes": len(reading.shapes),
        "digit_width": digit_width,
        "digit_height": digit_height,
        "stroke": f"{steps.stroke:.1%}",
        "evened": f"{steps.evened_stroke:.1%}",
        "moves": " ".join(f"{arrows[by > 0]}\u00a0{abs(by):.1f}" for by, arrows in moves),
    }
    boxes = [
        {"x": left, "y": top, "width": box_right - left, "height": bottom - top}
        for left, top, box_right, bottom in reading.shapes
    ]
    place = steps.placement
    box = {
        "x": place.left,
        "y": place.top,
        "width": place.right - place.left,
        "height": place.bottom - place.top,
    }
    pictures = {
        "drawn": (1 - reading.ink / 255, [], None),
        "found": (reading.ink / 255, boxes, None),
        "cut": (prediction.ink / 255, [], None),
        "evened": (steps.evened, [], None),
        "placed": (steps.image, [box], 14.5),
    }
    return [
        {
            "title": words[f"step_{name}"],
            "text": words[f"step_{name}_text"].format(**numbers),
            "picture": grey_uri(picture),
            "height": picture.shape[0],
            "width": picture.shape[1],
            "boxes": boxes,
            "centre": centre,
        }
        for name, (picture, boxes, centre) in pictures.items()
    ]


@lru_cache(maxsize=1)
def tutorials_network() -> Recognizer | None:
    """The tutorials' network; None if its file is not there."""
    return Recognizer.load(TUTORIAL) if TUTORIAL.is_file() else None


def _comparison(
    reading: Reading, prediction: Prediction, recognizer: Recognizer
) -> dict[str, Any] | None:
    """How the tutorials' network and this one read the canvas shrunk, and our picture."""
    tutorial = tutorials_network()
    if not tutorial:
        return None
    small = shrunk(reading.ink)
    said = answers([tutorial, recognizer], [small, prediction.image])
    return {
        "shrunk": grey_uri(small),
        "ours": grey_uri(prediction.image),
        "said": [[(int(p.argmax()), float(p.max())) for p in row] for row in said],
    }


def _layers(network: Network, x: np.ndarray, digit: int) -> list[dict[str, Any]]:
    """Each hidden layer's neurons; of a network without one, the outputs'."""
    active = activities(network, x)
    shown = active[:-1] or active
    adds = contributions(network, x)[:, digit] if len(active) > 1 else None
    return [
        _layer(number, layer, adds if number == len(shown) - 1 else None)
        for number, layer in enumerate(shown)
    ]


def _outputs(network: Network, prediction: Prediction) -> list[dict[str, float]]:
    """Of each of the ten digits: its sum, the network's output, and the probability."""
    last = activities(network, prediction.image.reshape(784))[-1]
    return [
        {"z": float(z), "a": float(a), "p": float(p)}
        for z, a, p in zip(last.z, last.a, prediction.probabilities)
    ]


def _layer(number: int, layer: Activity, adds: np.ndarray | None) -> dict[str, Any]:
    """The neurons in place, each with its rank by what it adds, or else by its activation."""
    brightest = max(float(np.abs(layer.a).max()), 1e-9)
    most = 1.0 if adds is None else max(float(np.abs(adds).max()), 1e-9)
    ranks = np.argsort(np.argsort(-(layer.a if adds is None else adds), kind="stable"))
    return {
        "number": number,
        "brightest": brightest,
        "adds": adds is not None,
        "neurons": [
            {
                "a": float(a),
                "light": max(float(a), 0) / brightest,
                "adds": None if adds is None else float(adds[i]),
                "share": 0.0 if adds is None else float(adds[i]) / most,
                "rank": int(ranks[i]),
            }
            for i, a in enumerate(layer.a)
        ],
    }


def _why(network: Network, prediction: Prediction, pair: tuple[int, int] | None) -> dict[str, Any]:
    """Which pixels speak for one digit, and which for another: by default the best two."""
    x = prediction.image.reshape(784)
    logits, if_empty = network.logits(np.stack([x, np.zeros_like(x)]))
    if not pair or pair[0] == pair[1]:
        first, second = np.argsort(-logits, kind="stable")[:2].tolist()
    else:
        first, second = pair
    added = attribution(network, x, first, second)
    return {
        "first": first,
        "second": second,
        "map": signed_uri(added),
        "sum": float(added.sum()),
        "difference": float(logits[first] - logits[second]),
        "if_empty": float(if_empty[first] - if_empty[second]),
    }


def _function(network: Network) -> str:
    """The name of what follows the first layer's sums."""
    following = network.layers[1] if len(network.layers) > 1 else None
    if following is not None:
        return FUNCTIONS.get(type(following), type(following).__name__.lower())
    return "f"  # the loss's own: see `activities`


def signed(number: float, decimals: int = 2) -> str:
    """A number with its sign, "+1.50" or "−0.20"; the true minus is as wide as the plus."""
    return f"{number:+.{decimals}f}".replace("-", "−")


TEMPLATES.filters["signed"] = signed
