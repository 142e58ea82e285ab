"""The tab "Watch it learn": a training, shown while it runs. It is the command line's own."""

import asyncio
import base64
import json
import shlex
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from time import monotonic
from typing import Any

import gradio as gr
import numpy as np

from model import Recognizer
from model.picture.prepare import steps_of
from page.api import Current, inked
from page.draw import RESEND, STATUS
from page.inside import PRIVATE
from page.pictures import figures, percent, table
from page.words import I18N as t
from page.words import Words, words_for
from training.config import RECIPES, SETTINGS
from training.flags import command_line, config_within_bounds
from training.mnist.files import find_mnist

ROOT = Path(__file__).parents[1]
SECONDS, SECONDS_TO_STOP = 600, 15  # then a training is told to stop, and then killed
LONGEST_LINE, MOST_LOOKS, MOST_OWN = 2_000_000, 300, 64
COMMANDS = ("pause", "go", "step", "epoch", "stop")
KEPT = ("epoch", "loss", "accuracy", "validation_loss", "validation_accuracy")
Looks = list[dict[str, float]]  # of one training, KEPT of each

running: dict[str, asyncio.subprocess.Process] = {}  # by session


def tell(session: str, **told: Any) -> None:
    """Tell a session's training something; nothing happens if there is none."""
    process = running.get(session)
    if process and process.returncode is None and not process.stdin.is_closing():
        process.stdin.write(json.dumps(told).encode() + b"\n")


def build_train(
    tab: gr.Tab, pad: Any, banner: gr.Row, own: dict[str, Recognizer], current: Current, most: int
) -> None:
    """Build the tab. `own` are the networks that visitors draw for, as `banner` says."""
    has_mnist = find_mnist() is not None
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            recipe = gr.Dropdown(list(RECIPES), value="tutorial", label=t("recipe"))
            with gr.Row():
                knobs = [_knob(name) for name in SETTINGS]
            drawn = gr.Checkbox(not has_mnist, label=t("on_drawn"), interactive=has_mnist)
        with gr.Column(scale=3, min_width=320):
            with gr.Row():
                start = gr.Button(t("start"), variant="primary", min_width=80)
                buttons = [gr.Button(t(name), min_width=80) for name in COMMANDS]
            command = gr.Textbox(label=t("command"), interactive=False, buttons=["copy"])
            state = gr.HTML(t("train_blank"), html_template=STATUS, elem_id="state")
            names = ("charts", "answers", "weights", "results")
            charts, answers, weights, results = (
                gr.HTML(elem_id=name, elem_classes="part") for name in names
            )
            with gr.Row():
                download = gr.DownloadButton(t("download"), interactive=False)
                use = gr.Button(t("use"), interactive=False)
    before, trained = gr.State([]), gr.State()  # the looks at the run before; the newest file

    async def train(
        request: gr.Request, drawing: Any, earlier: Looks, name: str, on_drawn: bool, *values: Any
    ) -> AsyncIterator[dict[Any, Any]]:
        try:
            config = config_within_bounds(name, dict(zip(SETTINGS, values)))
        except (KeyError, ValueError) as error:
            raise gr.Error(str(error), print_exception=False) from None
        typed = command_line(config, name, bool(on_drawn))
        file, looks, words = Path(tempfile.mkdtemp(), "nnmodel.npz"), [], words_for(request)
        off = {download: gr.DownloadButton(interactive=False), use: gr.Button(interactive=False)}
        yield {command: typed, results: "", **off}
        arguments = [*shlex.split(typed)[1:-1], str(file), "--watch"]
        pixels, now = pixels_of(drawing, current()), ""
        async with aclosing(_told(request.session_hash, arguments, pixels, words)) as lines:
            async for told in lines:
                kind = told.get("kind")
                if kind == "state":
                    now = words[f"is_{told['state']}"]
                    yield {state: now}
                elif kind == "look":
                    looks.append({key: told[key] for key in KEPT})
                    if len(looks) > MOST_LOOKS:
                        del looks[1:-1:2]  # every second one: a curve needs no more points
                    known = {key: value or 0 for key, value in told.items()}
                    progress = words["progress"].format(epochs=config.epochs, **known)
                    yield {
                        state: f"{now} {progress}",
                        charts: charts_of(looks, earlier, words),
                        answers: answers_of(told, words),
                        weights: f'<img src="{told["weights"]}" alt="{words["first_weights"]}">',
                    }
                elif kind == "failed":
                    yield {state: told["text"]}
                elif kind == "finished":
                    said = words["finished"].format(**told)
                    said += f" {words['learned_nothing']}" if told["accuracy"] < 0.2 else ""
                    there = gr.DownloadButton(value=file, interactive=True)
                    ready = {download: there, use: gr.Button(interactive=True), trained: str(file)}
                    yield {state: said, results: results_of(told, words), **ready}
                else:
                    yield {state: gr.skip()}  # Gradio looks only now whether the page is still open
        yield {before: looks}

    shown = [command, state, charts, answers, weights, results, download, use, before, trained]
    start.click(
        train,
        [pad, before, recipe, drawn, *knobs],
        shown,
        api_visibility="private",
        concurrency_id="training",
        concurrency_limit=most,
        show_progress="minimal",
        show_progress_on=charts,
    )
    for name, button in zip(COMMANDS, buttons):
        button.click(_telling(name), **PRIVATE)
    recipe.change(lambda name: [_text(name, each) for each in SETTINGS], recipe, knobs, **PRIVATE)

    def draw_for(request: gr.Request, file: str | None) -> gr.Row:
        try:
            own[request.session_hash] = Recognizer.load(Path(file or ""))
        except (OSError, ValueError):  # it has been swept
            raise gr.Error(words_for(request)["swept"], print_exception=False) from None
        while len(own) > MOST_OWN:
            own.pop(next(iter(own)))
        return gr.Row(visible=True)

    use.click(draw_for, trained, banner, **PRIVATE).success(None, js=RESEND)

    def follow(request: gr.Request, drawing: Any) -> None:
        tell(request.session_hash, drawing=pixels_of(drawing, current()))

    tab.select(follow, pad, **PRIVATE)


def _knob(name: str) -> gr.components.FormComponent:
    about: dict[str, Any] = {"label": name, "info": SETTINGS[name].meaning, "min_width": 140}
    if choices := SETTINGS[name].choices:
        return gr.Dropdown(list(choices), value=_text("tutorial", name), **about)
    return gr.Textbox(_text("tutorial", name), max_lines=1, **about)


def _text(recipe: str, name: str) -> str:
    """A recipe's setting, within the bounds for strangers."""
    value, bounds = getattr(RECIPES[recipe], name), SETTINGS[name].bounds
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(min(value, bounds[1]) if bounds else value)


def _telling(command: str) -> Callable[[gr.Request], None]:
    def told(request: gr.Request) -> None:
        tell(request.session_hash, command=command)

    return told


def pixels_of(drawing: dict[str, Any] | None, recognizer: Recognizer) -> str:
    """The drawing in MNIST's box: base64 of 784 bytes, "" if there is none."""
    ink = recognizer.recognize(inked(drawing)).ink if drawing else None
    image = np.zeros((0, 0)) if ink is None else steps_of(ink).image
    return base64.b64encode(np.uint8(np.rint(255 * image)).tobytes()).decode()


async def _told(
    session: str, arguments: list[str], pixels: str, words: Words
) -> AsyncIterator[dict[str, Any]]:
    """What the trainer tells, in a process of its own; {} each second without news."""
    process = running[session] = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
    )
    end, told = monotonic() + SECONDS, {}
    try:
        tell(session, drawing=pixels)
        while monotonic() < end + SECONDS_TO_STOP:
            if monotonic() > end:
                tell(session, command="stop")
            try:
                line = await asyncio.wait_for(process.stdout.readline(), 1)
            except TimeoutError:
                yield {}
                continue
            if not line:
                break
            told = json.loads(line)
            yield told
        if told.get("kind") not in ("finished", "failed"):
            yield {"kind": "failed", "text": words["killed"]}
    finally:
        running.pop(session, None)
        if process.returncode is None:
            process.kill()


def charts_of(looks: Looks, earlier: Looks, words: Words) -> str:
    """Loss and accuracy, of training and validation; the run before is pale behind it."""
    return figures(
        (_chart(looks, earlier, name), words[f"chart_{name}"]) for name in ("loss", "accuracy")
    )


def _chart(looks: Looks, earlier: Looks, name: str) -> str:
    right = max(look["epoch"] for look in [*looks, *earlier]) or 1
    keys = {name: "training", f"validation_{name}": "validation"}
    known = [look[key] for look in [*looks, *earlier] for key in keys if look[key] is not None]
    top = max([*known, 1e-9]) if name == "loss" else 1
    lines = []
    for run, kind in ((earlier, "earlier"), (looks, "now")):
        for key, colour in keys.items():
            points = " ".join(
                f"{30 + 260 * look['epoch'] / right:.1f},{130 - 120 * min(look[key] / top, 1):.1f}"
                for look in run
                if look[key] is not None
            )
            lines.append(f'<polyline class="{kind} {colour}" points="{points}"/>')
    scale = f'<text x="2" y="14">{top:.2g}</text><text x="2" y="130">0</text>'
    scale += f'<text x="250" y="146">{right:.2f}</text><path d="M30 10V130H290"/>'
    return f'<svg class="chart" viewBox="0 0 300 150">{scale}{"".join(lines)}</svg>'


def answers_of(told: dict[str, Any], words: Words) -> str:
    """Ten validation digits with their answers; and the visitor's own drawing."""
    texts = []
    for place, outputs in enumerate(told["answers"]):
        best = max(range(10), key=lambda digit: outputs[digit] or 0)
        look = f'x="{10 * place + 5}" y="19" opacity="{outputs[best] or 0}"'
        texts.append(f"<text {look}>{best}</text>")
    picture = f'<image href="{told["digits"]}" width="100" height="10"/>'
    drawing = f'<svg class="digits" viewBox="0 0 100 22">{picture}{"".join(texts)}</svg>'
    if not told["drawing"]:
        return drawing
    best = max(range(10), key=lambda digit: told["drawing"][digit] or 0)
    return drawing + words["own"].format(digit=best, output=told["drawing"][best] or 0)


def results_of(told: dict[str, Any], words: Words) -> str:
    """The confusion matrix, and the worst mistakes."""
    rows = ([f"<b>{i}</b>", *map(str, row)] for i, row in enumerate(told["confusion"]))
    matrix = words["confusion"] + table(rows, [str(digit) for digit in range(10)])
    if not told["mistakes"]:
        return matrix
    said = ", ".join(f"{y}→{answer} {percent(p)}" for y, answer, p in told["mistaken"])
    picture = f'<img src="{told["mistakes"]}" alt="">'
    return matrix + words["mistakes"] + figures([(picture, said)])
