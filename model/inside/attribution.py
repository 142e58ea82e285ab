"""Why this digit and not that one: what each pixel adds to the difference of two logits.

A pixel's gradient only says what a small change would do. Where sigmoids are saturated, no small
change does anything, although the pixels made them so. Integrated gradients (Sundararajan, Taly,
Yan 2017, "Axiomatic attribution for deep networks") take the mean gradient on the way from an empty
picture to this one, and multiply it by how far each pixel has come (eq. 1, the baseline being 0):

    (xᵢ − 0) · ∫₀¹ ∂f(α·x)/∂xᵢ dα      where f = logit of one digit − logit of the other

Summed over all pixels, this gives f(x) − f(empty): they call it completeness.
"""

import numpy as np

from model.network import Network
from model.network.layers import Array, Dense
from model.network.network import backward, forward

PARTS = 128  # of the way, at first
WORST = 64  # parts that are halved in each round
ROUNDS = 16  # at most
RELATIVE, ABSOLUTE = 0.005, 5e-4  # error of the sum: of f(x) − f(empty), and as a number


def attribution(network: Network, x: Array, digit: int, other: int) -> Array:
    """What each pixel of x (784,) float32 adds to `digit`'s logit minus `other`'s: (28, 28).

    The integral is a sum over parts of the way (as in eq. 3), with each part's gradient taken in
    its middle. If that gradient does not explain how far f rises from one end of the part to the
    other, because a ReLU switches or a sigmoid tips over there, the part is halved. Trained
    networks of sigmoids or tanh need 1 or 2 rounds, of ReLUs rarely more than 7. With random
    weights of an absurd size, the sum may still be inexact after ROUNDS.
    """
    first = network.dense_layers[0]
    # Copies, which `backward` fills with gradients: others may be looking inside the network, too.
    rest = [
        Dense(layer.W, layer.b) if isinstance(layer, Dense) else layer
        for layer in network.layers[1:]
    ]
    # On a straight way through the pictures, the sums in the first layer go straight, too.
    start, way = first.b, x @ first.W
    signs = np.zeros(network.sizes[-1], x.dtype)
    signs[digit], signs[other] = 1, -1
    edges = np.linspace(0, 1, PARTS + 1, dtype=x.dtype)
    for _ in range(ROUNDS):
        lengths, middles = np.diff(edges), (edges[1:] + edges[:-1]) / 2
        f = forward(rest, start + edges[:, None] * way)[-1] @ signs
        activations = forward(rest, start + middles[:, None] * way)
        dZ = backward(rest, activations, np.tile(signs, (len(middles), 1)))
        errors = np.abs(np.diff(f) - lengths * (dZ @ way))
        if errors.sum() <= max(RELATIVE * abs(f[-1] - f[0]), ABSOLUTE):
            break
        edges = np.sort(np.append(edges, middles[np.argsort(errors)[-WORST:]]))
    return (x * (first.W @ (lengths @ dZ))).reshape(28, 28)
