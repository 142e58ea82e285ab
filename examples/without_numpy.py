"""The ten points again, with lists and loops only: each sum that NumPy does, neuron by neuron.

python -m examples.without_numpy
"""

import math
import time

from examples.points import CLASS_0, CLASS_1

Neurons = list[list[list[float]]]  # layers of neurons, each its weights and, at the end, its bias
Samples = list[tuple[list[float], list[float]]]  # inputs x and targets t of each
POINTS = [([*x], [1.0, 0.0]) for x in CLASS_0] + [([*x], [0.0, 1.0]) for x in CLASS_1]
# Two inputs, three hidden neurons, two outputs: the numbers that ten_points.py starts from.
START = [
    [[0.30006802, -1.0592349, 0.0], [-0.50437206, 0.6863407, 0.0], [-1.0056766, 0.9043022, 0.0]],
    [[0.23362727, 0.09557757, 0.69200045, 0.0], [0.5028018, 0.9531959, -1.0894454, 0.0]],
]


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


def train(network: Neurons, samples: Samples, epochs: int) -> float:
    """Learns from one sample at a time, with L = ½·Σ (y − t)²; returns the seconds it took."""
    start = time.perf_counter()
    for _ in range(epochs):
        for x, targets in samples:
            outputs = forward(network, x)
            deltas = [(y - t) * y * (1 - y) for y, t in zip(outputs[-1], targets)]
            update(network, backward(network, outputs, deltas), learning_rate=0.5)
    return time.perf_counter() - start


def with_numpy(sizes: tuple[int, ...], samples: Samples, epochs: int) -> tuple[list[float], float]:
    """The same as ten_points.py does it: the outputs for the first sample, and the seconds."""
    import numpy as np  # only now: nothing above needs it

    from examples import ten_points

    X, T = (np.array(column, np.float32) for column in zip(*samples))
    network = ten_points.Network.from_sizes(sizes, np.random.default_rng(0))
    start = time.perf_counter()
    ten_points.train(network, X, T, epochs)
    return network.predict(X[:1])[0].tolist(), time.perf_counter() - start


def main() -> None:
    network = [[neuron.copy() for neuron in layer] for layer in START]
    seconds = train(network, POINTS, epochs=40)
    numpy_outputs, numpy_seconds = with_numpy((2, 3, 2), POINTS, epochs=40)
    for name, y in ("lists", forward(network, POINTS[0][0])[-1]), ("NumPy", numpy_outputs):
        print(f"with {name}, after 40 epochs, the first point's outputs: {y[0]:.5f} {y[1]:.5f}")
    print(f"2-3-2: lists take {seconds / numpy_seconds:.1f} times as long as NumPy")

    large = [[[0.01] * 785 for _ in range(100)], [[0.01] * 101 for _ in range(10)]]
    digits = [([0.5] * 784, [1.0] * 10)] * 10  # any numbers do: all take as long
    seconds = train(large, digits, epochs=1)
    _, numpy_seconds = with_numpy((784, 100, 10), digits, epochs=1)
    print(f"784-100-10: lists take {seconds / numpy_seconds:.0f} times as long as NumPy")


if __name__ == "__main__":
    main()
