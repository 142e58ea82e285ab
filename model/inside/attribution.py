"""Why this digit and not that one: what each pixel adds to the difference of two logits.

A gradient only says what a small change of a pixel would do, which is nothing where sigmoids are
saturated, although the pixels saturated them. Integrated gradients (Sundararajan, Taly, Yan 2017,
"Axiomatic attribution for deep networks") take the mean gradient on the straight path from an empty
picture to this one, times each pixel's change (eq. 1, with a baseline of 0):

    (xᵢ − 0) · ∫₀¹ ∂f(α·x)/∂xᵢ dα      where f = logit of one digit − logit of the other

Summed over all pixels, this is f(x) − f(empty), a property that they call completeness.
"""

import numpy as np

from model.network import Network
from model.network.layers import Array, Dense
from model.network.network import backward, forward

PARTS = 128  # of the path, at first
WORST = 64  # parts that are halved in each round
ROUNDS = 16  # at most
RELATIVE, ABSOLUTE = 0.005, 5e-4  # tolerance of the sum: of f(x) − f(empty), or absolute


def attribution(network: Network, x: Array, digit: int, other: int) -> Array:
    """What each pixel of x (784,) float32 adds to `digit`'s logit minus `other`'s: (28, 28).

    The integral is a sum over parts of the path (as in eq. 3), with the gradient in each part's
    middle. If that does not explain how far f rises over the part, because a ReLU switches or a
    sigmoid saturates there, the part is halved. Trained networks of sigmoids or tanh need 1 or 2
    rounds, of ReLUs rarely more than 7. With huge random weights, ROUNDS may not suffice.
    """
    first = network.dense_layers[0]
    # Copies, since `backward` writes gradients, and other threads may use the network.
    rest = [
        Dense(layer.W, layer.b) if isinstance(layer, Dense) else layer
        for layer in network.layers[1:]
    ]
    # On a straight path of pictures, the sums in the first layer follow a straight path, too.
    start, path = first.b, x @ first.W
    signs = np.zeros(network.sizes[-1], x.dtype)
    signs[digit], signs[other] = 1, -1
    edges = np.linspace(0, 1, PARTS + 1, dtype=x.dtype)
    for _ in range(ROUNDS):
        lengths, middles = np.diff(edges), (edges[1:] + edges[:-1]) / 2
        f = forward(rest, start + edges[:, None] * path)[-1] @ signs
        activations = forward(rest, start + middles[:, None] * path)
        dZ = backward(rest, activations, np.tile(signs, (len(middles), 1)))
        errors = np.abs(np.diff(f) - lengths * (dZ @ path))
        if errors.sum() <= max(RELATIVE * abs(f[-1] - f[0]), ABSOLUTE):
            break
        edges = np.sort(np.append(edges, middles[np.argsort(errors)[-WORST:]]))
    return (x * (first.W @ (lengths @ dZ))).reshape(28, 28)
