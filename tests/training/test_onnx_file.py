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
from training.onnx_file import save


def test_the_command_brings_the_metadata(tmp_path, capsys, monkeypatch):
    path = tmp_path / "new" / "digits.onnx"
    assert main(["export", "--onnx", str(path)]) == 0
    assert f"Saved: {path}" in capsys.readouterr().out
    props = onnxruntime.InferenceSession(path).get_modelmeta().custom_metadata_map
    assert json.loads(props["metadata"]) == weights.load(SHIPPED)[1]

    monkeypatch.setitem(sys.modules, "onnx", None)
    assert main(["export", "--onnx", str(tmp_path / "w.onnx")]) == 1
    assert "pip install '.[onnx]'" in capsys.readouterr().err
    assert not (tmp_path / "w.onnx").exists()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_every_kind_of_network_answers_the_same(tmp_path, loss, activation):
    network = Network.from_sizes((784, 9, 7, 10), np.random.default_rng(1), activation, loss)
    save(tmp_path / "w.onnx", network, {})
    X = np.random.default_rng(0).random((20, 784), np.float32)
    session = onnxruntime.InferenceSession(tmp_path / "w.onnx", providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(["Y"], {"X": X})[0], network.predict(X), atol=1e-5)
