"""Calibration: temperature scaling, and the threshold for certain answers."""

import numpy as np

from model.network import Network
from model.network.layers import softmax
from model.recognizer import clearness
from training.dataset import Dataset

REFUSED = 0.03  # share of the validation digits to be uncertain


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
    return fit_temperature(logits, digits.y), float(np.quantile(clear, REFUSED))
