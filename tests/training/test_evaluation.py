"""Counting right and wrong answers."""

import numpy as np
import pytest

from model.network import Network
from training.evaluation import Evaluation, evaluate


def parrot():
    """A network whose answer is the first pixel of ten that is lit: one layer, W = identity."""
    network = Network.from_sizes((10, 10), np.random.default_rng(0))
    network.dense_layers[0].W[:] = np.eye(10)
    return network


def test_confusion_counts_digit_by_answer():
    labels = np.array([3, 3, 3, 8])
    answers = np.array([3, 5, 3, 8])
    result = evaluate(parrot(), np.eye(10, dtype=np.float32)[answers], labels)
    assert result.confusion.sum() == 4
    assert (result.confusion[3, 3], result.confusion[3, 5], result.confusion[8, 8]) == (2, 1, 1)
    assert result.accuracy == pytest.approx(0.75)
    assert [result.per_digit[digit] for digit in (3, 8, 0)] == [(3, 2 / 3), (1, 1), (0, None)]


def test_where_outputs_saturate_the_strongest_logit_answers():
    """As while training: in float32 the sigmoids of 20 and of 40 are both 1."""
    X = np.array([[20, 40, *[0] * 8]], np.float32)
    network = parrot()
    assert network.predict(X)[0, 0] == network.predict(X)[0, 1] == 1
    assert evaluate(network, X, np.array([1])).accuracy == 1


def test_the_table_has_a_row_for_each_digit_and_no_share_of_a_missing_one():
    y = np.repeat([*range(9), 4], [90] * 9 + [910])
    answers = np.repeat([*range(9), 8], [90] * 9 + [910])
    lines = Evaluation(answers, np.ones(len(y)), y).table().splitlines()
    assert len(lines) == 11 and len({len(line) for line in lines[1:]}) == 1
    assert lines[5].split() == ["4", "1000", "9.00%", *"0000", "90", *"000", "910", "0"]
    assert lines[10].split() == ["9", "0", "-", *"0" * 10]
