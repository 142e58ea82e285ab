"""A multi-layer perceptron, from its layers to its weights on disk."""

from model.network.network import Network

__all__ = ["Network"]
