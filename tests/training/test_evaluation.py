"""Scores, calibration, plots, and what `python -m training evaluate` tells of them."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from model import Recognizer
from model.inside.digits import DIGITS, load
from model.network import Network
from model.network.layers import softmax
from model.network.losses import LOSSES
from model.recognizer import clearness
from training import evaluation, plots
from training.cli import main
from training.dataset import Dataset
from training.evaluation import IN_DOUBT, Evaluation, calibrate, evaluate

SHOWN = load(DIGITS)
NOISE = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)


def test_where_outputs_saturate_the_strongest_logit_answers():
    """As while training: in float32 the sigmoids of 20 and of 40 are both 1."""
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    network.dense_layers[0].W[:] = np.eye(784, 10)
    X = np.zeros((1, 784), np.float32)
    X[0, :2] = 20, 40
    assert evaluate(Recognizer(network), Dataset(X, np.array([1]))).accuracy == 1


def test_the_table_has_a_row_for_each_digit_and_no_share_of_a_missing_one():
    y = np.repeat([*range(9), 4], [90] * 9 + [910])
    answers = np.repeat([*range(9), 8], [90] * 9 + [910])
    result = Evaluation(answers, np.ones(len(y)), y)
    assert result.accuracy == 810 / 1720
    lines = result.table().splitlines()
    assert len(lines) == 11 and len({len(line) for line in lines[1:]}) == 1
    assert lines[5].split() == ["4", "1000", "9.00%", *"0000", "90", *"000", "910", "0"]
    assert lines[10].split() == ["9", "0", "-", *"0" * 10]


@pytest.mark.parametrize(
    ("now", "is_worse"), [((0.96, 0.96), False), ((0.959, 0.98), True), ((1, 0.95), True)]
)
def test_worse_is_by_more_than_a_point_on_any_set(monkeypatch, now, is_worse):
    monkeypatch.setattr(evaluation, "evaluate", lambda each, n: SimpleNamespace(accuracy=each[n]))
    told = evaluation.why_worse(now, (0.97, 0.97), {"mnist_validation": 0, "pen_validation": 1})
    assert bool(re.search(r"9\d\.00% of pen validation", told)) == is_worse == bool(told)


def test_temperature_undoes_exaggeration():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (3_000, 10))
    # The labels occur just as often as softmax(logits) says.
    y = (softmax(logits).cumsum(axis=1) > rng.random((3_000, 1))).argmax(axis=1)
    for exaggeration in (0.3, 4.0):
        found = evaluation.fit_temperature(exaggeration * logits, y)
        assert found == pytest.approx(exaggeration, rel=0.06)


@pytest.mark.parametrize(
    ("confidence", "y", "error"), [([1, 1, 1, 1], [3, 3, 3, 8], 0.25), ([0.9, 0.1], [8, 3], 0.9)]
)
def test_calibration_error_of_known_cases(confidence, y, error):
    found = Evaluation(np.full(len(y), 3), np.array(confidence), np.array(y)).calibration_error
    assert found == pytest.approx(error)


@pytest.mark.parametrize("loss", LOSSES)
def test_calibrate_refuses_the_chosen_share(loss):
    rng = np.random.default_rng(0)
    network = Network.from_sizes((784, 10), rng, loss=loss)
    X = rng.random((2000, 784), np.float32)
    digits = Dataset(X, network.predict(X).argmax(axis=1))
    temperature, certain_above = calibrate(network, digits)
    clear = clearness(network.predict(X))
    assert (clear < certain_above).mean() == pytest.approx(IN_DOUBT, abs=0.002)
    Recognizer(network, temperature, certain_above)  # asks whether these can be right


def test_every_unit_behind_the_pixels_has_a_picture():
    network = Network.from_sizes((784, 12, 5, 10), np.random.default_rng(0))
    (axes,) = plots.hidden_units(network).axes
    W = network.dense_layers[0].W[:, 11].reshape(28, 28)
    shown = axes.images[0].get_array()[51:79, 31:59]  # the second in the second row
    np.testing.assert_allclose(shown, W / np.abs(W).max(), atol=1e-6)


def test_wrong_answers_are_marked():
    X = np.random.default_rng(1).random((20, 784), np.float32)
    y = np.arange(20) % 10
    (axes,) = plots.digits(X, Evaluation(np.where(np.arange(20) == 4, 7, y), np.ones(20), y)).axes
    titles = [text.get_text() for text in axes.texts]
    assert len(titles) == 21 and titles.count("7, not 4") == 2  # with the first, and with the wrong
    np.testing.assert_allclose(axes.images[0].get_array()[11:39, 121:149], X[4].reshape(28, 28))
    assert axes.images[0].get_clim() == (0, 1)  # whatever is on them, 0 is white
    assert [text.get_color() for text in axes.texts].count("red") == 2 and not axes.axison


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
    np.savez(path, x_train=X[::20], y_train=y[::20], x_test=X[1:2], y_test=y[1:2])
    assert main(["evaluate", "--data", str(path)]) == 0
    assert " of 1)" in capsys.readouterr().out.splitlines()[0]
