"""Training with corrections: they are learned, and no one's mistakes spoil the old weights."""

import re

import numpy as np

from corrections import Corrections
from model.network import weights
from training import feedback
from training.cli import main

# A way of writing that is not in the training set.
PICTURE = np.float32(np.random.default_rng(1234).random((28, 28)) < 0.15)


def filled(path, count, label, answer=1):
    store, rng = Corrections(path), np.random.default_rng(label)
    for _ in range(count):
        image = 0.7 * PICTURE + 0.3 * rng.random((28, 28), np.float32)
        store.add(image, np.uint8(255 * image), label, answer)
    return str(path)


def answer_of(path):
    return int(weights.load(path)[0].predict(PICTURE.reshape(1, 784)).argmax())


def test_corrections_are_learned(train, good_weights, tmp_path, capsys):
    label = (answer_of(good_weights) + 1) % 10
    path = filled(tmp_path / "c.sqlite", 5, label)
    assert train("--epochs", "8", "--corrections", path) == (0, False)
    told = capsys.readouterr()
    assert "With 5 corrections, 4 times each." in told.out and "on 420 digits" in told.out
    assert answer_of(tmp_path / "w.npz") == label
    assert weights.load(tmp_path / "w.npz")[1]["corrections"] == 5


def test_lists_them(tmp_path, capsys):
    path = filled(tmp_path / "c.sqlite", 2, label=7)
    filled(path, 1, label=10, answer=9)
    assert main(["corrections", path]) == 0
    head, first, _, last, _, summary = capsys.readouterr().out.splitlines()
    assert head.split() == ["number", "when", "(UTC)", "was", "read", "as"]
    assert re.fullmatch(r" +1  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d +7 +1", first)
    assert last.endswith("  none        9") and summary == "3 corrections: 2 x 7, 1 x none"


def test_few_are_repeated_and_many_are_not():
    times = [feedback.repeats(count, digits=100_000) for count in (1, 500, 10_000)]
    assert times == [50, 10, 1]
