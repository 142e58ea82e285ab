"""The section "Look inside": the numbers of `model.inside` as pictures and tables."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

import gradio as gr
import numpy as np

from model import Prediction, Reading, Recognizer
from model.inside.comparison import TUTORIAL, answers, shrunk
from model.inside.digits import DIGITS, load
from model.inside.explain import explain
from model.inside.features import FeatureSpace
from model.inside.neurons import neuron
from model.picture.moments import normalization_of
from model.picture.prepare import Steps, steps_of
from page.api import PRIVATE
from page.pictures import figures, grey, percent, rectangle, signed, svg, table
from page.words import I18N as t
from page.words import Words

NAMES = list("0123456789")
BEST = "–"  # in place of a digit to compare: the network's best two
# A click on the first layer selects a neuron.
CHOOSE = """element.addEventListener("click", ({ target, clientX, clientY }) => {
    const layer = element.querySelector("svg");
    if (!layer?.contains(target)) return;
    const { left, top, width } = layer.getBoundingClientRect();
    const [column, row] = [clientX - left, clientY - top].map((x) => Math.floor((10 * x) / width));
    trigger("select", { index: 10 * row + column });
})"""


class View(NamedTuple):
    """What the parts show: a digit of a reading, and the visitor's choices."""

    reading: Reading
    digit: Prediction
    recognizer: Recognizer
    explained: dict[str, Any]  # see model.inside.explain
    words: Words
    number: int  # of the selected neuron, from 0
    x: np.ndarray  # (784,): the digit's pixels
    steps: Steps  # of the digit's preparation, up to MNIST's box


def steps(view: View) -> str:
    """The steps of the preparation as pictures, with numbers."""
    ink, digit, shapes = view.reading.ink, view.digit.ink, view.reading.shapes
    found = view.steps
    centre = '<path stroke="#0072b2" stroke-width=".2" d="M14.5 0V28M0 14.5H28"/>'
    pictures = {
        "step_drawn": svg(grey(1 - ink / 255), ink.shape),
        "step_found": svg(grey(ink / 255), ink.shape, map(rectangle, shapes)),
        "step_cut": svg(grey(digit / 255), digit.shape),
        "step_evened": svg(grey(found.evened), found.evened.shape),
        "step_placed": svg(grey(found.image), marks=[rectangle(found.placement[3:]), centre]),
    }
    if view.recognizer.preparation == "moments":
        pictures["step_moments"] = svg(grey(view.digit.image))
    normalized = normalization_of(found.image[None])
    numbers = {"ink": ink, "shapes": len(shapes), "share": (ink > 0).mean()}
    numbers |= {"digit": digit, "steps": found}
    numbers |= {name: float(each[0]) for name, each in normalized._asdict().items()}
    return figures((each, view.words[name].format(**numbers)) for name, each in pictures.items())


def comparison(view: View) -> str:
    """How the tutorials' network and this one read the shrunk canvas and our picture."""
    words, canvas, prepared = view.words, shrunk(view.reading.ink), view.digit.image
    head = [svg(grey(canvas)) + words["seen_shrunk"], svg(grey(prepared)) + words["seen_ours"]]
    rows = []
    for name, recognizer, image in (
        ("network_tutorial", tutorials_network(), view.steps.image),  # in MNIST's box
        ("network_ours", view.recognizer, prepared),
    ):
        found = answers(recognizer, [canvas, image])
        rows.append([words[name], *(f"<b>{p.argmax()}</b> {percent(p.max())}" for p in found)])
    return table(rows, head)


def outputs(view: View) -> str:
    """The sum, output and probability of each of the ten digits."""
    last = view.explained["layers"][-1]
    rows = zip(last["z"], last["a"], view.digit.probabilities)
    cells = ([f"{z:+.2f}", f"{a:.3f}", percent(p)] for z, a, p in rows)
    head = [view.words[name] for name in ("sum", "output", "probability")]
    return table(([str(digit), *row] for digit, row in enumerate(cells)), head)


def neurons(view: View) -> str:
    """The hidden neurons, ten in a row: their activations, and below, what each adds."""
    layers, added = view.explained["layers"], np.array(view.explained["contributions"])
    drawn, marks = [], [around(*divmod(view.number, 10))]
    for layer in layers[:-1] or layers:
        rows = in_tens(np.array(layer["a"]).clip(0))
        drawn.append(svg(grey(rows / max(rows.max(), 1e-9)), rows.shape, marks))
        marks = []
    if len(added):
        rows = in_tens(added[:, view.digit.digit])
        drawn.append(f"<p>{view.words['adds']}</p>{svg(signed(rows), rows.shape)}")
    return "".join(drawn)


def in_tens(values: np.ndarray) -> np.ndarray:
    """Numbers (N,) in rows of ten, the last one filled with zeros."""
    return np.pad(values, (0, -len(values) % 10)).reshape(-1, 10)


def around(row: int, column: int, side: int = 1) -> str:
    """A mark around a pixel, or a square of `side` pixels."""
    return rectangle((column, row, column + side, row + side))


def one_neuron(view: View) -> str:
    """One neuron: its weights, its sum, and its weights to the ten digits."""
    words, found = view.words, neuron(view.recognizer.network, view.x, view.number)
    marks = [around(term.row, term.column) for term in found.largest]
    seen = [(svg(signed(found.weights)), words["weights"])]
    seen.append((svg(signed(found.products), marks=marks), words["products"]))
    total = found.products.sum()
    text = words["neuron"].format(number=view.number + 1, total=total, neuron=found)
    terms = []
    for term in found.largest:
        name = words["pixel"].format(row=term.row + 1, column=term.column + 1)
        terms.append((name, f"{term.weight:+.2f} · {term.pixel:.2f} = {term.product:+.2f}"))
    outgoing = ""
    if len(found.outgoing) == 10:  # not weights to another hidden layer
        digits = [f'<text x="{digit + 0.5}" y="0.75">{digit}</text>' for digit in range(10)]
        outgoing = words["outgoing"] + svg(signed(found.outgoing[None]), (1, 10), digits)
    return figures(seen) + text + table(terms) + outgoing


def why(view: View) -> str:
    """The pixels that speak for one digit, and those for another."""
    added = np.array(view.explained["attribution"])
    ink = f'<image opacity=".25" href="{grey(view.digit.image)}" width="28" height="28"/>'
    text = view.words["why_text"].format(**view.explained, added=added.sum())
    return figures([(svg(signed(added), marks=[ink]), text)])


def patch(view: View) -> str:
    """The smallest patch of ink without which another digit would be read."""
    text, marks = view.words["patch_none"], []
    if found := view.explained["patch"]:
        text = view.words["patch_found"].format(**found)
        marks = [around(found["row"], found["column"], found["side"])]
    return figures([(svg(grey(view.digit.image), marks=marks), text)])


def nearest(view: View) -> str:
    """The most similar MNIST training digits, with their distances."""
    digits = known_digits()
    numbers, distances = feature_space(view.recognizer).nearest(view.x)
    return figures(
        (svg(grey(digits.images[i] / 255)), f"<b>{digits.labels[i]}</b> {distance:.2f}")
        for i, distance in zip(numbers, distances)
    )


def map_of_digits(view: View) -> str:
    """A map of these digits by two principal components; a ring marks the drawing."""
    known = feature_space(view.recognizer)
    least, most = known.points.min(axis=0), known.points.max(axis=0)
    points = np.vstack([known.points, known.place(view.x)])
    places = (4 + 92 * ((points - least) / np.maximum(most - least, 1e-9)).clip(0, 1)).round(1)
    *others, (x, y) = places.tolist()
    drawn = [
        f'<text x="{left}" y="{top}"{" class=same" * (label == view.digit.digit)}>{label}</text>'
        for (left, top), label in zip(others, known_digits().labels.tolist())
    ]
    ring = f'<circle class="mark" cx="{x}" cy="{y}" r="2"/>'
    text = view.words["map_text"].format(share=known.shares.sum())
    return figures([(f'<svg viewBox="0 0 100 100">{"".join(drawn)}{ring}</svg>', text)])


tutorials_network = cache(lambda: Recognizer.load(TUTORIAL))
known_digits = cache(lambda: load(DIGITS))


@lru_cache(maxsize=1)
def feature_space(recognizer: Recognizer) -> FeatureSpace:
    """The feature space of the network in use, computed once."""
    return FeatureSpace.of(recognizer.network, recognizer.prepared(known_digits().X))


class Inside:
    """The section: `choices` are inputs of events, `parts` outputs, filled while it is open."""

    def __init__(self) -> None:
        self.shown: list[Callable[[View], str]] = []
        self.parts: list[gr.HTML] = []
        with gr.Accordion(t("inside"), open=False, elem_id="inside") as section:
            is_open = gr.Checkbox(False, visible="hidden")
            place = gr.Number(1, label=t("place"), precision=0, elem_id="place")
            self.add(steps)
            with gr.Row():
                with gr.Column(min_width=300):
                    self.add(comparison)
                    self.add(outputs)
                with gr.Column(min_width=300):
                    self.add(neurons, js_on_load=CHOOSE)
                    number = gr.Number(0, label=t("neuron_number"), precision=0)
                with gr.Column(min_width=300):
                    self.add(one_neuron)
            with gr.Row():
                with gr.Column(min_width=300):
                    self.add(why)
                    digits = [BEST, *NAMES]
                    with gr.Row():
                        first = gr.Dropdown(digits, value=BEST, label=t("why_first"))
                        second = gr.Dropdown(digits, value=BEST, label=t("why_second"))
                with gr.Column(min_width=300):
                    self.add(patch)
            self.add(nearest)
            self.add(map_of_digits)
        self.choices = [is_open, place, number, first, second]
        section.expand(None, None, is_open, js="() => true")
        section.collapse(None, None, is_open, js="() => false")
        part = self.parts[self.shown.index(neurons)]
        part.select(_number_of, None, number, **PRIVATE)

    def add(self, show: Callable[[View], str], **options: Any) -> None:
        """Add a heading and a part."""
        gr.Markdown(t(show.__name__))
        self.shown.append(show)
        self.parts.append(gr.HTML(elem_id=show.__name__, elem_classes="part", **options))

    def look(
        self, reading: Reading | None, recognizer: Recognizer, words: Words, *choices: Any
    ) -> list[Any]:
        """The content of all parts; no change while the section is closed."""
        is_open, place, number, *pair = choices
        if not is_open:
            return [gr.skip()] * len(self.parts)
        if reading is None or not reading.digits:
            return [words["inside_blank"], *[""] * (len(self.parts) - 1)]
        digit = reading.digits[min(max(place or 1, 1), len(reading.digits)) - 1]
        ranking = np.argsort(-digit.probabilities, kind="stable").tolist()
        first, second = (int(each) if each in NAMES else best for best, each in zip(ranking, pair))
        if first == second:
            second = ranking[first == ranking[0]]
        explained = explain(recognizer.network, digit.image, (first, second))
        layers, added = explained["layers"], np.array(explained["contributions"])
        most = added[:, digit.digit] if len(layers) == 2 else np.array(layers[0]["a"])
        number = min(number, len(most)) - 1 if (number or 0) > 0 else int(most.argmax())
        x, steps = digit.image.reshape(784), steps_of(digit.ink)
        view = View(reading, digit, recognizer, explained, words, number, x, steps)
        return [show(view) for show in self.shown]


def _number_of(event: gr.EventData) -> int:
    """The number, from 1, of the clicked neuron."""
    return event.index + 1
