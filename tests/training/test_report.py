"""`python -m training evaluate` on any digits, as people and programs read it."""

import json

import numpy as np
from PIL import Image

from model.inside.digits import DIGITS, load
from training.cli import main

SHOWN = load(DIGITS)
NOISE = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)


def test_tells_the_same_to_people_and_to_programs(tmp_path, capsys):
    """Ten of each digit, 40 nines that lie, 30 that are no digit, and an unusable one."""
    lying = np.rot90(SHOWN.images[960:], axes=(1, 2))
    images = [*SHOWN.images[::10], *lying, *NOISE, *SHOWN.images[:10], np.zeros((28, 28), np.uint8)]
    for n, image in enumerate(images):
        label = n // 10 if n < 100 else 9 if n < 140 else "none"
        (tmp_path / str(label)).mkdir(exist_ok=True)
        Image.fromarray(image).save(tmp_path / str(label) / f"{n}.png")
    command = ["evaluate", "--data", str(tmp_path), "--as-is"]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    confusion = np.array(told["confusion"])
    assert confusion.sum() == told["digits"] == 140
    assert told["accuracy"] == np.trace(confusion) / 140
    assert told["per_digit"][9] == {"count": 50, "accuracy": confusion[9, 9] / 50}
    (unused,) = told["unused"]
    assert unused.startswith(f"{tmp_path}/none/170.png: ")
    sure = [each["confidence"] for each in told["mistakes"]]
    assert sure == sorted(sure, reverse=True) and len(sure) == 10
    for each in told["mistakes"]:
        assert each["label"] == 9 and each["place"].startswith(f"{tmp_path}/9/1")
    assert told["no_digit"] == {"count": 30, "doubted": 20}  # noise, and not what looks like one

    assert main([*command, "--plots", str(tmp_path / "plots")]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Test accuracy: {told['accuracy']:.2%} ({np.trace(confusion)} of 140)")
    assert f"calibration error: {told['calibration_error']:.2%}" in text
    assert "no digit: 30, of which 20 doubted" in text
    assert f"not used: 1, such as {unused}" in text
    assert told["mistakes"][9]["place"] in text.split("the surest mistakes:")[1]
    assert (tmp_path / "plots" / "confusion.png").exists()


def test_the_test_set_is_scored_where_there_is_one(tmp_path, capsys):
    path = tmp_path / "both.npz"
    X, y = SHOWN.images, SHOWN.labels
    np.savez(path, x_train=X[::20], y_train=y[::20], x_test=X[1::40], y_test=y[1::40])
    assert main(["evaluate", "--data", str(path)]) == 0
    assert " of 25)" in capsys.readouterr().out.splitlines()[0]
