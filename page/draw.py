"""The tab "Draw": the pad, the answer, what the network saw, examples, and corrections."""

import logging
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from corrections import NO_DIGIT, Corrections
from model import Reading, Recognizer
from model.picture.prepare import steps_of
from page.api import Current, Read, confidences, inked
from page.inside import PRIVATE, Inside
from page.pictures import figures, grey, percent, svg
from page.sketchpad import Sketchpad
from page.words import I18N as t
from page.words import Words, words_for

EXAMPLES = [Path(__file__).parent / "examples" / f"{name}.png" for name in (7, 8, 42, 2026)]
NONE = "no digit"  # no text's name: a value that is one, Gradio translates on its way back
# The page's own events: not in the API, at once, and never with a spinner over the last answer.
# One request is under way at a time, and the newest drawing comes last.
AT_ONCE: dict[str, Any] = {"trigger_mode": "always_last", "show_progress": "hidden", **PRIVATE}
# Without an answer after 1.5 seconds, the last one is marked as an earlier drawing's, and the pad
# sends again. An event's `failure` would not tell: it is not called when the connection is lost.
RESEND = "() => document.querySelector('#pad canvas').dispatchEvent(new Event('resend'))"
ASKED = f"""(...values) => {{
    clearTimeout(window.late);
    window.late = setTimeout(() => {{
        document.body.setAttribute("data-stale", "");
        ({RESEND})();
    }}, 1500);
    return values;
}}"""
STATUS = '<p role="status">${value}</p>'  # told to screen readers, too
ANSWERED = "() => { clearTimeout(window.late); document.body.removeAttribute('data-stale') }"


def build_draw(
    read: Read, current: Current, corrections: Corrections | None, own: dict[str, Recognizer]
) -> tuple[Sketchpad, gr.Row]:
    """Build the tab; return the pad, and what says that one of the networks in `own` answers."""
    with gr.Row(visible=False) as banner:
        gr.Markdown(t("own_network"))
        put_back = gr.Button(t("put_back"), size="sm")
    with gr.Row():
        with gr.Column(min_width=320, elem_id="left"):
            pad = Sketchpad(label=t("draw_here"), keep_as="drawing", elem_id="pad")
        with gr.Column(min_width=320):
            gr.HTML(t("gone"), elem_id="stale")
            answer = gr.Label(label=t("answer"), elem_id="answer")
            said = gr.HTML(t("blank"), html_template=STATUS, elem_id="said")
            seen = gr.HTML(elem_id="seen")
            if corrections:
                build_corrections(pad, read, corrections)
    pictures = [[Image.open(path)] for path in EXAMPLES]
    examples = gr.Examples(pictures, pad, label=t("examples"), api_visibility="private")
    inside = Inside()

    def answered(request: gr.Request, drawing: dict[str, Any] | None, *choices: Any) -> tuple:
        words, theirs = words_for(request), own.get(request.session_hash)
        recognizer = theirs or current()
        # Says which network answers here: another replica, or a restarted one, lacks their own.
        who = gr.Row(visible=theirs is not None)
        reading = read(inked(drawing), recognizer) if drawing else None
        return *shown(reading, words), who, *inside.look(reading, recognizer, words, *choices)

    def forget(request: gr.Request) -> gr.Row:
        own.pop(request.session_hash, None)
        return gr.Row(visible=False)

    inputs, outputs = [pad, *inside.choices], [answer, said, seen, banner, *inside.parts]
    event: dict[str, Any] = {"inputs": inputs, "outputs": outputs, "js": ASKED, **AT_ONCE}
    changes = [pad.input, *(choice.change for choice in inside.choices)]
    gr.on(changes, answered, **event).success(None, js=ANSWERED)
    examples.load_input_event.success(answered, **event).success(None, js=ANSWERED)
    put_back.click(forget, None, banner, **PRIVATE).success(None, js=RESEND)
    return pad, banner


def shown(reading: Reading | None, words: Words) -> tuple[gr.Label, str, str]:
    """The answer, what is said of it, and the pictures that the network saw."""
    if reading is None or not reading.digits:
        said = words["blank" if reading is None else "no_ink"]
        return gr.Label(None, label=words["answer"]), said, ""
    verdict = reading.verdict
    first, second = reading.digits[0].candidates
    label = words[f"label_{verdict}"].format(first=first, second=second)
    is_digit = verdict != "no_digit"
    least = min(digit.confidence for digit in reading.digits)
    said = reading.sentences(words) or [words["sure"].format(percent=percent(least))]
    seen = []
    for each in reading.digits:
        name = f"<b>{each.digit}</b>{'' if each.certain else '?'} {percent(each.confidence)}"
        picture = svg(grey(each.image), alt=words["seen"].format(digit=each.digit))
        seen.append((picture, name if len(reading.digits) > 1 else ""))
    answer = gr.Label(confidences(reading) if is_digit else "?", label=label)
    text = reading.text.replace("\n", "<br>") if is_digit else "?"
    return answer, f"<b>{text}</b> {' '.join(said)}", figures(seen)


def build_corrections(pad: Sketchpad, read: Read, corrections: Corrections) -> None:
    """What it was: one of ten digits or none with one click, a number by typing."""

    def correct(request: gr.Request, drawing: dict[str, Any] | None, label: str | None) -> tuple:
        words = words_for(request)
        reading = read(inked(drawing)) if drawing else None
        digits = reading.digits if reading else ()
        labels = [int(each) for each in label or "" if each in "0123456789"]
        if label == NONE:
            labels = [NO_DIGIT] * len(digits)
        if not digits or len(labels) != len(digits):
            return label, words["other_count"].format(count=len(digits), said=len(labels))
        try:
            for digit, each in zip(digits, labels):
                corrections.add(steps_of(digit.ink).image, reading.ink, each, digit.digit)
        except (OSError, ValueError) as error:
            logging.getLogger(__name__).error("A correction was not kept. %s", error)
            again = None if label in (NONE, *"0123456789") else label  # so that one may press again
            return again, words["not_kept"]
        return None, words["kept"].format(label=words["none_of_them"] if label == NONE else label)

    with gr.Accordion(t("not_right"), open=False, elem_id="correct"):
        choices = [*((name, name) for name in "0123456789"), (t("none_of_them"), NONE)]
        one = gr.Radio(choices, label=t("it_was"))
        hint = {"label": t("or_number"), "placeholder": t("number_hint")}
        number = gr.Textbox(max_lines=1, max_length=10, **hint)
        thanks = gr.HTML(html_template=STATUS, elem_id="thanks")
    one.input(correct, [pad, one], [one, thanks], **AT_ONCE)
    number.submit(correct, [pad, number], [number, thanks], **AT_ONCE)
    pad.input(None, None, thanks, js="() => ''")
