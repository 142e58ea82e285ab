"""Export a network as an ONNX file, for other programs. Needs the package `onnx`."""

import json
from pathlib import Path
from typing import Any

from model.network import Network
from model.network.layers import Dense
from model.network.losses import LeastSquares, SoftmaxCrossEntropy

OPSET, IR_VERSION = 17, 8  # readable by onnxruntime since 2022


def save(path: Path, network: Network, metadata: dict[str, Any]) -> None:
    """Write the network to `path`, with `metadata` as JSON.

    Its input is `X` (N, in) float32, prepared digits; its output `Y` (N, out) float32 is that of
    `Network.predict`. Raises ValueError, saying what to install, without the package `onnx`.
    """
    try:
        from onnx import TensorProto, helper, numpy_helper
    except ImportError as error:
        raise ValueError("--onnx needs the package onnx: pip install '.[onnx]'") from error

    nodes, arrays, last = [], [], "X"
    for number, layer in enumerate(network.layers, start=1):
        inputs, last = [last], f"layer{number}"
        if isinstance(layer, Dense):
            inputs += [f"W{number}", f"b{number}"]
            arrays.append(numpy_helper.from_array(layer.W, f"W{number}"))
            arrays.append(numpy_helper.from_array(layer.b, f"b{number}"))
        operator = {"Dense": "Gemm", "ReLU": "Relu"}.get(type(layer).__name__, type(layer).__name__)
        nodes.append(helper.make_node(operator, inputs, [last]))
    outputs = {LeastSquares: "Identity", SoftmaxCrossEntropy: "Softmax"}
    nodes.append(helper.make_node(outputs.get(type(network.loss), "Sigmoid"), [last], ["Y"]))
    X = helper.make_tensor_value_info("X", TensorProto.FLOAT, ["N", network.sizes[0]])
    Y = helper.make_tensor_value_info("Y", TensorProto.FLOAT, ["N", network.sizes[-1]])
    graph = helper.make_graph(nodes, "digits", [X], [Y], arrays)
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
    helper.set_model_props(model, {"metadata": json.dumps(metadata)})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
