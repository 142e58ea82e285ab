"""`python -m training` as a user meets it, on a small MNIST in a folder."""

import json
import os
import re
import resource
import signal
import sys
from subprocess import PIPE, Popen

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from corrections import Corrections
from harness.server import APP
from model import Recognizer
from model.network import Network, weights
from model.network.losses import LOSSES
from model.network.weights import SHIPPED
from training import onnx_file
from training.cli import main
from training.data.mnist import load_mnist
from training.evaluation import IN_DOUBT

PLAIN = ["--recipe", "plain", "--hidden", "12", "--batch-size", "10", "--learning-rate", "0.2"]
# What a refusal that is broken would start.
SHORT = ["--recipe", "plain", "--epochs", "1", "--strokes", "0", "--output", "new.npz"]


def test_trains_evaluates_and_draws(mnist_dir, tmp_path, capsys):
    output, plots = tmp_path / "new" / "network.npz", tmp_path / "plots"
    where = ["--mnist-dir", str(mnist_dir), "--output", str(output), "--plots", str(plots)]
    assert main([*PLAIN, "--epochs", "8", *where]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    first, *lines = told.out.splitlines()
    assert "784-12-10 (9,550 parameters) on 400 digits; 5,000 others" in first
    assert lines[0].startswith("epoch 1/8 ") and lines[0].endswith("best so far")
    tested = re.search(r"^mnist test: (\S+)% right", told.out, re.MULTILINE)
    assert float(tested[1]) > 90
    names = ["confusion.png", "curves.png", "digits.png", "hidden_units.png"]
    assert sorted(path.name for path in plots.iterdir()) == names
    assert all(np.asarray(Image.open(plots / name).convert("L")).std() > 5 for name in names)

    mnist, recognizer = load_mnist(mnist_dir, validation_size=5_000), Recognizer.load(output)
    assert recognizer.metadata["mnist_sha256"] == mnist.checksum
    logits = recognizer.network.logits(recognizer.prepared(mnist.validation.X))
    assert (~recognizer.is_clear(logits)).mean() == pytest.approx(IN_DOUBT, abs=0.005)

    assert main(["evaluate", "--weights", str(output), "--mnist-dir", str(mnist_dir)]) == 0
    assert f"Test accuracy: {tested[1]}%" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "epochs is 0; expected 1 or more"),
        (["--data", "nowhere"], "--data nowhere: there is no such file or folder"),
        (["--from", "nowhere.npz"], "nowhere.npz: no such file"),
        (["--output", "file/w.npz"], "file: cannot be written into"),
        (["--output", "."], "--output .: is a folder"),
        (["--output", "file"], "file: not a readable"),
        *((["--plots", place], f"{place}: cannot be written into") for place in ("file", "/proc")),
        (["--corrections", "nowhere"], "nowhere: no such file"),
        (["corrections", "empty"], "empty: holds no corrections yet"),
        (["evaluate", "--as-is", "--data", "letters"], "letters: holds no digit"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line_before_the_training(
    tmp_path, monkeypatch, arguments, message, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("much work")
    Corrections("empty").create()
    (tmp_path / "letters" / "none").mkdir(parents=True)
    Image.effect_noise((28, 28), 99).save("letters/none/a.png")
    assert main([*SHORT, *arguments] if arguments[0].startswith("-") else arguments) == 1
    told = capsys.readouterr()
    assert told.err.startswith("error: ") and message in told.err and told.err.count("\n") == 1
    assert told.out == "" and (tmp_path / "file").read_text() == "much work"


def test_a_full_disk_is_told_before_the_training(tmp_path, capsys, request):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    request.addfinalizer(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    assert main([*SHORT, "--output", str(tmp_path / "w.npz")]) == 1
    assert f"{tmp_path}: cannot be written into (File too large)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("after", "strokes", "errors"),
    [("epoch 6/", "0", ""), ("Drawing", "1000000", "\nStopped; nothing was saved.\n")],
)
def test_ctrl_c_saves_the_best_so_far_if_there_is_one(mnist_dir, tmp_path, after, strokes, errors):
    """Of a training that would take hours; in a terminal that lacks a character."""
    output, ascii_only = tmp_path / "数字.npz", os.environ | {"PYTHONIOENCODING": "ascii"}
    command = [*PLAIN, "--epochs", "100000", "--schedule", "constant", "--strokes", strokes]
    with Popen(
        [sys.executable, "-m", "training", *command, "--mnist-dir", mnist_dir, "--output", output],
        cwd=APP.parent, env=ascii_only, stdout=PIPE, stderr=PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert any(after in line for line in process.stdout)
        os.killpg(process.pid, signal.SIGINT)
        rest, found = process.communicate(timeout=60)
    assert (process.returncode, found) == (130, errors)
    assert ("keeping the best of them" in rest) == ("/??.npz\n" in rest) == (not errors)
    assert output.exists() == (not errors)


def test_exports_the_metadata(tmp_path, capsys, monkeypatch):
    path = tmp_path / "new" / "digits.onnx"
    assert main(["export", "--onnx", str(path)]) == 0
    props = onnxruntime.InferenceSession(path).get_modelmeta().custom_metadata_map
    assert json.loads(props["metadata"]) == weights.load(SHIPPED)[1]

    monkeypatch.setitem(sys.modules, "onnx", None)
    assert main(["export", "--onnx", str(tmp_path / "w.onnx")]) == 1
    assert "pip install '.[onnx]'" in capsys.readouterr().err
    assert not (tmp_path / "w.onnx").exists()
    with pytest.raises(SystemExit):  # argparse has told what is missing
        main(["export"])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_every_kind_of_network_answers_the_same_elsewhere(tmp_path, loss, activation):
    network = Network.from_sizes((784, 9, 7, 10), np.random.default_rng(1), activation, loss)
    onnx_file.save(tmp_path / "w.onnx", network, {})
    X = np.random.default_rng(0).random((20, 784), np.float32)
    session = onnxruntime.InferenceSession(tmp_path / "w.onnx", providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(["Y"], {"X": X})[0], network.predict(X), atol=1e-5)
