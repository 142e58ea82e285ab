"""A multi-layer perceptron in NumPy, and the preparation of drawings for it."""

from model.network import Network
from model.reading import Prediction, Reading
from model.recognizer import Recognizer

__all__ = ["Network", "Prediction", "Reading", "Recognizer"]
