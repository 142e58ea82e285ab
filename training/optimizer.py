"""Gradient descent and learning rate schedules, for any vector of parameters."""

import math
from collections.abc import Callable

import numpy as np


class SGD:
    """Stochastic gradient descent with momentum (Polyak 1964) and weight decay.

    v ← momentum·v − learning_rate·(gradient + weight_decay·θ);  θ ← θ + v

    The velocity v sums up past gradients: in a steady direction they grow, and zigzags cancel.
    θ is the flat vector of all parameters (P,), with biases, and is changed in place.
    """

    def __init__(
        self, parameters: np.ndarray, momentum: float = 0.0, weight_decay: float = 0.0
    ) -> None:
        self.parameters = parameters
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.velocity = np.zeros_like(parameters)

    def step(self, gradients: np.ndarray, learning_rate: float) -> None:
        """Make one update, for gradients (P,) at the current parameters."""
        if self.weight_decay:
            gradients = gradients + self.weight_decay * self.parameters
        self.velocity *= self.momentum
        self.velocity -= learning_rate * gradients
        self.parameters += self.velocity


# Factor of the learning rate at update t, from 0, of `updates` in total.
SCHEDULES: dict[str, Callable[[int, int], float]] = {
    "constant": lambda t, updates: 1.0,
    # Caffe's "inv" policy, with the constants of its MNIST example.
    "inverse": lambda t, updates: (1 + 0.0005 * t) ** -0.75,
    # Loshchilov & Hutter 2017, eq. 5, without restarts: from 1 down to 0 along half a cosine. The
    # first twentieth is a warm-up (Goyal et al. 2017): with momentum, the full rate would saturate
    # the sigmoids, where gradients vanish.
    "cosine": lambda t, updates: (
        min(1.0, 20 * (t + 1) / updates) * 0.5 * (1 + math.cos(math.pi * t / updates))
    ),
}
