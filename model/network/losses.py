"""Loss functions, and their gradients at the logits.

The logits Z (N, K) are the output of the last Dense layer. Each loss has an activation that turns
them into outputs A (N, K), which it compares with the targets T (N, K). Every loss here is

    the mean over the N samples of the sum over the K outputs,

and `gradient` is its derivative ∂L/∂Z. That is (A − T) / N for a matched pair, where the loss's
derivative cancels the activation's slope; the squared error of a sigmoid keeps it, A·(1 − A).
"""

import numpy as np

from model.network.layers import Array, sigmoid, softmax


class Loss:
    """The interface of a loss. All arrays are (N, K) in one float dtype."""

    def activation(self, logits: Array) -> Array:
        """The outputs A for the logits."""
        raise NotImplementedError

    def value(self, logits: Array, T: Array) -> float:
        """The loss of the batch."""
        raise NotImplementedError

    def gradient(self, logits: Array, T: Array) -> Array:
        """∂L/∂logits (N, K): (A − T) / N, if loss and activation are a matched pair."""
        return (self.activation(logits) - T) / len(T)


class LeastSquares(Loss):
    """L = ½·Σ (A − T)² with A = Z: linear outputs, as in linear regression.

    The ½ cancels the 2 of the derivative. Texts that leave it out, or that divide by K too, need
    another learning rate for the same training.
    """

    def activation(self, logits: Array) -> Array:
        return logits

    def value(self, logits: Array, T: Array) -> float:
        return float(0.5 * np.square(self.activation(logits) - T).sum() / len(T))


class MeanSquaredError(LeastSquares):
    """L = ½·Σ (A − T)² with A = σ(Z): the same with sigmoid outputs, in 0..1."""

    def activation(self, logits: Array) -> Array:
        return sigmoid(logits)

    def gradient(self, logits: Array, T: Array) -> Array:
        """(A − T)·A·(1 − A) / N: the chain rule through the sigmoid."""
        A = sigmoid(logits)
        return (A - T) * A * (1 - A) / len(T)


class SoftmaxCrossEntropy(Loss):
    """L = −Σ T·log A with A = softmax(Z): one of K classes.

    That is log Σ eᶻ − Σ T·Z, so ∂L/∂Z = A − T. Each row of T must sum to 1.
    """

    def activation(self, logits: Array) -> Array:
        return softmax(logits)

    def value(self, logits: Array, T: Array) -> float:
        """log A = Z − log Σ eᶻ, computed directly: the logarithm of a rounded 0 would be −∞."""
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_A = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return float(-(T * log_A).sum() / len(T))


class BinaryCrossEntropy(Loss):
    """L = −Σ [T·log A + (1 − T)·log(1 − A)] with A = σ(Z): K independent yes-or-no questions.

    ∂L/∂A = (A − T) / (A·(1 − A)), times the sigmoid's slope, A·(1 − A), is A − T.
    """

    def activation(self, logits: Array) -> Array:
        return sigmoid(logits)

    def value(self, logits: Array, T: Array) -> float:
        """The same as log(1 + eᶻ) − T·Z, which is finite for any logit."""
        return float((np.logaddexp(0, logits) - T * logits).sum() / len(T))


LOSSES: dict[str, type[Loss]] = {
    "mse": MeanSquaredError,
    "least-squares": LeastSquares,
    "cross-entropy": SoftmaxCrossEntropy,
    "binary-cross-entropy": BinaryCrossEntropy,
}
