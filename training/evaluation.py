"""Accuracy and confusion matrix of a network."""

from dataclasses import dataclass

import numpy as np

from model.network import Network


@dataclass(frozen=True)
class Evaluation:
    """A confusion matrix, and the scores derived from it."""

    confusion: np.ndarray  # (10, 10) counts: row = label, column = answer

    @classmethod
    def of(cls, answers: np.ndarray, y: np.ndarray) -> "Evaluation":
        """Count answers (N,) for labels y (N,), both integers in 0..9."""
        pairs = np.bincount(10 * y.astype(np.intp) + answers.astype(np.intp), minlength=100)
        return cls(confusion=pairs.reshape(10, 10))

    @property
    def accuracy(self) -> float:
        """The share of correct answers, 0..1."""
        return float(np.trace(self.confusion) / self.confusion.sum())

    @property
    def accuracy_per_digit(self) -> np.ndarray:
        """(10,) in 0..1; NaN for digits that do not occur."""
        counts = self.confusion.sum(axis=1)
        return np.where(counts > 0, self.confusion.diagonal() / np.maximum(counts, 1), np.nan)

    def table(self) -> str:
        """One line per digit: count, accuracy, and how often each answer was given."""
        width = len(str(self.confusion.max())) + 2
        answers = "".join(f"{answer:{width}}" for answer in range(10))
        lines = [f"digit  count    right{answers}  <- answer"]
        for digit, (row, accuracy) in enumerate(zip(self.confusion, self.accuracy_per_digit)):
            share = "-" if np.isnan(accuracy) else f"{accuracy:.2%}"
            counts = "".join(f"{count:{width}}" for count in row)
            lines.append(f"{digit:5}  {row.sum():5}  {share:>7}{counts}")
        return "\n".join(lines)


def evaluate(network: Network, X: np.ndarray, y: np.ndarray) -> Evaluation:
    """Evaluate the network on X (N, 784) float32 with labels y (N,)."""
    # By logits, as in training: several saturated outputs may be 1, and the first would win.
    return Evaluation.of(network.logits(X).argmax(axis=1), y)
