"""`python -m training` as a user meets it, on a small MNIST in a folder."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model import Recognizer
from model.network import weights
from training.calibration import REFUSED
from training.cli import main
from training.config import RECIPES, TrainingConfig, flags_of
from training.data.mnist import load_mnist
from training.evaluation import evaluate

ROOT = Path(__file__).parents[2]
LEARNING = ["--batch-size", "10", "--learning-rate", "0.2", "--augment", "none"]
QUICK = ["--hidden", "12", "--epochs", "8", *LEARNING, "--strokes", "0"]
NO_DISPLAY = {name: value for name, value in os.environ.items() if name != "DISPLAY"}


def test_trains_evaluates_and_draws(mnist_dir, tmp_path, capsys):
    output, plots = tmp_path / "new" / "network.npz", tmp_path / "plots"
    command = [sys.executable, "-m", "training", *QUICK, "--mnist-dir", mnist_dir]
    told = subprocess.run(
        [*command, "--output", output, "--plots", plots],
        cwd=ROOT, capture_output=True, text=True, timeout=60, env=NO_DISPLAY,
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    lines = told.stdout.splitlines()
    assert "784-12-10 (9,550 parameters) on 400 digits; 5,000 others" in lines[0]
    assert [line.split()[1] for line in lines[1:9]] == [f"{epoch}/8" for epoch in range(1, 9)]
    assert lines[1].endswith("best so far")
    tested = re.search(r"^mnist test: (\S+)% right", told.stdout, re.MULTILINE)
    assert float(tested[1]) > 90
    names = {"curves.png", "confusion.png", "digits.png", "hidden_units.png"}
    assert {path.name for path in plots.iterdir()} == names
    for path in plots.iterdir():
        assert np.asarray(Image.open(path).convert("L")).std() > 5

    network, metadata = weights.load(output)
    assert network.sizes == (784, 12, 10)
    assert metadata["config"]["learning_rate"] == 0.2
    assert metadata["scores"]["mnist_test"]["accuracy"] == pytest.approx(
        float(tested[1]) / 100, abs=1e-4
    )
    assert metadata["scores"]["mnist_test"]["calibration_error"] < 0.1
    assert re.fullmatch("[0-9a-f]{64}", metadata["mnist_sha256"])
    mnist, recognizer = load_mnist(mnist_dir, validation_size=5_000), Recognizer.load(output)
    logits = network.logits(recognizer.prepared(mnist.validation.X))
    assert (~recognizer.is_clear(logits)).mean() == pytest.approx(REFUSED, abs=0.005)

    assert main(["evaluate", "--weights", str(output), "--mnist-dir", str(mnist_dir)]) == 0
    told = capsys.readouterr().out
    assert f"Test accuracy: {tested[1]}%" in told
    as_it_comes = evaluate(Recognizer(network), mnist.test).accuracy
    assert f"on MNIST as it comes, without this network's preparation: {as_it_comes:.2%}" in told
    assert len(re.findall(r"^ +\d +\d+ +[\d.]+%", told, re.MULTILINE)) == 10


def test_help_tells_every_setting_with_its_default(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    settings = {field.name: field.default for field in fields(TrainingConfig)}
    settings.pop("validation_size")  # of MNIST: figures are compared on the same digits
    for name, default in settings.items():
        shown = " ".join(map(str, default)) if isinstance(default, tuple) else str(default)
        flag = "--" + name.replace("_", "-")
        assert re.search(rf"{flag} .*?\(default: {re.escape(shown)}\)", text), flag
    for flag in ("--mnist-dir", "--output", "--plots", "evaluate"):
        assert flag in text
    for name, config in RECIPES.items():
        assert f"{name}: {flags_of(config) or 'the defaults'}" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "epochs is 0; expected 1 or more"),
        (["evaluate", "--weights", "nowhere.npz"], "nowhere.npz: no such file"),
        (["--data", "nowhere"], "--data nowhere: there is no such file or folder"),
        (["--from", "nowhere.npz"], "nowhere.npz: no such file"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(arguments, message, capsys):
    assert main(arguments) == 1
    told = capsys.readouterr()
    assert told.err.startswith("error: ") and message in told.err
    assert "Traceback" not in told.err and told.out == ""


def interrupted(mnist_dir, output, after, strokes=0):
    """Starts a training that would take hours, and presses Ctrl-C after the line `after`."""
    where = ["--mnist-dir", str(mnist_dir), "--output", str(output)]
    settings = [*LEARNING, "--strokes", str(strokes), "--epochs", "100000"]
    with subprocess.Popen(
        [sys.executable, "-m", "training", *where, *settings],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        told = ""
        while after not in told:
            line = process.stdout.readline()
            assert line, f"it ended: {process.stderr.read()}"
            told += line
        os.killpg(process.pid, signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    return process.returncode, told + rest, errors


def test_ctrl_c_saves_the_best_so_far(mnist_dir, tmp_path):
    code, told, errors = interrupted(mnist_dir, tmp_path / "network.npz", after="epoch 20/")
    assert (code, errors) == (130, "")
    assert "keeping the best of them" in told and "Saved: " in told
    network, metadata = weights.load(tmp_path / "network.npz")
    assert network.sizes == (784, 100, 10)
    assert f"mnist test: {metadata['scores']['mnist_test']['accuracy']:.2%} right" in told


def test_ctrl_c_before_the_training_saves_nothing(mnist_dir, tmp_path):
    code, _, errors = interrupted(mnist_dir, tmp_path / "w.npz", after="Drawing", strokes=10**6)
    assert (code, errors.strip()) == (130, "Stopped; nothing was saved.")
    assert not (tmp_path / "w.npz").exists()


@pytest.mark.parametrize(
    ("option", "place"), [("--output", "file/w.npz"), ("--output", "."), ("--plots", "file")]
)
def test_results_that_cannot_be_written_are_told_before_the_training(
    train, tmp_path, capsys, option, place
):
    (tmp_path / "file").write_text("")
    assert train(option, str(tmp_path / place)) == (1, True)
    told = capsys.readouterr()
    assert str(tmp_path / place).removesuffix("/w.npz") in told.err
    assert told.out == ""
