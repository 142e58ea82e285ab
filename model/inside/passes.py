"""Forward and backward through a network's layers, as far as the pixels.

Training stops at the first layer's weights (see `Network.backward`); to ask which pixels matter,
one has to go one step further.
"""

from collections.abc import Sequence

import numpy as np

from model.network import Network
from model.network.layers import Dense, Layer


def forward(layers: Sequence[Layer], X: np.ndarray) -> list[np.ndarray]:
    """X (N, in), and what each of the layers made of it."""
    activations = [X]
    for layer in layers:
        activations.append(layer.forward(activations[-1]))
    return activations


def backward(
    layers: Sequence[Layer], activations: Sequence[np.ndarray], dY: np.ndarray
) -> np.ndarray:
    """∂L/∂X (N, in), given what `forward` returned and dY = ∂L/∂(the last of it)."""
    for layer, X, Y in reversed(list(zip(layers, activations, activations[1:]))):
        dY = layer.backward(X, Y, dY)
    return dY


def input_gradient(network: Network, X: np.ndarray, dlogits: np.ndarray) -> np.ndarray:
    """∂L/∂X (N, in) for pictures X (N, in), given ∂L/∂logits (N, out); in the dtype of both."""
    return backward(network.layers, network.forward(X), dlogits)


def first_and_rest(network: Network) -> tuple[Dense, list[Layer]]:
    """The network's first layer, which is linear, and the layers after it.

    Nine tenths of a network's work are in the first layer. But there the sum of two pictures gives
    the sum of what each gives. So for many variants of one picture it need not be computed anew.
    """
    first, *rest = network.layers
    if isinstance(first, Dense):
        return first, rest
    # A network may begin with an activation. Then nothing is linear but the picture itself.
    inputs = network.sizes[0]
    dtype = network.parameters.dtype
    return Dense(np.eye(inputs, dtype=dtype), np.zeros(inputs, dtype)), network.layers
