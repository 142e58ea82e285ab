"""Calibrate a recognizer, score its answers to digits, and compare it with another."""

from typing import NamedTuple

import numpy as np

from model import Recognizer
from model.network import Network
from model.network.layers import softmax
from model.recognizer import clearness
from training.dataset import Dataset

BINS = 15  # of the calibration error
IN_DOUBT = 0.03  # share of the validation digits to be uncertain
MARGIN = 0.01  # of accuracy: another seed changes as much, on the few held-out writers


def fit_temperature(logits: np.ndarray, y: np.ndarray) -> float:
    """The temperature that maximizes the likelihood of softmax(logits (N, 10) / temperature).

    Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2: it corrects
    overconfidence and changes no answer.
    """
    temperatures = np.geomspace(0.05, 20, 200).tolist()
    rows = np.arange(len(y))
    likelihoods = [np.log(softmax(logits / t)[rows, y] + 1e-12).mean() for t in temperatures]
    return temperatures[int(np.argmax(likelihoods))]


def calibrate(network: Network, digits: Dataset) -> tuple[float, float]:
    """Fit a recognizer's `temperature` and `certain_above` on digits that were not trained on."""
    logits = network.logits(digits.X)
    clear = clearness(network.loss.activation(logits))
    return fit_temperature(logits, digits.y), float(np.quantile(clear, IN_DOUBT))


class Evaluation(NamedTuple):
    """Answers to N digits, and the scores derived from them."""

    answers: np.ndarray  # (N,) in 0..9
    confidence: np.ndarray  # (N,) in 0..1: the probability of each answer
    y: np.ndarray  # (N,) in 0..9: the labels

    @property
    def accuracy(self) -> float:
        """The share of correct answers, 0..1."""
        return float((self.answers == self.y).mean())

    @property
    def calibration_error(self) -> float:
        """Mean gap of confidence and accuracy, 0..1, over BINS (Guo et al. 2017, eq. 3)."""
        number = np.minimum((self.confidence * BINS).astype(int), BINS - 1)
        gaps = np.bincount(number, weights=self.confidence - (self.answers == self.y))
        return float(np.abs(gaps).sum() / len(self.y))

    @property
    def confusion(self) -> np.ndarray:
        """(10, 10) counts: row = label, column = answer."""
        return np.bincount(10 * self.y + self.answers, minlength=100).reshape(10, 10)

    @property
    def per_digit(self) -> list[tuple[int, float | None]]:
        """The count of each digit, and its accuracy, 0..1; None for one that does not occur."""
        counts = self.confusion.sum(axis=1).tolist()
        right = self.confusion.diagonal().tolist()
        return [(n, share / n if n else None) for n, share in zip(counts, right)]

    def surest_mistakes(self, most: int) -> np.ndarray:
        """The numbers of at most `most` wrong answers, most confident first."""
        wrong = np.flatnonzero(self.answers != self.y)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")][:most]

    def table(self) -> str:
        """One line per digit: count, accuracy, and how often each answer was given."""
        confusion = self.confusion
        width = len(str(confusion.max())) + 2
        answers = "".join(f"{answer:{width}}" for answer in range(10))
        lines = [f"digit  count    right{answers}  <- answer"]
        for digit, (row, (count, accuracy)) in enumerate(zip(confusion, self.per_digit)):
            share = "-" if accuracy is None else f"{accuracy:.2%}"
            counts = "".join(f"{each:{width}}" for each in row)
            lines.append(f"{digit:5}  {count:5}  {share:>7}{counts}")
        return "\n".join(lines)


def evaluate(recognizer: Recognizer, digits: Dataset) -> Evaluation:
    """Evaluate a recognizer on digits in MNIST's box, at least one."""
    # By logits, as in training: several saturated outputs may be 1, and the first would win.
    logits = recognizer.network.logits(recognizer.prepared(digits.X))
    confidence = recognizer.probabilities(logits).max(axis=1)
    return Evaluation(logits.argmax(axis=1), confidence, digits.y)


def why_worse(new: Recognizer, old: Recognizer, sets: dict[str, Dataset]) -> str:
    """The accuracies on sets in MNIST's box, if `new` is worse by more than MARGIN on any."""
    worse, figures = False, []
    for name, digits in sets.items():
        before, now = (evaluate(each, digits).accuracy for each in (old, new))
        worse |= round(before - now, 6) > MARGIN
        figures.append(f"{now:.2%} of {name.replace('_', ' ')} (before: {before:.2%})")
    return " and ".join(figures) if worse else ""
