"""A training does no harm: what may replace a weights file, and what it goes on from."""

import re

import numpy as np
import pytest

from model import Recognizer
from model.network import Network, weights
from model.network.layers import Dense
from model.network.losses import MeanSquaredError
from training.acceptance import why_worse
from training.dataset import Dataset


def test_worse_weights_are_saved_beside_unless_told_to_overwrite(train, tmp_path, capsys):
    worse = ["--epochs", "2", "--learning-rate", "0.02", "--seed", "3", "--loss"]
    worse.append("binary-cross-entropy")
    assert train(*worse) == (1, True)
    told = capsys.readouterr()
    assert weights.load(tmp_path / "w-worse.npz")[0].sizes == (784, 12, 10)
    assert "% of mnist validation (before: 100.00%) right, which is worse" in told.err
    assert "--overwrite" in told.err and told.err.count("\n") == 1
    assert train(*worse, "--overwrite") == (0, False)
    assert (tmp_path / "w.npz").read_bytes() == (tmp_path / "w-worse.npz").read_bytes()


@pytest.mark.parametrize(
    "harm",
    [
        ["--learning-rate", "1000"],
        ["--activation", "relu", "--learning-rate", "50"],
        ["--activation", "relu", "--loss", "cross-entropy", "--learning-rate", "1e30"],
    ],
)
def test_a_dead_network_is_never_saved(train, tmp_path, capsys, harm):
    assert train("--epochs", "1", *harm, "--overwrite") == (1, True)
    told = capsys.readouterr().err
    assert "lower learning rate than" in told
    assert [path.name for path in tmp_path.iterdir()] == ["w.npz"]


def test_the_best_epochs_line_and_the_summary_say_the_same(train, capsys):
    train("--epochs", "4", "--learning-rate", "6", "--loss", "binary-cross-entropy", "--overwrite")
    told = capsys.readouterr().out
    best = max(float(line.split("validation ")[1].split("%")[0]) for line in told.splitlines()
               if line.startswith("epoch"))  # fmt: skip
    assert f": {best:.2f}% right\nmnist validation: {best:.2f}% right" in told


def test_goes_on_from_a_file_and_says_so(train, good_weights, tmp_path, capsys):
    small = ["--epochs", "1", "--learning-rate", "1e-9"]
    assert train(*small, "--from", str(good_weights))[0] == 0
    network, metadata = weights.load(tmp_path / "w.npz")
    np.testing.assert_allclose(
        network.parameters, weights.load(good_weights)[0].parameters, atol=1e-3
    )
    assert metadata["from"]["file"] == "good.npz" and len(metadata["from"]["sha256"]) == 64
    assert "from" not in weights.load(good_weights)[1]


@pytest.mark.parametrize(
    ("hidden", "activation", "told"), [(30, "sigmoid", "784-30-10"), (12, "tanh", "Tanh")]
)
def test_another_network_to_go_on_from_is_refused(
    train, tmp_path, capsys, hidden, activation, told
):
    network = Network.from_sizes((784, hidden, 10), np.random.default_rng(0), activation)
    weights.save(tmp_path / "other.npz", network)
    assert train("--from", str(tmp_path / "other.npz")) == (1, True)
    error = capsys.readouterr().err
    assert f"{tmp_path}/other.npz: its network is" in error and told in error
    assert "this training's is 784-12-10 Sigmoid" in error and "--hidden" in error


def test_what_is_no_weights_file_is_not_replaced(train, tmp_path, capsys):
    thesis = tmp_path / "thesis.docx"
    thesis.write_bytes(b"much work")
    assert train("--output", str(thesis))[0] == 1
    assert "thesis.docx: not a readable" in (told := capsys.readouterr()).err and told.out == ""
    assert thesis.read_bytes() == b"much work"


def reading(first_pixel):
    """One that answers which of ten pixels, from the first one on, is the brightest."""
    W = np.eye(784, 10, k=-first_pixel, dtype=np.float32)
    return Recognizer(Network([Dense(W, np.zeros(10, np.float32))], MeanSquaredError()))


def misread(old, new, count=1000):
    """Digits of which reading(0) gets so many wrong, and reading(10) so many."""
    y = np.arange(count) % 10
    X = np.zeros((count, 784), np.float32)
    for first_pixel, wrong in ((0, old), (10, new)):
        X[np.arange(count), first_pixel + (y + (np.arange(count) < wrong)) % 10] = 1
    return Dataset(X, y)


@pytest.mark.parametrize(
    ("a", "b", "worse"),
    [
        ((20, 20), (30, 30), False),
        ((20, 30), (30, 40), False),  # a point: the margin itself
        ((20, 31), (30, 20), True),
        ((20, 0), (30, 41), True),
    ],
)
def test_worse_is_by_more_than_the_margin_on_any_set(a, b, worse):
    sets = {"mnist_validation": misread(*a), "pen_validation": misread(*b)}
    told = why_worse(reading(10), reading(0), sets)
    assert bool(re.search(r"9\d\.\d0% of pen validation", told)) == worse and bool(told) == worse
