"""Exclusive or: no straight line separates its classes, so a hidden layer is needed.

python -m examples.xor
"""

import numpy as np

from model import Network
from training.optimizer import SGD

X = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], np.float32)
y = np.array([0, 1, 1, 0])
T = np.eye(2, dtype=np.float32)[y]


def train(sizes: tuple[int, ...]) -> Network:
    """A network of these sizes after 3,000 steps on the four cases."""
    network = Network.from_sizes(sizes, np.random.default_rng(1))
    optimizer = SGD(network.parameters, momentum=0.9)
    for _ in range(3000):
        activations = network.forward(X)
        dlogits = network.loss.gradient(activations[-1], T)
        network.backward(activations, dlogits)
        optimizer.step(network.gradients, learning_rate=0.5)
    return network


for name, sizes in (("without a hidden layer", (2, 2)), ("with three hidden units", (2, 3, 2))):
    answers = train(sizes).predict(X).argmax(axis=1)
    print(f"{name}: {int((answers == y).sum())} of 4 right")
    for case, answer in zip(X.astype(int), answers, strict=True):
        print(f"  {case[0]} xor {case[1]} = {answer}")
