"""Plots show what they should; that they are written, without a display, is test_cli.py's."""

import numpy as np
import pytest

from model import Recognizer
from model.network import Network
from training import plots
from training.dataset import Dataset
from training.evaluation import Evaluation, evaluate
from training.trainer import EpochResult


@pytest.mark.parametrize("sizes", [(784, 10), (784, 7, 5, 10)])
def test_every_unit_behind_the_pixels_has_a_picture(sizes):
    network = Network.from_sizes(sizes, np.random.default_rng(0))
    assert sum(bool(axes.images) for axes in plots.hidden_units(network).axes) == sizes[1]


def test_wrong_answers_are_marked():
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    X = np.random.default_rng(1).random((20, 784), np.float32)
    answers = network.predict(X).argmax(axis=1)
    y = answers.copy()
    y[4] = (answers[4] + 1) % 10
    figure = plots.digits(X, evaluate(Recognizer(network), Dataset(X, y)))
    titles = [axes.get_title() for axes in figure.axes]
    assert titles.count(f"{answers[4]}, not {y[4]}") == 2  # among the first, and among the wrong
    assert sum("not" in title for title in titles) == 2


def test_confusion_shows_every_count():
    answers, y = (np.repeat(each.ravel(), np.arange(100)) for each in np.mgrid[:10, :10][::-1])
    evaluation = Evaluation(answers, np.ones(len(y)), y)
    (axes,) = plots.confusion_matrix(evaluation).axes
    assert [int(text.get_text()) for text in axes.texts] == list(range(100))
    assert axes.get_title() == f"{evaluation.accuracy:.2%} right"
    assert (axes.images[0].get_array() > 0).sum() == 90  # the mistakes alone are red


def test_curves_show_each_epoch():
    results = [EpochResult(n, 1 / n, 0.1 * n, 2 / n, 0.2 * n, True) for n in (1, 2, 3)]
    loss, accuracy = plots.curves(results).axes
    assert [line.get_ydata()[1] for line in loss.lines] == [1 / 2, 2 / 2]
    assert [line.get_ydata()[1] for line in accuracy.lines] == [0.2, 0.4]
