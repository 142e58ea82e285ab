"""Training with corrections: they are learned, and no one's mistakes spoil the old weights."""

from datetime import UTC, datetime

import numpy as np
import pytest

from corrections import Corrections
from model import Recognizer
from model.network import weights
from training import feedback
from training.cli import main


def a_picture(count, seed):
    """(count, 28, 28): a way of writing that is not in the training set, by some hands."""
    picture = np.random.default_rng(1234).random((28, 28), np.float32) < 0.15
    noise = np.random.default_rng(seed).random((count, 28, 28), np.float32)
    return np.float32(0.7) * picture + np.float32(0.3) * noise


def filled(path, images, label, answer=1):
    store = Corrections(path)
    for image in images:
        store.add(image, np.uint8(255 * image), label, answer)
    return str(path)


def shares(path, images):
    """(10,): how often the network in the file takes the images for each digit."""
    answers = Recognizer.load(path).network.predict(images.reshape(-1, 784)).argmax(axis=1)
    return np.bincount(answers, minlength=10) / len(images)


def test_corrections_are_learned(train, good_weights, tmp_path, capsys):
    fresh = a_picture(100, seed=2)
    before = shares(good_weights, fresh)
    label = int(before.argmin())  # the last that it would answer by itself
    path = filled(tmp_path / "c.sqlite", a_picture(5, seed=1), label)
    assert train("--epochs", "8", "--corrections", path) == (0, False)
    told = capsys.readouterr()
    assert "With 5 corrections, 4 times each." in told.out and "on 420 digits" in told.out
    assert told.err == ""
    assert before[label] < 0.1 and shares(tmp_path / "w.npz", fresh)[label] > 0.9
    assert weights.load(tmp_path / "w.npz")[1]["corrections"] == 5


@pytest.mark.parametrize("message", ["no such file", "holds no corrections yet"])
def test_no_corrections_are_told_before_the_training(train, tmp_path, capsys, message):
    path = tmp_path / "c.sqlite"
    if message != "no such file":
        Corrections(path).create()
    assert train("--corrections", str(path)) == (1, True)
    assert main(["corrections", str(path)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    first, second = told.err.splitlines()
    assert first == second and first.startswith(f"error: {path}: ") and message in first


def test_lists_them(tmp_path, capsys):
    path = filled(tmp_path / "c.sqlite", a_picture(2, seed=1), label=7, answer=1)
    filled(path, a_picture(1, seed=2), label=10, answer=9)
    assert main(["corrections", path]) == 0
    head, *lines, _, summary = capsys.readouterr().out.splitlines()
    assert head.split() == ["number", "when", "(UTC)", "was", "read", "as"]
    found = [line.split() for line in lines]
    assert [(n, *rest) for n, _, _, *rest in found] == [
        ("1", "7", "1"), ("2", "7", "1"), ("3", "none", "9")
    ]  # fmt: skip
    for _, day, time, *_ in found:
        age = datetime.now(UTC) - datetime.fromisoformat(f"{day}T{time}+00:00")
        assert abs(age.total_seconds()) < 60
    assert summary == "3 corrections: 2 x 7, 1 x none"


def test_few_are_repeated_and_many_are_not():
    times = [feedback.repeats(count, digits=100_000) for count in (1, 500, 10_000)]
    assert times == [50, 10, 1]
