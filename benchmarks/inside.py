"""How long it takes to look inside: each part, on one thread.

python -m benchmarks.inside
"""

import os
from collections.abc import Callable
from time import perf_counter

# Before NumPy is loaded, as in training/__main__.py.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from model.inside.attribution import attribution
from model.inside.digits import DIGITS, load
from model.inside.explain import explain
from model.inside.features import FeatureSpace
from model.inside.neurons import neuron
from model.inside.occlusion import smallest_patch
from model.network import Network, weights


def measured(network: Network, X: np.ndarray, others: np.ndarray) -> dict[str, np.ndarray]:
    """Milliseconds for each picture in X (N, 784), by what is computed; `others` are on the map."""
    pairs = np.argsort(-network.logits(X))[:, :2].tolist()
    features = FeatureSpace.of(network, others)
    parts: dict[str, Callable[[int], object]] = {
        "explain": lambda i: explain(network, X[i].reshape(28, 28)),
        "  attribution": lambda i: attribution(network, X[i], *pairs[i]),
        "  smallest patch": lambda i: smallest_patch(network, X[i]),
        "one neuron": lambda i: neuron(network, X[i], 0),
        "nearest five and place on the map": lambda i: (
            features.nearest(X[i]),
            features.place(X[i]),
        ),
        "the map itself (once)": lambda i: FeatureSpace.of(network, others),
    }
    return {name: np.array([_milliseconds(part, i) for i in range(len(X))])
            for name, part in parts.items()}  # fmt: skip


def _milliseconds(part: Callable[[int], object], i: int) -> float:
    start = perf_counter()
    part(i)
    return 1000 * (perf_counter() - start)


def main() -> None:
    network, _ = weights.load(weights.SHIPPED)
    X = load(DIGITS).X
    for name, times in measured(network, X[::10], X).items():
        print(f"{name:34} {np.median(times):6.2f} ms, at most {times.max():6.2f} ms")


if __name__ == "__main__":
    main()
