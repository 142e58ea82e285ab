"""The ten points again, with lists and loops only: each sum that NumPy does, neuron by neuron.

Both start from the same weights, and end with the same outputs.

python -m examples.without_numpy
"""

import math

import numpy as np

from examples.ten_points import T, X
from examples.ten_points import train as train_with_numpy
from model import Network

Neurons = list[list[list[float]]]  # layers of neurons, each its weights and, at the end, its bias


def forward(network: Neurons, x: list[float]) -> list[list[float]]:
    """The inputs x, and after them the outputs y = σ(w₁·x₁ + w₂·x₂ + … + b) of each layer."""
    outputs = [x]
    for layer in network:
        inputs, y = outputs[-1], []
        for *weights, bias in layer:
            z = bias
            for weight, value in zip(weights, inputs):
                z += weight * value
            y.append(1 / (1 + math.exp(-z)))
        outputs.append(y)
    return outputs


def backward(network: Neurons, outputs: list[list[float]], deltas: list[float]) -> Neurons:
    """∂L/∂w of every weight and bias, given ∂L/∂z of each neuron in the last layer: `deltas`."""
    gradients = []
    for layer, inputs in zip(reversed(network), reversed(outputs[:-1])):
        gradients.insert(0, [[delta * x for x in inputs] + [delta] for delta in deltas])
        # The inputs are the outputs of the layer before: ∂L/∂y adds up over all that they feed.
        sums = [0.0 for _ in inputs]
        for neuron, delta in zip(layer, deltas):
            for k in range(len(inputs)):
                sums[k] += neuron[k] * delta
        deltas = [dy * y * (1 - y) for dy, y in zip(sums, inputs)]
    return gradients


def update(network: Neurons, gradients: Neurons, learning_rate: float) -> None:
    """One step downhill, in place."""
    for layer, layer_gradients in zip(network, gradients):
        for neuron, neuron_gradients in zip(layer, layer_gradients):
            for k, gradient in enumerate(neuron_gradients):
                neuron[k] -= learning_rate * gradient


def train(network: Neurons, points: list[list[float]], T: list[list[float]], epochs: int) -> None:
    """Learns from one point at a time, with L = ½·Σ (y − t)²."""
    for _ in range(epochs):
        for x, targets in zip(points, T):
            outputs = forward(network, x)
            deltas = [(y - t) * y * (1 - y) for y, t in zip(outputs[-1], targets)]
            update(network, backward(network, outputs, deltas), learning_rate=0.5)


network = Network.from_sizes((2, 3, 2), np.random.default_rng(0))
neurons = [[[*w, 0.0] for w in layer.W.T.tolist()] for layer in network.dense_layers]
train(neurons, X.tolist(), T.tolist(), epochs=40)
train_with_numpy(network, X, T, epochs=40)
outputs = {"lists": forward(neurons, X[0].tolist())[-1], "NumPy": network.predict(X[:1])[0]}
for name, y in outputs.items():
    print(f"with {name}, after 40 epochs, the first point's outputs: {y[0]:.5f} {y[1]:.5f}")
