"""The layers of a network: what each computes, and beside it how gradients flow back through it.

Every layer maps a batch X (N, in) to a batch Y (N, out), one row per sample. `forward` keeps
nothing, so one network can answer many people at once; that is why `backward` takes X and Y again.

In the formulas L is the loss, a single number, and dY is short for ∂L/∂Y, with the shape of Y.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]  # float32; in gradient checks float64


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + e⁻ᶻ), element by element, in the dtype of z."""
    with np.errstate(over="ignore"):  # e¹⁰⁰⁰ is infinite, and 1/∞ is the right answer, 0
        return 1 / (1 + np.exp(-z))


def softmax(logits: Array) -> Array:
    """Turn each row of logits (N, K) into probabilities: eᶻ / Σ eᶻ over the row."""
    # Subtracting the row's largest logit leaves the fraction unchanged and avoids overflow.
    A: Array = np.exp(logits - logits.max(axis=1, keepdims=True))
    return A / A.sum(axis=1, keepdims=True)


class Layer:
    """The interface of a layer."""

    def forward(self, X: Array) -> Array:
        """Y (N, out) for X (N, in)."""
        raise NotImplementedError

    def backward(self, X: Array, Y: Array, dY: Array) -> Array:
        """∂L/∂X (N, in), given Y = forward(X) and dY = ∂L/∂Y."""
        raise NotImplementedError


# Random weights W (inputs, outputs) for a new layer.
INITIALIZERS: dict[str, Callable[[np.random.Generator, int, int], Array]] = {
    # Glorot & Bengio 2010, eq. 16: keeps the variances of signals and gradients about equal.
    "xavier": lambda rng, inputs, outputs: rng.uniform(
        -np.sqrt(6 / (inputs + outputs)), np.sqrt(6 / (inputs + outputs)), (inputs, outputs)
    ),
    # The tutorials' choice: small, whatever the size of the layer.
    "small-normal": lambda rng, inputs, outputs: rng.normal(0, 0.01, (inputs, outputs)),
}


class Dense(Layer):
    """Y = X·W + b, where every output looks at every input.

    W is (inputs, outputs), b is (outputs,); `dW` and `db` hold the latest gradients.
    """

    def __init__(self, W: Array, b: Array) -> None:
        """Raises ValueError if the shapes of W and b do not fit."""
        if W.size == 0 or b.shape != W.shape[1:]:
            raise ValueError(f"W is {W.shape}, b {b.shape}; expected (inputs, outputs), (outputs,)")
        self.W, self.b = W, b
        self.dW, self.db = np.zeros_like(W), np.zeros_like(b)

    @classmethod
    def initialized(
        cls, inputs: int, outputs: int, rng: np.random.Generator, init: str = "xavier"
    ) -> "Dense":
        """A new float32 layer: random weights by one of INITIALIZERS, zero biases."""
        W = INITIALIZERS[init](rng, inputs, outputs).astype(np.float32)
        return cls(W, np.zeros(outputs, np.float32))

    def forward(self, X: Array) -> Array:
        return X @ self.W + self.b

    def backward(self, X: Array, Y: Array, dY: Array) -> Array:
        """dX = dY·Wᵀ: each input shares in each output's error in proportion to the weight."""
        self.fill_gradients(X, dY)
        return dY @ self.W.T

    def fill_gradients(self, X: Array, dY: Array) -> None:
        """dW = Xᵀ·dY and db = Σ dY, in place; the mean's 1/N is already in dY (losses.py)."""
        np.matmul(X.T, dY, out=self.dW)
        np.sum(dY, axis=0, out=self.db)


class Sigmoid(Layer):
    """Y = σ(X), in 0..1."""

    def forward(self, X: Array) -> Array:
        return sigmoid(X)

    def backward(self, X: Array, Y: Array, dY: Array) -> Array:
        """dX = dY·Y·(1 − Y), since σ' = σ·(1 − σ)."""
        return dY * Y * (1 - Y)


class Tanh(Layer):
    """Y = tanh(X), in −1..1."""

    def forward(self, X: Array) -> Array:
        return np.tanh(X)

    def backward(self, X: Array, Y: Array, dY: Array) -> Array:
        """dX = dY·(1 − Y²), since tanh' = 1 − tanh²."""
        return dY * (1 - Y * Y)


class ReLU(Layer):
    """Y = max(0, X)."""

    def forward(self, X: Array) -> Array:
        return np.maximum(X, 0)

    def backward(self, X: Array, Y: Array, dY: Array) -> Array:
        """dX = dY where X > 0, else 0, also at 0, where it is undefined."""
        return dY * (X > 0)


ACTIVATIONS: dict[str, type[Layer]] = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU}
