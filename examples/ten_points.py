"""Ten points in two classes, and a network with three hidden units that learns to tell them apart.

python -m examples.ten_points
"""

import numpy as np

from examples.points import CLASS_0, CLASS_1
from model import Network
from training.optimizer import SGD

X = np.array(CLASS_0 + CLASS_1, np.float32)
y = np.repeat([0, 1], 5)
T = np.eye(2, dtype=np.float32)[y]  # one output for each class


def train(network: Network, X: np.ndarray, T: np.ndarray, epochs: int) -> None:
    """Learns from one point at a time, as the tutorials do."""
    optimizer = SGD(network.parameters)
    for _ in range(epochs):
        for row in range(len(X)):
            activations = network.forward(X[[row]])
            dlogits = network.loss.gradient(activations[-1], T[[row]])
            network.backward(activations, dlogits)
            optimizer.step(network.gradients, learning_rate=0.5)


def main() -> None:
    network = Network.from_sizes((2, 3, 2), np.random.default_rng(0))
    for epoch in (10, 20, 30, 40):
        train(network, X, T, epochs=10)
        right = int((network.predict(X).argmax(axis=1) == y).sum())
        print(f"epoch {epoch}  {right} of 10 right")


if __name__ == "__main__":
    main()
