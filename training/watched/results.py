"""What a trained network can do, and what it gets wrong."""

from typing import Any

import numpy as np

from model.network import Network
from model.network.layers import softmax
from training.dataset import Dataset
from training.evaluation import Evaluation, evaluate
from training.styles.instead import styles_test
from training.watched.pictures import digits_uri

SHOWN = 8  # mistakes of each kind, the surest first
COLUMNS = 24  # of the sheet of mistakes


def results_of(network: Network, temperature: float, test: Dataset) -> dict[str, Any]:
    """Accuracy, confusion matrix, and the mistakes with their pictures on one sheet."""
    probabilities = softmax(network.logits(test.X) / np.float32(temperature))
    answers = probabilities.argmax(axis=1)
    evaluation = Evaluation.of(answers, test.y)
    kept = _surest_of_each_kind(answers, probabilities.max(axis=1), test.y)
    return {
        "test": len(test),
        "accuracy": round(evaluation.accuracy, 5),
        "confusion": evaluation.confusion.tolist(),
        "mistakes": [
            [int(test.y[row]), int(answers[row]), round(float(probabilities[row].max()), 3)]
            for row in kept
        ],
        "columns": COLUMNS,
        "picture": digits_uri(test.X[kept], COLUMNS) if len(kept) else None,
    }


def _surest_of_each_kind(answers: np.ndarray, sure: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The rows of the mistakes to show, the surest first."""
    wrong = np.flatnonzero(answers != y)
    wrong = wrong[np.argsort(-sure[wrong], kind="stable")]
    kinds = 10 * y[wrong] + answers[wrong]
    kept = [wrong[kinds == kind][:SHOWN] for kind in np.unique(kinds)]
    rows = np.concatenate([np.array([], np.intp), *kept])
    return rows[np.argsort(-sure[rows], kind="stable")]


def styles_accuracy(network: Network) -> float:
    """The share of digits in styles that MNIST lacks which the network reads."""
    digits = styles_test()
    return round(evaluate(network, digits.X, digits.y).accuracy, 5)
