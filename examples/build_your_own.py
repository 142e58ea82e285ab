"""A network put together layer by layer, trained, saved, loaded again.

It learns parity: whether an odd number of its four inputs is 1.

    python -m examples.build_your_own
"""

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from model.network import Network, weights
from model.network.layers import Dense, Tanh
from model.network.losses import BinaryCrossEntropy
from training.optimizer import SGD

rng = np.random.default_rng(0)
X = np.array(list(product((0, 1), repeat=4)), np.float32)  # (16, 4): every case
T = X.sum(axis=1, keepdims=True) % 2  # (16, 1)

layers = [Dense.initialized(4, 8, rng), Tanh(), Dense.initialized(8, 1, rng)]
network = Network(layers, BinaryCrossEntropy())
optimizer = SGD(network.parameters, momentum=0.9)
for epoch in range(1, 1001):
    activations = network.forward(X)
    dlogits = network.loss.gradient(activations[-1], T)
    network.backward(activations, dlogits)
    optimizer.step(network.gradients, learning_rate=0.1)
    if epoch % 250 == 0:
        print(f"epoch {epoch:4}  loss {network.loss.value(activations[-1], T):.4f}")
right = int(((network.predict(X) > 0.5) == T).sum())
print(f"{right} of 16 cases right")

with TemporaryDirectory() as folder:
    weights.save(Path(folder, "parity.npz"), network)
    loaded, _ = weights.load(Path(folder, "parity.npz"))
same = np.array_equal(loaded.predict(X), network.predict(X))
print("saved and loaded:", "the same predictions" if same else "other predictions!")
