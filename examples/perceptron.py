"""The smallest network: one neuron, no hidden layer, tells two clouds of points apart.

python -m examples.perceptron
"""

import numpy as np

from model import Network
from training.optimizer import SGD

rng = np.random.default_rng(0)

# A hundred points around (−1, −1) are class 0, a hundred around (+1, +1) are class 1.
y = np.repeat([0, 1], 100)
X = rng.normal(loc=2 * y[:, None] - 1, scale=0.7, size=(200, 2)).astype(np.float32)
T = y[:, None].astype(np.float32)  # (200, 1): one output, the probability of class 1

network = Network.from_sizes((2, 1), rng, loss="binary-cross-entropy")
optimizer = SGD(network.parameters)
for epoch in range(1, 101):
    activations = network.forward(X)
    dlogits = network.loss.gradient(activations[-1], T)
    network.backward(activations, dlogits)
    optimizer.step(network.gradients, learning_rate=1.0)
    if epoch in (1, 10, 100):
        print(f"epoch {epoch:3}  loss {network.loss.value(activations[-1], T):.3f}")

(w1, w2), bias = network.dense_layers[0].W[:, 0], network.dense_layers[0].b[0]
right = (network.predict(X)[:, 0] > 0.5) == y
print(f"The line between the classes: {w1:.2f}*x + {w2:.2f}*y + {bias:.2f} = 0")
print(f"{right.sum()} of {len(y)} points are on their side of it.")
