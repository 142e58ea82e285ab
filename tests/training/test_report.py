"""`python -m training evaluate` on any digits, as people and programs read it."""

import json

import numpy as np
import pytest
from PIL import Image

from model import Recognizer
from model.inside.digits import DIGITS, load
from model.network.weights import SHIPPED
from training.cli import main

SHOWN = load(DIGITS)
LYING = np.rot90(SHOWN.images[900:910], axes=(1, 2))  # nines
NO_DIGITS = np.rot90(SHOWN.images[400:405], axes=(1, 2))  # fours


@pytest.fixture
def folder(tmp_path):
    """Ten of each digit, ten nines that lie, five that are no digit, and a file of notes."""
    folder = tmp_path / "own"
    usual = [(str(n), "", SHOWN.images[100 * n :][:10]) for n in range(10)]
    for label, name, images in [*usual, ("9", "lying", LYING), ("none", "", NO_DIGITS)]:
        (folder / label).mkdir(parents=True, exist_ok=True)
        for n, image in enumerate(images):
            Image.fromarray(image).save(folder / label / f"{name}{n}.png")
    (folder / "notes.txt").write_text("mine")
    return folder


def test_tells_the_same_to_people_and_to_programs(folder, tmp_path, capsys):
    command = ["evaluate", "--data", str(folder)]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    confusion = np.array(told["confusion"])
    assert confusion.sum() == told["digits"] == 110
    assert told["accuracy"] == np.trace(confusion) / 110
    assert told["per_digit"][9] == {"count": 20, "accuracy": confusion[9, 9] / 20}
    assert told["no_digit"]["count"] == 5
    (unused,) = told["unused"]
    assert unused.startswith(f"{folder / 'notes.txt'}: ")
    sure = [each["confidence"] for each in told["mistakes"]]
    assert sure == sorted(sure, reverse=True) and len(sure) == min(10, 110 - np.trace(confusion))
    assert all("lying" in each["place"] for each in told["mistakes"] if each["label"] == 9)

    assert main([*command, "--plots", str(tmp_path / "plots")]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Test accuracy: {told['accuracy']:.2%} ({np.trace(confusion)} of 110)")
    assert f"calibration error: {told['calibration_error']:.2%}" in text
    assert f"no digit: 5, of which {told['no_digit']['doubted']} doubted" in text
    assert f"not used: 1, such as {unused}" in text
    assert "<- answer" in text
    assert f"{folder}/9/lying" in text.split("the surest mistakes:")[1]
    assert np.asarray(Image.open(tmp_path / "plots" / "confusion.png").convert("L")).std() > 5


def test_doubts_what_the_recognizer_doubts(folder, capsys):
    lying = np.rot90(SHOWN.images[200:800], axes=(1, 2))
    for n, image in enumerate(lying):
        Image.fromarray(image).save(folder / "none" / f"lying{n}.png")
    assert main(["evaluate", "--data", str(folder), "--as-is", "--json"]) == 0
    recognizer = Recognizer.load(SHIPPED)
    X = np.array([*NO_DIGITS, *lying]).reshape(-1, 784) / np.float32(255)
    logits = recognizer.network.logits(recognizer.prepared(X))
    doubted = int((~recognizer.is_clear(logits)).sum())
    # Neither all nor none, and not the same by the largest output alone.
    strongest = recognizer.network.loss.activation(logits).max(axis=1)
    assert 0 < doubted != int((strongest < recognizer.certain_above).sum())
    told = json.loads(capsys.readouterr().out)["no_digit"]
    assert told == {"count": len(X), "doubted": doubted}


def test_the_test_set_is_scored_where_there_is_one(tmp_path, capsys):
    path = tmp_path / "both.npz"
    X, y = SHOWN.images, SHOWN.labels
    np.savez(path, x_train=X[::2], y_train=y[::2], x_test=X[1::40], y_test=y[1::40])
    assert main(["evaluate", "--data", str(path)]) == 0
    assert " of 25)" in capsys.readouterr().out.splitlines()[0]


def test_a_set_without_digits_is_told(folder, tmp_path, capsys):
    (tmp_path / "others").mkdir()
    (folder / "none").rename(tmp_path / "others" / "none")
    assert main(["evaluate", "--data", str(tmp_path / "others")]) == 1
    assert "others: holds no digit that can be read" in capsys.readouterr().err
