"""Pictures are written, without a display, and show what they should."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from corrections import Corrections
from model.network import Network
from training import plots
from training.dataset import Dataset
from training.evaluation import evaluate
from training.trainer import EpochResult

ROOT = Path(__file__).parents[2]


def test_no_display_is_needed(tmp_path):
    program = (
        "import sys, numpy; from model import Network; from training import plots\n"
        "network = Network.from_sizes((784, 4, 10), numpy.random.default_rng(0))\n"
        "plots.hidden_units(network).savefig(sys.argv[1] + '/units.png')"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    told = subprocess.run(
        [sys.executable, "-c", program, tmp_path], cwd=ROOT, env=environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == ""
    assert np.asarray(Image.open(tmp_path / "units.png").convert("L")).std() > 5


def test_write_all(tmp_path):
    rng = np.random.default_rng(0)
    network = Network.from_sizes((784, 7, 10), rng)
    test_set = Dataset(rng.random((30, 784), np.float32), rng.integers(0, 10, 30))
    results = [EpochResult(n, 1 / n, 0.5, 1 / n, 0.5, True) for n in (1, 2, 3)]
    paths = plots.write_all(tmp_path, network, results, test_set)
    names = {"curves.png", "confusion.png", "digits.png", "hidden_units.png"}
    assert {path.name for path in paths} == names
    for path in paths:
        assert np.asarray(Image.open(path).convert("L")).std() > 5


@pytest.mark.parametrize("sizes", [(784, 10), (784, 7, 5, 10)])
def test_every_unit_behind_the_pixels_has_a_picture(sizes):
    network = Network.from_sizes(sizes, np.random.default_rng(0))
    assert sum(bool(axes.images) for axes in plots.hidden_units(network).axes) == sizes[1]


def test_wrong_answers_are_marked():
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    X = np.random.default_rng(1).random((20, 784), np.float32)
    answers = network.predict(X).argmax(axis=1)
    y = answers.copy()
    y[4] = (answers[4] + 1) % 10
    titles = [axes.get_title() for axes in plots.digits(network, Dataset(X, y)).axes]
    assert titles.count(f"{answers[4]}, not {y[4]}") == 2  # among the first, and among the wrong
    assert sum("not" in title for title in titles) == 2


def test_confusion_shows_every_count():
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    X = np.random.default_rng(1).random((50, 784), np.float32)
    evaluation = evaluate(network, X, np.arange(50) % 10)
    (axes,) = plots.confusion_matrix(evaluation).axes
    shown = [int(text.get_text()) for text in axes.texts]
    assert shown == evaluation.confusion.ravel().tolist()


def test_the_contact_sheet_shows_the_newest_as_drawn_and_as_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(plots, "SHOWN", 2)
    store = Corrections(tmp_path / "c.sqlite")
    for seen, shape in ((0.1, (9, 9)), (0.9, (1, 240)), (0.5, (240, 240))):
        drawing = np.full(shape, 255, np.uint8)
        store.add(np.full((28, 28), seen, np.float32), drawing, label=7, answer=1)
    path = plots.write_corrections(tmp_path, store.read())
    ink = 255 - np.asarray(Image.open(path).convert("L")).astype(int)
    row = ink[ink.shape[0] // 2]  # through the middle of both
    assert (row > 250).sum() == pytest.approx(84, abs=3)  # the square; the line is at the top
    assert (abs(row - 230) < 3).sum() == pytest.approx(84, abs=3)
    assert (abs(row - 127) < 3).sum() == pytest.approx(84, abs=3)
