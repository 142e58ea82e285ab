"""From a network's logits to probabilities that mean what they say, and to a refusal to guess."""

import numpy as np

from model.network import Network
from model.network.layers import softmax
from training.dataset import Dataset

REFUSED = 0.03  # share of the digits in the validation set that may be called uncertain


def fit_temperature(logits: np.ndarray, y: np.ndarray) -> float:
    """The temperature for which softmax(logits / temperature) makes the right digits likeliest.

    Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2: one number makes
    an overconfident network honest and changes none of its answers. logits (N, 10), y (N,).
    """
    temperatures = np.geomspace(0.05, 20, 200).tolist()
    rows = np.arange(len(y))
    likelihoods = [np.log(softmax(logits / t)[rows, y] + 1e-12).mean() for t in temperatures]
    return temperatures[int(np.argmax(likelihoods))]


def expected_calibration_error(probabilities: np.ndarray, y: np.ndarray, bins: int = 15) -> float:
    """How far confidence and accuracy lie apart, 0..1: 0 if 80% sure means 80% right.

    Guo et al. 2017, eq. 3. probabilities (N, 10), y (N,).
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == y
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(number, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(y))


def calibration_error(network: Network, temperature: float, digits: Dataset) -> float:
    """The expected calibration error of the network's answers to some digits, 0..1."""
    return expected_calibration_error(softmax(network.logits(digits.X) / temperature), digits.y)


def calibrate(network: Network, digits: Dataset) -> dict[str, float]:
    """What the recognizer needs beside the network, found on digits that it was not trained on."""
    logits = network.logits(digits.X)
    strongest = network.loss.activation(logits).max(axis=1)
    return {
        "temperature": fit_temperature(logits, digits.y),
        "certain_above": float(np.quantile(strongest, REFUSED)),
    }
