"""How wrong a batch of answers is, and in which direction to change the logits.

The logits Z (N, K) are what the last Dense layer gives. Each loss says which activation turns them
into answers A (N, K), and compares these with the wanted answers Y (N, K). Every loss here is

    the mean over the N samples of the sum over the K outputs,

and `gradient` is its derivative ∂L/∂Z. Mind the three gradients: A − Y is right only where loss and
activation are made for each other; with the squared error the sigmoid's slope A·(1 − A) remains.
"""

import numpy as np

from model.network.layers import sigmoid, softmax


class Loss:
    """What training needs of a loss. All arrays are (N, K) in one float dtype."""

    def activation(self, logits: np.ndarray) -> np.ndarray:
        """The answers A (N, K), in 0..1, for the logits."""
        raise NotImplementedError

    def value(self, logits: np.ndarray, Y: np.ndarray) -> float:
        """The loss of the batch."""
        raise NotImplementedError

    def gradient(self, logits: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """∂L/∂logits (N, K)."""
        raise NotImplementedError


class MeanSquaredError(Loss):
    """L = ½·(A − Y)² with A = σ(Z).

    The ½ cancels the 2 of the derivative. Texts that leave it out, or that divide by K too, need
    another learning rate for the same training.
    """

    def activation(self, logits: np.ndarray) -> np.ndarray:
        return sigmoid(logits)

    def value(self, logits: np.ndarray, Y: np.ndarray) -> float:
        return float(0.5 * np.square(sigmoid(logits) - Y).sum() / len(Y))

    def gradient(self, logits: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """(A − Y)·A·(1 − A) / N: the chain rule through the sigmoid."""
        A = sigmoid(logits)
        return (A - Y) * A * (1 - A) / len(Y)


class SoftmaxCrossEntropy(Loss):
    """L = −Σ Y·log A with A = softmax(Z): K classes of which one is right."""

    def activation(self, logits: np.ndarray) -> np.ndarray:
        return softmax(logits)

    def value(self, logits: np.ndarray, Y: np.ndarray) -> float:
        """log A = Z − log Σ eᶻ, taken directly: the logarithm of a rounded 0 would be −∞."""
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_A = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return float(-(Y * log_A).sum() / len(Y))

    def gradient(self, logits: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """(A − Y) / N: the logarithm undoes the exponential. Each row of Y must sum to 1."""
        return (softmax(logits) - Y) / len(Y)


class BinaryCrossEntropy(Loss):
    """L = −Σ [Y·log A + (1 − Y)·log(1 − A)] with A = σ(Z): K independent yes-or-no questions."""

    def activation(self, logits: np.ndarray) -> np.ndarray:
        return sigmoid(logits)

    def value(self, logits: np.ndarray, Y: np.ndarray) -> float:
        """The same as log(1 + eᶻ) − Y·Z, which is finite for any logit."""
        return float((np.logaddexp(0, logits) - Y * logits).sum() / len(Y))

    def gradient(self, logits: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """(A − Y) / N: the logarithm's derivative cancels the sigmoid's slope."""
        return (sigmoid(logits) - Y) / len(Y)


LOSSES: dict[str, type[Loss]] = {
    "mse": MeanSquaredError,
    "cross-entropy": SoftmaxCrossEntropy,
    "binary-cross-entropy": BinaryCrossEntropy,
}
