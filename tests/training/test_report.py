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


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """Ten of each digit, 40 nines that lie, 200 that are no digit and lie, and an unusable one."""
    lying = np.rot90(SHOWN.images, axes=(1, 2))
    images = [*SHOWN.images[::10], *lying[960:], *lying[400:600], np.zeros((28, 28), np.uint8)]
    folder = tmp_path_factory.mktemp("own")
    for n, image in enumerate(images):
        label = n // 10 if n < 100 else 9 if n < 140 else "none"
        (folder / str(label)).mkdir(exist_ok=True)
        Image.fromarray(image).save(folder / str(label) / f"{n}.png")
    return folder


def test_tells_the_same_to_people_and_to_programs(digits, tmp_path, capsys):
    command = ["evaluate", "--data", str(digits), "--as-is"]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    confusion = np.array(told["confusion"])
    assert confusion.sum() == told["digits"] == 140
    assert told["accuracy"] == np.trace(confusion) / 140
    assert told["per_digit"][9] == {"count": 50, "accuracy": confusion[9, 9] / 50}
    (unused,) = told["unused"]
    assert unused.startswith(f"{digits}/none/340.png: ")
    sure = [each["confidence"] for each in told["mistakes"]]
    assert sure == sorted(sure, reverse=True) and len(sure) == 10
    for each in told["mistakes"]:
        assert each["label"] == 9 and each["place"].startswith(f"{digits}/9/1")

    # Doubts what the recognizer doubts.
    recognizer = Recognizer.load(SHIPPED)
    X = np.rot90(SHOWN.X[400:600].reshape(-1, 28, 28), axes=(1, 2)).reshape(-1, 784)
    logits = recognizer.network.logits(recognizer.prepared(X))
    doubted = int((~recognizer.is_clear(logits)).sum())
    # Neither all nor none, and not the same by the largest output alone.
    strongest = recognizer.network.loss.activation(logits).max(axis=1)
    assert 0 < doubted != int((strongest < recognizer.certain_above).sum())
    assert told["no_digit"] == {"count": 200, "doubted": doubted}

    assert main([*command, "--plots", str(tmp_path / "plots")]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Test accuracy: {told['accuracy']:.2%} ({np.trace(confusion)} of 140)")
    assert f"calibration error: {told['calibration_error']:.2%}" in text
    assert f"no digit: 200, of which {doubted} doubted" in text
    assert f"not used: 1, such as {unused}" in text
    assert told["mistakes"][9]["place"] in text.split("the surest mistakes:")[1]
    assert np.asarray(Image.open(tmp_path / "plots" / "confusion.png").convert("L")).std() > 5


def test_the_test_set_is_scored_where_there_is_one(tmp_path, capsys):
    path = tmp_path / "both.npz"
    X, y = SHOWN.images, SHOWN.labels
    np.savez(path, x_train=X[::20], y_train=y[::20], x_test=X[1::40], y_test=y[1::40])
    assert main(["evaluate", "--data", str(path)]) == 0
    assert " of 25)" in capsys.readouterr().out.splitlines()[0]
