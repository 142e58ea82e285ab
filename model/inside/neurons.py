"""What the neurons of a network compute for one picture: sums, activations, and who adds what."""

from dataclasses import dataclass

import numpy as np

from model.network import Network
from model.network.layers import Dense

LARGEST = 5  # terms of a neuron's sum


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class Activity:
    """A Dense layer at work: `inputs` (in,), the sums `z` (out,) and the activations `a` (out,).

    z = inputs·W + b. `a` is what the next Dense layer reads; of the last one, the network's
    outputs.
    """

    dense: Dense
    inputs: np.ndarray
    z: np.ndarray
    a: np.ndarray


@dataclass(frozen=True)
class Term:
    """What one pixel adds to a neuron's sum: product = weight · value of the pixel."""

    row: int
    column: int
    weight: float
    pixel: float
    product: float


@dataclass(frozen=True, eq=False)
class Neuron:
    """A neuron that looks at the picture: z = (sum of all products) + bias, and a from z.

    `weights` and `products` are (28, 28). `largest` are the LARGEST terms of the sum by absolute
    value, in falling order. `outgoing` (K,) are the weights with which the neurons of the next
    layer take its activation; (0,) if it is itself an output.
    """

    weights: np.ndarray
    products: np.ndarray
    bias: float
    z: float
    a: float
    largest: tuple[Term, ...]
    outgoing: np.ndarray


def activities(network: Network, x: np.ndarray) -> list[Activity]:
    """Each Dense layer's sums and activations for a picture x (784,) float32, first to last."""
    activations = network.forward(x[None])
    places = [i for i, layer in enumerate(network.layers) if isinstance(layer, Dense)]
    outputs = network.loss.activation(activations[-1])
    read_next = [*(activations[i] for i in places[1:]), outputs]
    return [
        Activity(network.layers[i], activations[i][0], activations[i + 1][0], a[0])
        for i, a in zip(places, read_next)
    ]


def contributions(network: Network, x: np.ndarray) -> np.ndarray:
    """What each neuron of the last hidden layer adds to each digit's sum: (hidden, 10).

    That is aⱼ·Wⱼd; down the column of a digit, with its bias, they add up to its z. In a network
    without a hidden layer it is what each pixel adds: (784, 10).
    """
    last = activities(network, x)[-1]
    return last.inputs[:, None] * last.dense.W


def neuron(network: Network, x: np.ndarray, number: int) -> Neuron:
    """A neuron of the first hidden layer, for a picture x (784,) float32.

    In a network without a hidden layer it is an output. Raises ValueError if there is no neuron
    of this number.
    """
    first, *following = activities(network, x)
    if not 0 <= number < len(first.z):
        raise ValueError(f"there is no neuron {number}; expected 0 to {len(first.z) - 1}")
    weights = first.dense.W[:, number]
    products = first.inputs * weights
    largest = np.argsort(-np.abs(products), kind="stable")[:LARGEST]
    return Neuron(
        weights=weights.reshape(28, 28),
        products=products.reshape(28, 28),
        bias=float(first.dense.b[number]),
        z=float(first.z[number]),
        a=float(first.a[number]),
        largest=tuple(_term(i, weights, first.inputs) for i in largest.tolist()),
        outgoing=following[0].dense.W[number] if following else np.zeros(0, weights.dtype),
    )


def _term(i: int, weights: np.ndarray, pixels: np.ndarray) -> Term:
    row, column = divmod(i, 28)
    w, x = float(weights[i]), float(pixels[i])
    return Term(row, column, w, x, w * x)
