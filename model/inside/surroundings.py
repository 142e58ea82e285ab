"""Digits like yours: which ones the network takes for similar, and a map of them all.

The last hidden layer turns a picture into a few numbers, from which the answer is one sum away. In
these numbers, pictures that are alike to the network are close together, however far their pixels
are apart.
"""

from dataclasses import dataclass

import numpy as np

from model.network import Network
from model.network.layers import Dense


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class Surroundings:
    """N pictures in the last hidden layer of a network, which has K neurons.

    `features` (N, K) are the activations there, `mean` (K,) is their mean. `axes` (2, K) are the
    first two principal components, of length 1, `shares` (2,) their shares of the variance, and
    `points` (N, 2) the pictures' places on the map that they span.
    """

    network: Network
    features: np.ndarray
    mean: np.ndarray
    axes: np.ndarray
    shares: np.ndarray
    points: np.ndarray

    @classmethod
    def of(cls, network: Network, X: np.ndarray) -> "Surroundings":
        """The surroundings that pictures X (N, 784) float32 make; to be computed only once."""
        features = last_hidden(network, X)
        mean = features.mean(axis=0)
        axes, shares = principal_components(features - mean)
        return cls(network, features, mean, axes, shares, (features - mean) @ axes.T)

    def nearest(self, x: np.ndarray, count: int = 5) -> tuple[np.ndarray, np.ndarray]:
        """The `count` pictures nearest to x (784,): their numbers and distances, nearest first.

        The distance is the Euclidean one between activations.
        """
        distances = np.linalg.norm(self.features - last_hidden(self.network, x[None]), axis=1)
        numbers = np.argsort(distances, kind="stable")[:count]
        return numbers, distances[numbers]

    def place(self, x: np.ndarray) -> np.ndarray:
        """Where a picture x (784,) is on the map: (2,), as in `points`."""
        return self.axes @ (last_hidden(self.network, x[None])[0] - self.mean)


def last_hidden(network: Network, X: np.ndarray) -> np.ndarray:
    """What the last Dense layer reads for X (N, 784): (N, K); X itself if it is the first one."""
    last = max(i for i, layer in enumerate(network.layers) if isinstance(layer, Dense))
    return network.forward(X)[last]


def principal_components(centred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two directions in which rows (N, K) of mean 0 differ most (Pearson 1901).

    Returns them as rows (2, K), and their shares (2,) of the variance. They are the first right
    singular vectors. A vector and its negative serve equally well: the one whose largest entry is
    positive is taken, so that the map is never mirrored. With K = 1, the second one is 0.
    """
    _, stretches, directions = np.linalg.svd(centred, full_matrices=False)
    axes, shares = np.zeros((2, centred.shape[1]), centred.dtype), np.zeros(2, centred.dtype)
    count = min(2, len(directions))
    axes[:count] = directions[:count]
    shares[:count] = stretches[:count] ** 2 / max((stretches**2).sum(), 1e-30)
    largest = np.abs(axes).argmax(axis=1)
    return axes * np.where(axes[[0, 1], largest] < 0, -1, 1)[:, None], shares
