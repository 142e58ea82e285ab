"""The tab "Draw": the pad, the answer, what the network saw, examples, and corrections."""

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from corrections import Corrections
from model import Reading, Recognizer
from model.picture.prepare import steps_of
from model.reading import NO_DIGIT
from page.api import PRIVATE, Current, Read, confidences, inked
from page.inside import Inside
from page.pictures import MOST_CERTAIN, figures, grey, percent, svg
from page.sketchpad import Sketchpad
from page.words import I18N as t
from page.words import Words, words_for

EXAMPLES = [Path(__file__).parent / "examples" / f"{name}.png" for name in (7, 8, 42, 2026)]
NONE = "no digit"  # must not be a key of a text: Gradio would translate it
# One request at a time, the newest drawing last, without a spinner over the answer.
AT_ONCE: dict[str, Any] = {"trigger_mode": "always_last", "show_progress": "hidden", **PRIVATE}
# Every 1.5 seconds without an answer, the last one is marked as outdated, and the pad sends again.
# If the last answer took longer, after twice its time; else this would never end.
# An event's `failure` does not suffice: it is not called when the connection is lost. Nor does one
# timer: if a request fails after that time, Gradio forgets what was sent meanwhile.
RESEND = "() => document.querySelector('#pad canvas').dispatchEvent(new Event('resend'))"
# The pad tells what it sends, too: Gradio drops events while it knows that the connection is lost.
LATE = f"""let late, asked, patience = 1500;
const wait = () => (late ||= setInterval(() => {{
    document.body.setAttribute("data-stale", "");
    ({RESEND})();
}}, patience));
document.addEventListener("drawn", wait);
document.addEventListener("asked", () => (asked = Date.now(), wait()));
document.addEventListener("answered", () => {{
    late = clearInterval(late);
    patience = Math.min(Math.max(1500, 2 * (Date.now() - asked)), 10_000);
    document.body.removeAttribute("data-stale");
}});"""
ON_REQUEST = "(...values) => (document.dispatchEvent(new Event('asked')), values)"
ON_ANSWER = "() => document.dispatchEvent(new Event('answered'))"
STATUS = '<p role="status">${value}</p>'  # announced by screen readers


@lru_cache(maxsize=64)
def own_network(path: str | None) -> Recognizer | None:
    """The recognizer that a visitor trained; None if its file is gone or on another server."""
    try:
        return Recognizer.load(path or "")
    except (OSError, ValueError):
        return None


def build_draw(
    read: Read, current: Current, corrections: Corrections | None, trained: gr.State | None
) -> tuple[Sketchpad, gr.Checkbox]:
    """Build the tab; return the pad, and the checkbox for the visitor's own network `trained`."""
    own = gr.Checkbox(label=t("own_network"), visible=False)
    with gr.Row():
        with gr.Column(min_width=320, elem_id="left"):
            pad = Sketchpad(label=t("draw_here"), keep_as="drawing", elem_id="pad")
        with gr.Column(min_width=320):
            gr.HTML(t("gone"), elem_id="stale", js_on_load=LATE)
            answer = gr.Label(label=t("answer"), elem_id="answer")
            said = gr.HTML(t("blank"), html_template=STATUS, elem_id="said")
            seen = gr.HTML(elem_id="seen")
            if corrections:
                build_corrections(pad, read, corrections)
    pictures = [[Image.open(path)] for path in EXAMPLES]
    # Not gr.Examples, which ignores clicks until the last one is answered.
    examples = gr.Dataset(components=[pad], samples=pictures, label=t("examples"))
    chosen = examples.click(lambda sample: sample[0], examples, pad, **AT_ONCE)
    inside = Inside()

    def respond(
        request: gr.Request, drawing: dict[str, Any] | None, is_own: bool, *values: Any
    ) -> tuple:
        *choices, path = values if trained is not None else (*values, None)
        words, theirs = words_for(request), own_network(path) if is_own else None
        recognizer = theirs or current()
        reading = read(inked(drawing), recognizer) if drawing else None
        label, text, pictures = shown(reading, words)
        if is_own and not theirs:
            text += f" {words['own_gone']}"
        return label, text, pictures, *inside.look(reading, recognizer, words, *choices)

    inputs, outputs = [pad, own, *inside.choices], [answer, said, seen, *inside.parts]
    if trained is not None:
        inputs.append(trained)
    event: dict[str, Any] = {"inputs": inputs, "outputs": outputs, "js": ON_REQUEST, **AT_ONCE}
    changes = [pad.input, own.input, *(choice.change for choice in inside.choices)]
    gr.on(changes, respond, **event).success(None, js=ON_ANSWER)
    chosen.success(respond, **event).success(None, js=ON_ANSWER)
    return pad, own


def shown(reading: Reading | None, words: Words) -> tuple[gr.Label, str, str]:
    """The answer, the sentences about it, and the pictures that the network saw."""
    if reading is None or not reading.digits:
        said = words["blank" if reading is None else "no_ink"]
        return gr.Label(None, label=words["answer"]), said, ""
    first, second = reading.digits[0].candidates
    label = words[f"label_{reading.verdict}"].format(first=first, second=second)
    least = min(digit.confidence for digit in reading.digits)
    said = reading.sentences(words) or [words["sure"].format(percent=percent(least))]
    text, value = reading.text.replace("\n", "<br>"), confidences(reading)
    value = {name: min(p, MOST_CERTAIN) for name, p in value.items()}
    if reading.verdict == "no_digit":
        text = value = "?"
    seen = []
    for each in reading.digits:
        name = f"<b>{each.digit}</b>{'' if each.certain else '?'} {percent(each.confidence)}"
        picture = svg(grey(each.image), alt=words["seen"].format(digit=each.digit))
        seen.append((picture, name if len(reading.digits) > 1 else ""))
    return gr.Label(value, label=label), f"<b>{text}</b> {' '.join(said)}", figures(seen)


def build_corrections(pad: Sketchpad, read: Read, corrections: Corrections) -> None:
    """Build the form for corrections: one click for a digit or none, typing for a number."""

    def correct(request: gr.Request, drawing: dict[str, Any] | None, label: str | None) -> tuple:
        words = words_for(request)
        reading = read(inked(drawing)) if drawing else None
        digits = reading.digits if reading else ()
        typed = [int(each) for each in label or "" if each in "0123456789"]
        labels = [NO_DIGIT] * len(digits) if label == NONE else typed
        again = None if label in (NONE, *"0123456789") else label  # to be chosen again
        if not digits or len(labels) != len(digits):
            return again, words["other_count"].format(count=len(digits), said=len(labels))
        try:
            for digit, each in zip(digits, labels):
                corrections.add(steps_of(digit.ink).image, reading.ink, each, digit.digit)
        except (OSError, ValueError) as error:
            logging.getLogger(__name__).error("A correction was not kept. %s", error)
            return again, words["not_kept"]
        said = words["none_of_them"] if label == NONE else "".join(map(str, typed))
        return None, words["kept"].format(label=said)

    with gr.Accordion(t("not_right"), open=False, elem_id="correct"):
        choices = [*"0123456789", (t("none_of_them"), NONE)]
        one = gr.Radio(choices, label=t("it_was"))
        hint = {"label": t("or_number"), "placeholder": t("number_hint")}
        number = gr.Textbox(max_lines=1, max_length=300, **hint)
        thanks = gr.HTML(html_template=STATUS, elem_id="thanks")
    one.input(correct, [pad, one], [one, thanks], **AT_ONCE)
    number.submit(correct, [pad, number], [number, thanks], **AT_ONCE)
    pad.change(None, None, thanks, js="() => ''")
