"""One digit, once through the network and back: all that happens in a single update.

python -m examples.one_digit
"""

import numpy as np

from model import Network
from training.data.mnist import find_mnist, load_mnist
from training.dataset import one_hot
from training.optimizer import SGD
from training.strokes.drawing import drawn_digits

rng = np.random.default_rng(0)
folder = find_mnist()  # nothing is downloaded for the sake of one digit
digit = load_mnist(folder, validation_size=0).train[:1] if folder else drawn_digits(1, rng)
X, y = digit.X, digit.y
T = one_hot(y)
for row in X.reshape(28, 28):
    print("".join(2 * " .:-=+*#%@"[round(9 * pixel)] for pixel in row).rstrip())

network = Network.from_sizes((784, 100, 10), rng)
activations = network.forward(X)
logits = activations[-1]
print(f"It is a {y[0]}. The logits, for 0 to 9:", " ".join(f"{z:.2f}" for z in logits[0]))
print(f"loss {network.loss.value(logits, T):.4f}")

network.backward(activations, network.loss.gradient(logits, T))
for number, layer in enumerate(network.dense_layers, start=1):
    for name, gradient in ((f"dW{number}", layer.dW), (f"db{number}", layer.db)):
        print(f"{name}  {gradient.shape!s:10}  norm {np.linalg.norm(gradient):.4f}")

SGD(network.parameters).step(network.gradients, learning_rate=0.1)
print(f"loss {network.loss.value(network.logits(X), T):.4f} after one update")
