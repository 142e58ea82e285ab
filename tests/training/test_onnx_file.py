"""Elsewhere a network answers what it answers here."""

import json
import sys

import numpy as np
import onnxruntime
import pytest

from model.network import Network, weights
from model.network.losses import LOSSES
from model.network.weights import SHIPPED
from training.cli import main


def answers(path, X):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["Y"], {"X": X})[0]


def test_the_shipped_network_answers_the_same(tmp_path, capsys):
    path = tmp_path / "new" / "digits.onnx"
    assert main(["export", "--onnx", str(path)]) == 0
    assert f"Saved: {path}" in capsys.readouterr().out
    network, metadata = weights.load(SHIPPED)
    X = np.random.default_rng(0).random((200, 784), np.float32)
    np.testing.assert_allclose(answers(path, X), network.predict(X), atol=1e-5)
    props = onnxruntime.InferenceSession(path).get_modelmeta().custom_metadata_map
    assert json.loads(props["metadata"]) == metadata


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_every_kind_of_network_does(tmp_path, loss, activation):
    network = Network.from_sizes((784, 9, 7, 10), np.random.default_rng(1), activation, loss)
    weights.save(tmp_path / "w.npz", network)
    command = ["export", "--weights", str(tmp_path / "w.npz"), "--onnx", str(tmp_path / "w.onnx")]
    assert main(command) == 0
    X = np.random.default_rng(0).random((20, 784), np.float32)
    np.testing.assert_allclose(answers(tmp_path / "w.onnx", X), network.predict(X), atol=1e-5)


def test_without_the_package_it_is_told_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert main(["export", "--onnx", str(tmp_path / "w.onnx")]) == 1
    assert "pip install '.[onnx]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
