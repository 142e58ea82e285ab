"""A multi-layer perceptron in NumPy, and the preparation of drawings for it."""

from model.network import Network
from model.recognizer import Prediction, Reading, Recognizer

__all__ = ["Network", "Prediction", "Reading", "Recognizer"]
