"""Check that a network tells digits apart at all, before its weights are saved or served."""

import numpy as np

from model.network import Network

LEAST = 0.2  # accuracy; guessing has 0.1


class UselessError(ValueError):
    """The network has learned nothing, or has diverged."""


def refuse_useless(network: Network, X: np.ndarray, y: np.ndarray) -> None:
    """Raise UselessError if the network gives one answer to all prepared digits X (N, 784), labels
    y (N,), or its accuracy is at most LEAST."""
    logits = network.logits(X)
    answers = logits.argmax(axis=1)
    right = float((answers == y).mean())
    if not np.isfinite(logits).all():
        raise UselessError("the network's outputs are not finite numbers")
    if np.ptp(answers) == 0 and np.ptp(y) > 0:
        raise UselessError(f"the network takes everything for a {answers[0]}")
    if right <= LEAST:
        raise UselessError(
            f"the network reads {right:.1%} of the digits; expected more than {LEAST:.0%}"
        )
