"""The network: a list of layers. Forward walks along the list, backward walks it in reverse."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from model.network.layers import ACTIVATIONS, INITIALIZERS, Array, Dense, Layer
from model.network.losses import LOSSES, Loss, MeanSquaredError


def forward(layers: Sequence[Layer], X: Array) -> list[Array]:
    """Return X (N, in), then each layer's output: one array more than layers."""
    activations = [X]
    for layer in layers:
        activations.append(layer.forward(activations[-1]))
    return activations


def backward(layers: Sequence[Layer], activations: Sequence[Array], dY: Array) -> Array:
    """∂L/∂X (N, in), given what `forward` returned and dY (N, out) = ∂L/∂Y of the last layer."""
    for layer, X, Y in reversed(list(zip(layers, activations, activations[1:]))):
        dY = layer.backward(X, Y, dY)
    return dY


class Network:
    """A multi-layer perceptron.

    `layers` lead from the input to the logits; the loss owns the last activation (see losses.py).

    All weights and biases are in one flat vector, `parameters` (P,), their gradients in another,
    `gradients` (P,). The arrays of the Dense layers are views of the two: changing the vector
    changes the layers, so an optimizer need not know about layers.
    """

    def __init__(self, layers: Sequence[Layer], loss: Loss | None = None) -> None:
        """Take over the layers: their arrays move into the network's two vectors.

        Raises ValueError if the first layer is not Dense, or if two Dense layers do not fit.
        """
        self.layers = list(layers)
        self.loss = loss or MeanSquaredError()
        self.dense_layers = [layer for layer in self.layers if isinstance(layer, Dense)]
        if not self.dense_layers or self.dense_layers[0] is not self.layers[0]:
            raise ValueError("a network must begin with a Dense layer")
        for first, second in pairwise(self.dense_layers):
            if len(first.b) != len(second.W):
                raise ValueError(f"{len(first.b)} outputs are followed by {len(second.W)} inputs")
        self.parameters = np.concatenate(
            [array.ravel() for layer in self.dense_layers for array in (layer.W, layer.b)]
        )
        self.gradients = np.zeros_like(self.parameters)
        start = 0
        for layer in self.dense_layers:
            middle = start + layer.W.size
            end = middle + layer.b.size
            layer.dW = self.gradients[start:middle].reshape(layer.W.shape)
            layer.db = self.gradients[middle:end]
            layer.W = self.parameters[start:middle].reshape(layer.W.shape)
            layer.b = self.parameters[middle:end]
            start = end

    @classmethod
    def from_sizes(
        cls,
        sizes: Sequence[int],
        rng: np.random.Generator,
        activation: str = "sigmoid",
        loss: str = "mse",
        init: str = "xavier",
    ) -> "Network":
        """A new float32 network, such as sizes=(784, 100, 10): input, hidden layers, output.

        `activation` follows each hidden layer. Two sizes make a perceptron: no hidden layer.
        Raises ValueError for unknown names, or sizes of which no network can be made.
        """
        for name, known in ((activation, ACTIVATIONS), (loss, LOSSES), (init, INITIALIZERS)):
            if name not in known:
                raise ValueError(f"unknown name {name!r}; expected one of {', '.join(known)}")
        layers: list[Layer] = []
        for inputs, outputs in pairwise(sizes):
            layers += [Dense.initialized(inputs, outputs, rng, init), ACTIVATIONS[activation]()]
        return cls(layers[:-1], LOSSES[loss]())

    @property
    def sizes(self) -> tuple[int, ...]:
        """The width of the input and of each Dense layer's output, such as (784, 100, 10)."""
        return (len(self.dense_layers[0].W), *(len(layer.b) for layer in self.dense_layers))

    def forward(self, X: Array) -> list[Array]:
        """Return X (N, in), then each layer's output; the last one is the logits (N, out)."""
        return forward(self.layers, X)

    def backward(self, activations: Sequence[Array], dlogits: Array) -> None:
        """Fill `gradients` by backpropagation (Rumelhart, Hinton, Williams 1986).

        `activations` are from `forward`, dlogits (N, out) are the loss's `gradient`.
        """
        # The first layer needs no ∂L/∂X, which saves one of the three largest matrix products.
        dY = backward(self.layers[1:], activations[1:], dlogits)
        self.dense_layers[0].fill_gradients(activations[0], dY)

    def logits(self, X: Array) -> Array:
        """The logits (N, out) for X (N, in). Raises ValueError if X has another shape."""
        if X.shape[1:] != self.sizes[:1]:
            raise ValueError(f"X is {X.shape}; expected (N, {self.sizes[0]}): one row per sample")
        return self.forward(X)[-1]

    def predict(self, X: Array) -> Array:
        """The outputs (N, out) for X (N, in), in 0..1 except with least squares, which is linear.

        The class is `argmax(axis=1)`. Raises ValueError if X has another shape.
        """
        return self.loss.activation(self.logits(X))

    def freeze(self) -> "Network":
        """Make the weights read-only, so that a network in use cannot change, and return self."""
        self.parameters.flags.writeable = False
        for layer in self.dense_layers:
            layer.W.flags.writeable = layer.b.flags.writeable = False
        return self
