"""Time per epoch of 784-100-10 at batch size 50, compared with other implementations.

    python -m benchmarks.training_speed

MNIST comes from MNIST_DIR, or is fetched. All take turns, since machines are noisy: compare
the ratios.
"""

import os
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # why: see training/__main__.py

import numpy as np

from model.network import Network
from training.config import TrainingConfig
from training.data.mnist import load_mnist
from training.dataset import Dataset
from training.trainer import train

BATCH_SIZE = 50
LEARNING_RATE = 0.1
MOMENTUM = 0.9
EPOCHS = 4
ROUNDS = 3  # the median is shown


def ours(dataset: Dataset) -> float:
    """Seconds for an epoch of `python -m training`, with shuffling, loss and accuracy.

    The mean of EPOCHS, since a second thread shuffles for the next one meanwhile.
    """
    config = TrainingConfig(
        epochs=EPOCHS, batch_size=BATCH_SIZE, learning_rate=LEARNING_RATE, momentum=MOMENTUM,
        weight_decay=0, augment="none", strokes=0,
    )  # fmt: skip
    network = Network.from_sizes(config.sizes, np.random.default_rng(0))
    few = Dataset(dataset.X[:100], dataset.y[:100])  # to validate on: the others do not
    start = time.perf_counter()
    list(train(network, dataset, few, config, np.random.default_rng(0)))
    return (time.perf_counter() - start) / EPOCHS


def tutorial(dataset: Dataset) -> float:
    """Seconds for the tutorials' loop: float64, no momentum."""
    X, T = dataset.X.astype(np.float64), np.eye(10)[dataset.y]
    rng = np.random.default_rng(0)
    w1, b1 = rng.normal(0, 0.01, (784, 100)), np.zeros(100)
    w2, b2 = rng.normal(0, 0.01, (100, 10)), np.zeros(10)
    start = time.perf_counter()
    loss, right = 0.0, 0
    order = rng.permutation(len(X))
    for i in range(0, len(X), BATCH_SIZE):
        batch = order[i : i + BATCH_SIZE]
        x, t = X[batch], T[batch]
        a1 = 1 / (1 + np.exp(-(x @ w1 + b1)))
        a2 = 1 / (1 + np.exp(-(a1 @ w2 + b2)))
        loss += 0.5 * np.sum((a2 - t) ** 2)
        right += np.sum(a2.argmax(axis=1) == t.argmax(axis=1))
        delta2 = (a2 - t) * a2 * (1 - a2)
        delta1 = delta2 @ w2.T * a1 * (1 - a1)
        w2 -= LEARNING_RATE * a1.T @ delta2 / len(x)
        b2 -= LEARNING_RATE * delta2.mean(axis=0)
        w1 -= LEARNING_RATE * x.T @ delta1 / len(x)
        b1 -= LEARNING_RATE * delta1.mean(axis=0)
    return time.perf_counter() - start


def matrix_products(dataset: Dataset) -> float:
    """Seconds for the five matrix products of each update, in float32: the lower bound."""
    rng = np.random.default_rng(0)
    x, h, o = (rng.random((BATCH_SIZE, size), np.float32) for size in (784, 100, 10))
    w1, w2 = rng.random((784, 100), np.float32), rng.random((100, 10), np.float32)
    start = time.perf_counter()
    for _ in range(0, len(dataset), BATCH_SIZE):
        x @ w1, h @ w2, h.T @ o, o @ w2.T, x.T @ h
    return time.perf_counter() - start


def main() -> None:
    start = time.perf_counter()
    digits = load_mnist(None, validation_size=0).train
    print(f"MNIST in memory: {time.perf_counter() - start:.2f} s\n")

    contenders = {
        "this project": ours,
        "the tutorials' loop": tutorial,
        "bare matrix products": matrix_products,
    }
    seconds = [[run(digits) for run in contenders.values()] for _ in range(ROUNDS)]
    medians = np.median(seconds, axis=0)
    print(f"One epoch, {len(digits):,} digits, batch {BATCH_SIZE}:")
    for name, median in zip(contenders, medians):
        print(f"  {name:22} {median:6.2f} s   {median / medians[0]:5.2f} x this project's time")


if __name__ == "__main__":
    main()
