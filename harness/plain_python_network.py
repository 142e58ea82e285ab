"""The oracle: a sigmoid network in plain Python, with lists and loops and no NumPy.

As the classic from-scratch tutorials write it, one sample at a time, so that it shares nothing with
the product's code. A layer is a list of neurons; a neuron is a list of weights whose last entry is
its bias.
"""

import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def forward(network, x):
    """The outputs of every layer for the inputs x; the first entry is x itself."""
    outputs = [list(x)]
    for layer in network:
        inputs = outputs[-1]
        outputs.append(
            [
                sigmoid(sum(w * i for w, i in zip(neuron[:-1], inputs)) + neuron[-1])
                for neuron in layer
            ]
        )
    return outputs


def gradients(network, x, y):
    """∂(½ Σ (output − y)²)/∂weight for one sample, in the network's own nested shape."""
    outputs = forward(network, x)
    deltas = [(o - t) * o * (1 - o) for o, t in zip(outputs[-1], y)]
    result = []
    for number in range(len(network) - 1, -1, -1):
        inputs = outputs[number]
        result.insert(0, [[delta * i for i in inputs] + [delta] for delta in deltas])
        deltas = [
            sum(delta * neuron[k] for delta, neuron in zip(deltas, network[number]))
            * inputs[k]
            * (1 - inputs[k])
            for k in range(len(inputs))
        ]
    return result


def update(network, batch, learning_rate):
    """One step of gradient descent, in place, on the mean gradient of a batch of (x, y)."""
    sums = [[[0.0] * len(neuron) for neuron in layer] for layer in network]
    for x, y in batch:
        for sum_layer, layer in zip(sums, gradients(network, x, y)):
            for sum_neuron, neuron in zip(sum_layer, layer):
                for k, value in enumerate(neuron):
                    sum_neuron[k] += value
    for layer, sum_layer in zip(network, sums):
        for neuron, sum_neuron in zip(layer, sum_layer):
            for k, value in enumerate(sum_neuron):
                neuron[k] -= learning_rate * value / len(batch)
