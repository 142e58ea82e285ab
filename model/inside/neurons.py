"""What the neurons of a network compute for one picture: sums, their terms, activations."""

from typing import NamedTuple

import numpy as np

from model.network import Network
from model.network.layers import Array, Dense

LARGEST = 5  # how many terms of a neuron's sum are listed


class Activity(NamedTuple):
    """A Dense layer's `inputs` (in,), sums `z` = inputs·W + b (out,) and activations `a` (out,).

    `a` is the input of the next Dense layer; of the last one, the network's outputs.
    """

    dense: Dense
    inputs: Array
    z: Array
    a: Array


class Term(NamedTuple):
    """What one pixel adds to a neuron's sum: product = weight · pixel."""

    row: int
    column: int
    weight: float
    pixel: float
    product: float


class Neuron(NamedTuple):
    """A neuron of the first layer: z = sum of products + bias, and its activation a.

    `weights` and `products` are (28, 28). `largest` are the LARGEST terms of the sum by absolute
    value, in falling order. `outgoing` (K,) are the weights of its activation in the next layer;
    (0,) if it is itself an output.
    """

    weights: Array
    products: Array
    bias: float
    z: float
    a: float
    largest: tuple[Term, ...]
    outgoing: Array


def activities(network: Network, x: Array) -> list[Activity]:
    """Each Dense layer's sums and activations for a picture x (784,) float32, first to last."""
    activations = network.forward(x[None])
    places = [i for i, layer in enumerate(network.layers) if isinstance(layer, Dense)]
    outputs = network.loss.activation(activations[-1])
    read_next = [*(activations[i] for i in places[1:]), outputs]
    return [
        Activity(dense, activations[i][0], activations[i + 1][0], a[0])
        for dense, i, a in zip(network.dense_layers, places, read_next)
    ]


def neuron(network: Network, x: Array, number: int) -> Neuron:
    """A neuron of the first layer for x (784,) float32. Raises ValueError if there is none."""
    first, *following = activities(network, x)
    if not 0 <= number < len(first.z):
        raise ValueError(f"there is no neuron {number}; expected 0 to {len(first.z) - 1}")
    weights = first.dense.W[:, number]
    products = x * weights
    largest = np.argsort(-np.abs(products), kind="stable")[:LARGEST].tolist()
    return Neuron(
        weights=weights.reshape(28, 28),
        products=products.reshape(28, 28),
        bias=float(first.dense.b[number]),
        z=float(first.z[number]),
        a=float(first.a[number]),
        largest=tuple(
            Term(i // 28, i % 28, float(weights[i]), float(x[i]), float(products[i]))
            for i in largest
        ),
        outgoing=following[0].dense.W[number] if following else np.zeros(0, weights.dtype),
    )
