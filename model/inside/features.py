"""Which digits the network finds similar, and a map of them all.

The last hidden layer turns a picture into its features, from which the output layer computes the
answer. Pictures that the network treats alike have similar features, even if their pixels differ.
"""

from typing import NamedTuple

import numpy as np

from model.network import Network
from model.network.layers import Array, Dense


class FeatureSpace(NamedTuple):
    """The features of N pictures: the activations of a network's last hidden layer of K neurons.

    `features` (N, K) have the mean `mean` (K,). `axes` (2, K) are their first two principal
    components, of length 1, `shares` (2,) these components' shares of the variance, and `points`
    (N, 2) the pictures' places on the map that they span.
    """

    network: Network
    features: Array
    mean: Array
    axes: Array
    shares: Array
    points: Array

    @classmethod
    def of(cls, network: Network, X: Array) -> "FeatureSpace":
        """The feature space of pictures X (N, 784) float32; slow, so compute it once."""
        features = last_hidden(network, X)
        mean: Array = features.mean(axis=0)
        axes, shares = principal_components(features - mean)
        return cls(network, features, mean, axes, shares, (features - mean) @ axes.T)

    def nearest(self, x: Array, count: int = 5) -> tuple[np.ndarray, Array]:
        """The `count` pictures nearest to x (784,) in features: indices and distances."""
        distances = np.linalg.norm(self.features - last_hidden(self.network, x[None]), axis=1)
        numbers = np.argsort(distances, kind="stable")[:count]
        return numbers, distances[numbers]

    def place(self, x: Array) -> Array:
        """Where a picture x (784,) is on the map: (2,), as in `points`."""
        centred = last_hidden(self.network, x[None]) - self.mean
        return (centred @ self.axes.T).reshape(2)


def last_hidden(network: Network, X: Array) -> Array:
    """The input of the last Dense layer for X (N, 784): (N, K); X itself if it is the only one."""
    last = max(i for i, layer in enumerate(network.layers) if isinstance(layer, Dense))
    return network.forward(X)[last]


def principal_components(centred: Array) -> tuple[Array, Array]:
    """The two directions in which rows (N, K) of mean 0 differ most (Pearson 1901).

    Returns them as rows (2, K), and their shares (2,) of the variance. They are the first right
    singular vectors, with signs such that the entry of largest size is positive: otherwise the map
    could be mirrored. With K = 1, the second one is 0.
    """
    _, stretches, directions = np.linalg.svd(centred, full_matrices=False)
    axes = np.vstack([directions, np.zeros_like(directions)])[:2]
    largest = axes[[0, 1], np.abs(axes).argmax(axis=1)]
    variances = np.pad(stretches**2, (0, 1))
    return axes * np.copysign(1, largest)[:, None], variances[:2] / max(variances.sum(), 1e-30)
