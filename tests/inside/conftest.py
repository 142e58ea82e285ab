"""Networks of every kind that the loader of weights accepts, and a picture for them."""

from collections.abc import Callable

import numpy as np
import pytest

from harness.pictures import SEVEN, draw
from model.inside.digits import DIGITS, Digits, load
from model.network import Network, weights
from model.network.layers import Sigmoid
from model.picture.prepare import prepare


def fresh(
    sizes: tuple[int, ...], activation: str, loss: str, scale: float = 1.0, bias: float = 0.3
) -> Network:
    """A random network; `scale` multiplies its weights, `bias` is its biases' spread."""
    rng = np.random.default_rng(len(sizes))
    network = Network.from_sizes(sizes, rng, activation, loss)
    network.parameters[:] *= scale
    for layer in network.dense_layers:
        layer.b[:] = rng.normal(0, bias, layer.b.shape)
    return network.freeze()


KINDS: dict[str, Callable[[], Network]] = {
    "shipped": lambda: weights.load(weights.SHIPPED)[0],
    "perceptron": lambda: fresh((784, 10), "sigmoid", "cross-entropy"),
    "relu": lambda: fresh((784, 300, 10), "relu", "cross-entropy", scale=2, bias=3),
    "two layers of relu": lambda: fresh((784, 60, 40, 10), "relu", "binary-cross-entropy", scale=2),
    "two layers of tanh": lambda: fresh((784, 20, 15, 10), "tanh", "least-squares", scale=3),
    "saturated": lambda: fresh((784, 50, 10), "sigmoid", "mse", scale=30),
    "one hidden neuron": lambda: fresh((784, 1, 10), "sigmoid", "mse"),
    # No trainer makes this, but the loader takes it.
    "ending with an activation": lambda: Network(
        [*fresh((784, 12, 10), "relu", "mse").layers, Sigmoid()]
    ).freeze(),
}


@pytest.fixture(scope="session", params=KINDS)
def network(request: pytest.FixtureRequest) -> Network:
    return KINDS[request.param]()


@pytest.fixture(scope="session")
def shipped() -> Network:
    return KINDS["shipped"]()


@pytest.fixture(scope="session")
def digits() -> Digits:
    """A hundred digits of each kind, by kind."""
    return load(DIGITS)


@pytest.fixture(scope="session")
def x() -> np.ndarray:
    """A 7, prepared: (784,) float32."""
    return prepare(draw(SEVEN)).reshape(784)
