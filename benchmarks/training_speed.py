"""Time per epoch of 784-100-10 at batch size 50, compared with other implementations.

    python -m benchmarks.training_speed [--mnist-dir DIR] [--repeats N]

All take turns in one run, since machines differ and are noisy: compare the ratios. scikit-learn and
PyTorch take part if installed.
"""

import argparse
import os
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # why: see training/__main__.py

import numpy as np

from model.network import Network
from training.config import TrainingConfig
from training.data.mnist import load_mnist
from training.dataset import Dataset, one_hot
from training.trainer import train

BATCH_SIZE = 50
LEARNING_RATE = 0.1
MOMENTUM = 0.9
EPOCHS = 4
VALIDATED = 5_000  # digits to score after the epoch, in both loops


def ours(dataset: Dataset) -> float:
    """Seconds for an epoch of `python -m training`, with shuffling, loss and accuracy.

    The mean of EPOCHS, since a second thread shuffles for the next one meanwhile.
    """
    config = TrainingConfig(
        epochs=EPOCHS, batch_size=BATCH_SIZE, learning_rate=LEARNING_RATE, momentum=MOMENTUM,
        weight_decay=0, augment="none", strokes=0,
    )  # fmt: skip
    network = Network.from_sizes(config.sizes, np.random.default_rng(0))
    validation_set = Dataset(dataset.X[-VALIDATED:], dataset.y[-VALIDATED:])
    start = time.perf_counter()
    list(train(network, dataset, validation_set, config, np.random.default_rng(0)))
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
    a1 = 1 / (1 + np.exp(-(X[-VALIDATED:] @ w1 + b1)))
    (1 / (1 + np.exp(-(a1 @ w2 + b2)))).argmax(axis=1)
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


def scikit_learn(dataset: Dataset) -> float:
    """Seconds for MLPClassifier with the same sizes, batch and optimizer."""
    from sklearn.neural_network import MLPClassifier

    classifier = MLPClassifier(
        (100,), activation="logistic", solver="sgd", batch_size=BATCH_SIZE, alpha=0, max_iter=1,
        learning_rate_init=LEARNING_RATE, momentum=MOMENTUM, nesterovs_momentum=False,
    )  # fmt: skip
    with warnings.catch_warnings(action="ignore"):  # one epoch does not converge
        start = time.perf_counter()
        classifier.fit(dataset.X, dataset.y)
        return time.perf_counter() - start


def pytorch(dataset: Dataset) -> float:
    """Seconds for the same network, loss and optimizer in PyTorch on the CPU."""
    import torch

    X, T = torch.from_numpy(dataset.X), torch.from_numpy(one_hot(dataset.y))
    network = torch.nn.Sequential(
        torch.nn.Linear(784, 100), torch.nn.Sigmoid(), torch.nn.Linear(100, 10), torch.nn.Sigmoid()
    )
    optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM)
    start = time.perf_counter()
    for batch in torch.randperm(len(X)).split(BATCH_SIZE):
        optimizer.zero_grad()
        (0.5 * (network(X[batch]) - T[batch]).square().sum() / len(batch)).backward()
        optimizer.step()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist-dir", type=Path)
    parser.add_argument("--repeats", type=int, default=3, help="rounds; the median is shown")
    options = parser.parse_args()

    start = time.perf_counter()
    mnist = load_mnist(options.mnist_dir, validation_size=0)
    print(f"MNIST in memory: {time.perf_counter() - start:.2f} s\n")

    contenders: dict[str, Callable[[Dataset], float]] = {
        "this project": ours,
        "the tutorials' loop": tutorial,
        "bare matrix products": matrix_products,
        "scikit-learn": scikit_learn,
        "PyTorch": pytorch,
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(options.repeats):
        for name, run in contenders.items():
            try:
                seconds[name].append(run(mnist.train))
            except ImportError as error:
                print(f"{name} does not take part: {error}")
        contenders = {name: run for name, run in contenders.items() if seconds[name]}

    base = statistics.median(seconds["this project"])
    print(f"One epoch, {len(mnist.train):,} digits, batch {BATCH_SIZE}:")
    for name in contenders:
        median = statistics.median(seconds[name])
        print(f"  {name:22} {median:6.2f} s   {median / base:5.2f} x this project's time")


if __name__ == "__main__":
    main()
