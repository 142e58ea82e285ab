"""Counting right and wrong answers."""

import numpy as np
import pytest

from model import Recognizer
from model.network import Network
from training.dataset import Dataset
from training.evaluation import Evaluation, evaluate


def answers_of(X, y):
    """The evaluation of a network whose logits are its first ten pixels, here X (N, 10)."""
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    network.dense_layers[0].W[:] = np.eye(784, 10)
    digits = Dataset(np.pad(np.float32(X), [(0, 0), (0, 774)]), np.array(y))
    return evaluate(Recognizer(network), digits)


def test_confusion_counts_digit_by_answer():
    result = answers_of(np.eye(10)[[3, 5, 3, 8]], [3, 3, 3, 8])
    assert result.confusion.sum() == 4
    assert (result.confusion[3, 3], result.confusion[3, 5], result.confusion[8, 8]) == (2, 1, 1)
    assert result.accuracy == pytest.approx(0.75)
    assert [result.per_digit[digit] for digit in (3, 8, 0)] == [(3, 2 / 3), (1, 1), (0, None)]


def test_where_outputs_saturate_the_strongest_logit_answers():
    """As while training: in float32 the sigmoids of 20 and of 40 are both 1."""
    assert answers_of([[20, 40, *[0] * 8]], [1]).accuracy == 1


def test_the_table_has_a_row_for_each_digit_and_no_share_of_a_missing_one():
    y = np.repeat([*range(9), 4], [90] * 9 + [910])
    answers = np.repeat([*range(9), 8], [90] * 9 + [910])
    lines = Evaluation(answers, np.ones(len(y)), y).table().splitlines()
    assert len(lines) == 11 and len({len(line) for line in lines[1:]}) == 1
    assert lines[5].split() == ["4", "1000", "9.00%", *"0000", "90", *"000", "910", "0"]
    assert lines[10].split() == ["9", "0", "-", *"0" * 10]
