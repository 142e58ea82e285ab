"""Plots show what they should; that they are written, without a display, is test_cli.py's."""

import numpy as np

from model.network import Network
from training import plots
from training.evaluation import Evaluation
from training.trainer import EpochResult


def test_every_unit_behind_the_pixels_has_a_picture():
    network = Network.from_sizes((784, 12, 5, 10), np.random.default_rng(0))
    (axes,) = plots.hidden_units(network).axes
    pictures = axes.images[0].get_array()
    assert pictures.compressed().size == 12 * 784  # the rest is transparent
    W = network.dense_layers[0].W[:, 1].reshape(28, 28)
    np.testing.assert_allclose(pictures[11:39, 31:59], W / np.abs(W).max(), atol=1e-6)


def test_wrong_answers_are_marked():
    X = np.random.default_rng(1).random((20, 784), np.float32)
    y = np.arange(20) % 10
    answers = np.where(np.arange(20) == 4, 7, y)
    (axes,) = plots.digits(X, Evaluation(answers, np.ones(20), y)).axes
    titles = [text.get_text() for text in axes.texts]
    assert len(titles) == 21 and titles.count("7, not 4") == 2  # with the first, and with the wrong
    shown = axes.images[0].get_array()
    np.testing.assert_allclose(shown[11:39, 121:149], X[4].reshape(28, 28))
    assert [text.get_color() for text in axes.texts].count("red") == 2


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
