"""Ten points in two classes, and a network with three hidden units that learns to tell them apart.

python -m examples.ten_points
"""

import numpy as np

from model import Network
from training.optimizer import SGD

CLASS_0 = [
    (2.7810836, 2.550537003),
    (1.465489372, 2.362125076),
    (3.396561688, 4.400293529),
    (1.38807019, 1.850220317),
    (3.06407232, 3.005305973),
]
CLASS_1 = [
    (7.627531214, 2.759262235),
    (5.332441248, 2.088626775),
    (6.922596716, 1.77106367),
    (8.675418651, -0.242068655),
    (7.673756466, 3.508563011),
]
X = np.array(CLASS_0 + CLASS_1, np.float32)
y = np.repeat([0, 1], 5)
Y = np.eye(2, dtype=np.float32)[y]  # one output for each class

network = Network.from_sizes((2, 3, 2), np.random.default_rng(0))
optimizer = SGD(network.parameters)
for epoch in range(1, 41):
    for row in range(len(X)):  # one point at a time, as the tutorials do
        network.learn_from(X[[row]], Y[[row]])
        optimizer.step(network.gradients, learning_rate=0.5)
    if epoch % 10 == 0:
        right = int((network.predict(X).argmax(axis=1) == y).sum())
        print(f"epoch {epoch}  {right} of 10 right")
