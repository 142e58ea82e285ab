"""Calibration on made-up answers whose honesty is known."""

import numpy as np
import pytest

from model import Recognizer
from model.network import Network
from model.network.layers import softmax
from model.network.losses import LOSSES
from model.recognizer import clearness
from training.calibration import REFUSED, calibrate, fit_temperature
from training.dataset import Dataset
from training.evaluation import Evaluation, evaluate


def calibration_error(probabilities, y):
    answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    return Evaluation(answers, confidence, np.array(y)).calibration_error


def test_temperature_undoes_exaggeration():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (8_000, 10))
    # The labels occur just as often as softmax(logits) says.
    y = (softmax(logits).cumsum(axis=1) > rng.random((8_000, 1))).argmax(axis=1)
    assert calibration_error(softmax(logits), y) < 0.01 < calibration_error(softmax(5 * logits), y)
    for exaggeration in (0.3, 4.0):
        found = fit_temperature(exaggeration * logits, y)
        assert found == pytest.approx(exaggeration, rel=0.06)


@pytest.mark.parametrize(("y", "error"), [([3] * 4, 0), ([3, 3, 3, 8], 0.25), ([8] * 4, 1)])
def test_calibration_error_of_known_cases(y, error):
    assert calibration_error(np.eye(10)[[3, 3, 3, 3]], y) == pytest.approx(error)


@pytest.mark.parametrize("loss", LOSSES)
def test_calibrate_refuses_the_chosen_share(loss):
    rng = np.random.default_rng(0)
    network = Network.from_sizes((784, 10), rng, loss=loss)
    X = rng.random((2000, 784), np.float32)
    digits = Dataset(X, network.predict(X).argmax(axis=1))
    temperature, certain_above = calibrate(network, digits)
    clear = clearness(network.predict(X))
    assert (clear < certain_above).mean() == pytest.approx(REFUSED, abs=0.002)
    recognizer = Recognizer(network, temperature, certain_above)  # asks whether these can be right
    error = evaluate(recognizer, digits).calibration_error
    assert error <= evaluate(Recognizer(network), digits).calibration_error
