"""A multi-layer perceptron in NumPy, and what turns a drawing into something it can read."""

from model.network import Network
from model.recognizer import Prediction, Reading, Recognizer

__all__ = ["Network", "Prediction", "Reading", "Recognizer"]
