"""The tab "Watch it learn": it shows a training by `python -m training` while it runs."""

import asyncio
import base64
import json
import shlex
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from time import monotonic
from typing import Any

import gradio as gr
import numpy as np

from model import Recognizer
from model.picture.prepare import steps_of
from page.api import PRIVATE, Current, inked
from page.draw import RESEND, STATUS
from page.pictures import figures, percent, table
from page.words import I18N as t
from page.words import Words, words_for
from training.config import RECIPES, SETTINGS, command_line, text_of
from training.data.mnist import find_mnist

ROOT = Path(__file__).parents[1]
SECONDS, SECONDS_TO_STOP = 600, 15  # until a training is stopped, and then killed
LONGEST_LINE, MOST_LOOKS = 2_000_000, 300
COMMANDS = ("pause", "go", "step", "epoch", "stop")
KEPT = ("epoch", "loss", "accuracy", "validation_loss", "validation_accuracy")
Looks = list[dict[str, float]]  # the "look" messages of one training, with the keys KEPT

running: dict[str, asyncio.subprocess.Process] = {}  # by session


def send(session: str, **message: Any) -> None:
    """Send a message to a session's training, if it has one."""
    process = running.get(session)
    if process and process.returncode is None and not process.stdin.is_closing():
        process.stdin.write(json.dumps(message).encode() + b"\n")


def build_train(
    tabs: gr.Tabs,
    tab: gr.Tab,
    pad: Any,
    own: gr.Checkbox,
    trained: gr.State,
    current: Current,
    most: int,
) -> None:
    """Build the tab. `own` is ticked to draw for the network in `trained`, a path."""
    has_mnist = find_mnist() is not None
    with gr.Row():
        with gr.Column(min_width=300):
            recipe = gr.Dropdown(list(RECIPES), value="tutorial", label=t("recipe"))
            with gr.Row():
                knobs = [_knob(name) for name in SETTINGS]
            drawn = gr.Checkbox(not has_mnist, label=t("on_drawn"), interactive=has_mnist)
        with gr.Column(min_width=320):
            with gr.Row():
                start = gr.Button(t("start"), variant="primary", min_width=80)
                buttons = [gr.Button(t(name), min_width=80, interactive=False) for name in COMMANDS]
            copied = {"label": t("command"), "buttons": ["copy"], "elem_id": "command"}
            command = gr.Textbox(interactive=False, **copied)
            state = gr.HTML(t("train_blank"), html_template=STATUS, elem_id="state")
            names = ("charts", "answers", "weights", "results")
            charts, answers, weights, results = (
                gr.HTML(elem_id=name, elem_classes="part") for name in names
            )
            with gr.Row(visible=False) as ready:
                download = gr.DownloadButton(t("download"))
                use = gr.Button(t("use"))
    shown = [command, state, charts, answers, weights, results]
    before = gr.State([])  # the looks of the previous training

    async def train(
        request: gr.Request, drawing: Any, earlier: Looks, name: str, on_drawn: bool, *values: Any
    ) -> AsyncIterator[dict[Any, Any]]:
        try:
            config = RECIPES[name].with_page_values(dict(zip(SETTINGS, values)))
        except (KeyError, ValueError) as error:
            raise gr.Error(str(error), print_exception=False) from None
        typed = command_line(config, name, "--drawn" if on_drawn else "", "--output nnmodel.npz")
        file, looks, words = Path(tempfile.mkdtemp(), "nnmodel.npz"), [], words_for(request)
        can_steer = {button: gr.Button(interactive=True) for button in buttons}
        yield {command: typed, results: "", ready: gr.Row(visible=False), **can_steer}
        arguments = [*shlex.split(typed)[1:-1], str(file), "--watch"]
        pixels, now = pixels_of(drawing, current()), ""
        async with aclosing(_messages(request.session_hash, arguments, pixels, words)) as lines:
            async for message in lines:
                match message.get("kind"):
                    case "state":
                        now = words[f"is_{message['state']}"]
                        yield {state: now}
                    case "look":
                        looks.append({key: message[key] for key in KEPT})
                        if len(looks) > MOST_LOOKS:
                            del looks[1:-1:2]  # enough points for a curve
                        known = {key: value or 0 for key, value in message.items()}
                        progress = words["progress"].format(epochs=config.epochs, **known)
                        picture = f'<img src="{message["weights"]}" alt="{words["first_weights"]}">'
                        yield {
                            state: f"{now} {progress}",
                            charts: charts_of(looks, earlier, words),
                            answers: answers_of(message, words),
                            weights: picture,
                        }
                    case "failed":
                        yield {state: message["text"], before: looks}
                        return
                    case "finished":
                        yield {
                            state: words["finished"].format(**message),
                            results: results_of(message, words),
                            ready: gr.Row(visible=True),
                            download: gr.DownloadButton(value=file),
                            trained: str(file),
                            before: looks,
                        }
                        return
                    case _:  # lets Gradio notice that the page was closed
                        yield {state: gr.skip()}

    # Gradio ignores clicks while the event runs, so the button shows it.
    pressed = start.click(lambda: gr.Button(interactive=False), None, start, **PRIVATE)
    ended = pressed.then(
        train,
        [pad, before, recipe, drawn, *knobs],
        [*shown, ready, download, before, trained, *buttons],
        api_visibility="private",
        concurrency_id="training",
        concurrency_limit=most,
        show_progress="minimal",
        show_progress_on=charts,
    )

    def reset() -> list[gr.Button]:
        return [gr.Button(interactive=True), *(gr.Button(interactive=False) for _ in buttons)]

    for after in (ended.then, ended.failure):  # Gradio leaves `then` out after an error
        after(reset, None, [start, *buttons], **PRIVATE)

    def steer(request: gr.Request, name: str) -> None:
        send(request.session_hash, command=name)

    for name, button in zip(COMMANDS, buttons):
        button.click(steer, gr.State(name), **PRIVATE)

    def follow(request: gr.Request, drawing: Any) -> None:
        send(request.session_hash, drawing=pixels_of(drawing, current()))

    tab.select(follow, pad, **PRIVATE)
    recipe.change(
        lambda name: [knob_text(name, each) for each in SETTINGS], recipe, knobs, **PRIVATE
    )

    def choose() -> tuple[gr.Checkbox, gr.Tabs]:
        return gr.Checkbox(True, visible=True), gr.Tabs(selected="draw")

    use.click(choose, None, [own, tabs], **PRIVATE).success(None, js=RESEND)


def _knob(name: str) -> gr.components.FormComponent:
    about: dict[str, Any] = {"label": name, "info": t(SETTINGS[name].meaning), "min_width": 160}
    if choices := SETTINGS[name].choices:
        return gr.Dropdown(list(choices), value=knob_text("tutorial", name), **about)
    return gr.Textbox(knob_text("tutorial", name), max_lines=1, **about)


def knob_text(recipe: str, name: str) -> str:
    """A recipe's setting as text, at most the page's limit."""
    value, most = getattr(RECIPES[recipe], name), SETTINGS[name].most_on_page
    return text_of(min(value, most) if most and not isinstance(value, tuple) else value)


def pixels_of(drawing: dict[str, Any] | None, recognizer: Recognizer) -> str:
    """The drawing in MNIST's box: base64 of 784 bytes, "" if blank."""
    ink = recognizer.recognize(inked(drawing)).ink if drawing else None
    image = np.zeros((0, 0)) if ink is None else steps_of(ink).image
    return base64.b64encode(np.uint8(np.rint(255 * image)).tobytes()).decode()


async def _messages(
    session: str, arguments: list[str], pixels: str, words: Words
) -> AsyncIterator[dict[str, Any]]:
    """Run the trainer as a process and yield its messages; {} each second without one."""
    process = running[session] = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
    )
    end, message = monotonic() + SECONDS, {}
    try:
        send(session, drawing=pixels)
        while monotonic() < end + SECONDS_TO_STOP:
            if monotonic() > end:
                send(session, command="stop")
            try:
                line = await asyncio.wait_for(process.stdout.readline(), 1)
            except TimeoutError:
                yield {}
                continue
            if not line:
                break
            message = json.loads(line)
            yield message
        if message.get("kind") not in ("finished", "failed"):
            yield {"kind": "failed", "text": words["killed"]}
    finally:
        running.pop(session, None)
        if process.returncode is None:
            process.kill()


def charts_of(looks: Looks, earlier: Looks, words: Words) -> str:
    """Loss and accuracy in training and validation, with the previous training in pale."""
    charts, everything = [], [*earlier, *looks]
    right = max(look["epoch"] for look in everything) or 1
    for name in ("loss", "accuracy"):
        keys = {name: "training", f"validation_{name}": "validation"}
        losses = [look[key] or 0 for look in everything for key in keys]
        top = max(losses) or 1 if name == "loss" else 1
        lines = []
        for run, kind in ((earlier, "earlier"), (looks, "now")):
            for key, colour in keys.items():
                known = [look for look in run if look[key] is not None]
                points = " ".join(f"{look['epoch']:.3f},{top - look[key]:.5f}" for look in known)
                lines.append(f'<polyline class="{kind} {colour}" points="{points}"/>')
        box = f'viewBox="0 0 {right} {top}" preserveAspectRatio="none"'
        caption = words[f"chart_{name}"].format(top=top, right=right)
        charts.append((f'<svg class="chart" {box}>{"".join(lines)}</svg>', caption))
    return figures(charts)


def answers_of(message: dict[str, Any], words: Words) -> str:
    """The answers for ten validation digits and for the visitor's drawing."""
    own = [message["drawing"]] if message["drawing"] else []
    outputs = np.nan_to_num(np.array([*message["answers"], *own], float))  # None: not finite
    best = list(zip(outputs.argmax(axis=1).tolist(), outputs.max(axis=1).tolist()))
    texts = [
        f'<text x="{10 * place + 5}" y="19" opacity="{output}">{digit}</text>'
        for place, (digit, output) in enumerate(best[:10])
    ]
    picture = f'<image href="{message["digits"]}" width="100" height="10"/>'
    drawn = [words["own"].format(digit=digit, output=output) for digit, output in best[10:]]
    return "".join(
        [f'<svg class="digits" viewBox="0 0 100 22">{picture}', *texts, "</svg>", *drawn]
    )


def results_of(message: dict[str, Any], words: Words) -> str:
    """The confusion matrix, and the worst mistakes."""
    rows = ([f"<b>{i}</b>", *map(str, row)] for i, row in enumerate(message["confusion"]))
    matrix = words["confusion"] + table(rows, [str(digit) for digit in range(10)])
    if not message["mistakes"]:
        return matrix
    said = ", ".join(f"{y}→{answer} {percent(p)}" for y, answer, p in message["mistaken"])
    picture = f'<img src="{message["mistakes"]}" alt="">'
    return matrix + words["mistakes"] + figures([(picture, said)])
