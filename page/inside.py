"""Look inside: what happens to one's own drawing on its way to the answer.

The arithmetic is in `model.inside`; here its numbers become pictures, tables and sentences.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import gradio as gr
import numpy as np

from model import Network, Prediction, Reading, Recognizer
from model.inside.comparison import TUTORIAL, answers, shrunk
from model.inside.digits import DIGITS, Digits, load
from model.inside.explain import explain
from model.inside.neurons import neuron
from model.inside.surroundings import Surroundings
from model.picture.prepare import steps_of
from page.pictures import bars, figures, grey, percent, rectangle, signed, svg, table, with_sign
from page.words import I18N as t

DIGIT_NAMES = tuple("0123456789")
BEST = "–"  # of the two digits to compare: the network's own best two
# A click on one of the squares chooses its neuron.
CHOOSE = """element.addEventListener("click", ({ target }) =>
    target.dataset.neuron && trigger("select", { index: Number(target.dataset.neuron) }))"""


class View(NamedTuple):
    """What is looked at: a digit of a reading, and what the visitor has chosen."""

    reading: Reading
    digit: Prediction
    recognizer: Recognizer
    explained: dict[str, Any]  # see model.inside.explain
    words: Mapping[str, str]
    order: str  # of the neurons: "place", or "share": by what each adds
    number: int  # of a neuron in the first layer, from 1; 0: the one that adds most

    @property
    def x(self) -> np.ndarray:
        return self.digit.image.reshape(784)

    @property
    def added(self) -> np.ndarray:
        """What each neuron of the first layer adds to the answer; in other networks, its output."""
        layers = self.explained["layers"]
        if len(layers) != 2:
            return np.array(layers[0]["a"])
        return np.array(self.explained["contributions"])[:, self.digit.digit]

    @property
    def looked_at(self) -> int:
        """The number of the neuron that is looked at, from 0."""
        count = len(self.added)
        return min(self.number, count) - 1 if self.number else int(self.added.argmax())


def steps(view: View) -> str:
    """The pictures of the preparation, each with its numbers."""
    ink, digit = view.reading.ink, view.digit.ink
    found = steps_of(digit)
    centre = '<path class="centre" d="M14.5 0V28M0 14.5H28"/>'
    right, down = found.placement.shift
    pictures = {
        "step_drawn": svg(grey(1 - ink / 255), ink.shape),
        "step_found": svg(grey(ink / 255), ink.shape, map(rectangle, view.reading.shapes)),
        "step_cut": svg(grey(digit / 255), digit.shape),
        "step_evened": svg(grey(found.evened), found.evened.shape),
        "step_placed": svg(grey(found.image), marks=[rectangle(found.placement[3:]), centre]),
    }
    numbers = {
        "canvas": f"{ink.shape[1]}×{ink.shape[0]}",
        "share": percent((ink > 0).mean()),
        "shapes": len(view.reading.shapes),
        "height": digit.shape[0],
        "width": digit.shape[1],
        "stroke": f"{found.stroke:.1%}",
        "evened": f"{found.evened_stroke:.1%}",
        "right": with_sign(right, 1),
        "down": with_sign(down, 1),
    }
    return figures(
        (picture, view.words[name].format(**numbers)) for name, picture in pictures.items()
    )


def comparison(view: View) -> str:
    """How the tutorials' network and this one read the canvas shrunk, and our picture."""
    words, images = view.words, [shrunk(view.reading.ink), view.digit.image]
    names = words["seen_shrunk"], words["seen_ours"]
    head = [svg(grey(image)) + name for image, name in zip(images, names)]
    networks = {
        words["network_tutorial"]: tutorials_network(),
        words["network_ours"]: view.recognizer,
    }
    said = answers(list(networks.values()), images)
    rows = ([f"<b>{p.argmax()}</b> {percent(p.max())}" for p in row] for row in said)
    return table(([name, *row] for name, row in zip(networks, rows)), head)


def outputs(view: View) -> str:
    """Of each of the ten digits: its sum, the network's output, and the probability."""
    last = view.explained["layers"][-1]
    head = [view.words[name] for name in ("sum", "output", "probability")]
    rows = zip(last["z"], last["a"], view.digit.probabilities)
    cells = ([with_sign(z), f"{a:.3f}", percent(p)] for z, a, p in rows)
    return table(([str(digit), *row] for digit, row in enumerate(cells)), head)


def squares(view: View) -> str:
    """The hidden neurons: how active each is, or how much it adds to the answer."""
    first, *others = view.explained["layers"][:-1] or view.explained["layers"]
    added = view.added if view.order == "share" else None
    drawings = [_squares(np.array(first["a"]), added, view.looked_at)]
    return "".join(drawings + [_squares(np.array(layer["a"]), None, None) for layer in others])


def _squares(a: np.ndarray, added: np.ndarray | None, chosen: int | None) -> str:
    """`chosen` is the number of the marked one; None where none can be chosen."""
    order = range(len(a)) if added is None else np.argsort(-added, kind="stable").tolist()
    shown = a.clip(0) if added is None else added
    shares = np.abs(shown) / max(float(np.abs(shown).max()), 1e-9)
    drawn = []
    for place, i in enumerate(order):
        kind = "light" if added is None else "positive" if added[i] > 0 else "negative"
        about = f"{i + 1}: {a[i]:.2f}" + ("" if added is None else f", {with_sign(added[i])}")
        mark = "" if chosen is None else f'data-neuron="{i}"'
        corner = f'x="{10 * (place % 10) + 0.5}" y="{10 * (place // 10) + 0.5}"'
        drawn.append(
            f'<rect {corner} width="9" height="9" style="--share: {shares[i]:.0%}" {mark}'
            f' class="{kind}{" chosen" if i == chosen else ""}"><title>{about}</title></rect>'
        )
    return f'<svg viewBox="0 0 100 {10 * -(-len(a) // 10)}">{"".join(drawn)}</svg>'


def one_neuron(view: View) -> str:
    """One neuron: its weights, its sum, and what it tells the ten digits."""
    words, found = view.words, neuron(view.recognizer.network, view.x, view.looked_at)
    marks = [rectangle((t.column, t.row, t.column + 1, t.row + 1)) for t in found.largest]
    terms = [
        (
            words["pixel"].format(row=term.row + 1, column=term.column + 1),
            f"{with_sign(term.weight)} · {term.pixel:.2f} = {with_sign(term.product)}",
        )
        for term in found.largest
    ]
    numbers = words["neuron"].format(
        number=view.looked_at + 1,
        total=with_sign(found.products.sum()),
        bias=with_sign(found.bias),
        z=with_sign(found.z),
        a=f"{found.a:.3f}",
    )
    pictures = figures(
        [
            (svg(signed(found.weights)), words["weights"]),
            (svg(signed(found.products), marks=marks), words["products"]),
        ]
    )
    # Weights to another hidden layer have no names.
    outgoing = words["outgoing"] + bars(found.outgoing) if len(found.outgoing) == 10 else ""
    return pictures + numbers + table(terms) + outgoing


def why(view: View) -> str:
    """Which pixels speak for one digit, and which for another."""
    found = view.explained
    first, second = found["pair"]
    text = view.words["why_text"].format(
        first=first,
        second=second,
        difference=with_sign(found["difference"]),
        empty=with_sign(found["difference_if_empty"]),
        added=with_sign(np.sum(found["attribution"])),
    )
    ink = f'<image class="pale" href="{grey(view.digit.image)}" width="28" height="28"/>'
    return figures([(svg(signed(np.array(found["attribution"])), marks=[ink]), text)])


def patch(view: View) -> str:
    """The smallest patch of ink without which the network would read another digit."""
    found, marks = view.explained["patch"], []
    text = view.words["patch_found" if found else "patch_none"]
    if found:
        left, top, side = found["column"], found["row"], found["side"]
        marks = [rectangle((left, top, left + side, top + side))]
        text = text.format(**found)
    return figures([(svg(grey(view.digit.image), marks=marks), text)])


def nearest(view: View) -> str:
    """The nearest of the digits that the network learned from, and their distances."""
    digits = known_digits()
    numbers, distances = surroundings(view.recognizer.network).nearest(view.x)
    return figures(
        (svg(grey(digits.images[i] / 255)), f"<b>{digits.labels[i]}</b> {distance:.2f}")
        for i, distance in zip(numbers, distances)
    )


def map_of_digits(view: View) -> str:
    """All of them where they differ most, by two principal components; the drawing is the ring."""
    known = surroundings(view.recognizer.network)
    least, most = known.points.min(axis=0), known.points.max(axis=0)
    points = np.vstack([known.points, known.place(view.x)])
    places = (4 + 92 * ((points - least) / np.maximum(most - least, 1e-9)).clip(0, 1)).round(1)
    *others, (x, y) = places.tolist()
    texts = "".join(
        f'<text x="{left}" y="{top}" class="d{label}">{label}</text>'
        for (left, top), label in zip(others, known_digits().labels.tolist())
    )
    ring = f'<circle class="mark" cx="{x}" cy="{y}" r="2"/>'
    picture = f'<svg viewBox="0 0 100 100" class="is{view.digit.digit}">{texts}{ring}</svg>'
    return figures([(picture, view.words["map_text"].format(share=percent(known.shares.sum())))])


@lru_cache(maxsize=1)
def tutorials_network() -> Recognizer:
    return Recognizer.load(TUTORIAL)


@lru_cache(maxsize=1)
def known_digits() -> Digits:
    return load(DIGITS)


@lru_cache(maxsize=1)
def surroundings(network: Network) -> Surroundings:
    """Computed once for each network in use."""
    return Surroundings.of(network, known_digits().X)


class Inside:
    """The section: the `accordion`, what the visitor can choose, and the parts that `look` fills.

    Nothing is computed before it is open. `choices` are inputs of events, `parts` their outputs.
    """

    def __init__(self) -> None:
        self.shown: list[Callable[[View], str]] = []
        self.parts: list[gr.HTML] = []
        with gr.Accordion(t("inside"), open=False, elem_id="inside") as self.accordion:
            self.is_open = gr.Checkbox(False, visible="hidden")
            with gr.Row():
                place = gr.Number(1, label=t("place"), minimum=1, maximum=10, precision=0, scale=0)
            self.add(steps)
            with gr.Row():
                with gr.Column(scale=2, min_width=300):
                    if TUTORIAL.is_file():
                        self.add(comparison)
                    self.add(outputs)
                with gr.Column(scale=2, min_width=300):
                    self.add(squares, js_on_load=CHOOSE)
                    orders = [(t("by_number"), "place"), (t("by_share"), "share")]
                    order = gr.Radio(orders, value="place", label=t("order"))
                    number = gr.Number(0, label=t("neuron_number"), minimum=0, precision=0)
                with gr.Column(scale=2, min_width=300):
                    self.add(one_neuron)
            with gr.Row():
                with gr.Column(min_width=300):
                    self.add(why)
                    digits = [BEST, *DIGIT_NAMES]
                    with gr.Row():
                        first = gr.Dropdown(digits, value=BEST, label=t("why_first"))
                        second = gr.Dropdown(digits, value=BEST, label=t("why_second"))
                with gr.Column(min_width=300):
                    self.add(patch)
            if DIGITS.is_file():
                self.add(nearest)
                self.add(map_of_digits)
        self.choices = [self.is_open, place, order, number, first, second]
        quiet: dict[str, Any] = {"queue": False, "api_visibility": "private"}
        self.parts[self.shown.index(squares)].select(_number_of, None, number, **quiet)
        self.accordion.expand(None, None, self.is_open, js="() => true")
        self.accordion.collapse(None, None, self.is_open, js="() => false")

    def add(self, show: Callable[[View], str], **options: Any) -> None:
        """Add a part below its heading."""
        gr.Markdown(t(show.__name__))
        self.shown.append(show)
        self.parts.append(gr.HTML(elem_id=show.__name__, elem_classes="part", **options))

    def look(
        self,
        reading: Reading | None,
        recognizer: Recognizer,
        words: Mapping[str, str],
        is_open: bool,
        place: int | None,
        order: str,
        number: int,
        *pair: str,
    ) -> list[Any]:
        """What the parts show of a reading; nothing new while the section is closed."""
        if not is_open:
            return [gr.skip()] * len(self.parts)
        if reading is None or not reading.digits:
            return [words["inside_blank"]] + [""] * (len(self.parts) - 1)
        digit = reading.digits[min(place or 1, len(reading.digits)) - 1]
        chosen = _pair(recognizer.network, digit.image, pair)
        explained = explain(recognizer.network, digit.image, chosen)
        view = View(reading, digit, recognizer, explained, words, order, number)
        return [show(view) for show in self.shown]


def _number_of(event: gr.EventData) -> int:
    """The number, from 1, of the neuron that was clicked on."""
    return event.index + 1


def _pair(network: Network, image: np.ndarray, chosen: Sequence[str]) -> tuple[int, int]:
    """The two digits to compare; for one that is not chosen, the network's best of the others."""
    first, second = (int(each) if each in DIGIT_NAMES else None for each in chosen)
    ranking = np.argsort(-network.logits(image.reshape(1, 784))[0], kind="stable").tolist()
    if first is None:
        first = next(digit for digit in ranking if digit != second)
    if second in (None, first):
        second = next(digit for digit in ranking if digit != first)
    return first, second
