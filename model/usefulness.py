"""Whether a network tells digits apart at all: asked before its weights are kept, or served."""

import numpy as np

from model.network import Network

LEAST = 0.2  # of the digits, to be right about: a guess is right about a tenth


class UselessError(ValueError):
    """The network has learned nothing, or has lost it."""


def refuse_useless(network: Network, X: np.ndarray, y: np.ndarray) -> None:
    """Raise UselessError if the network answers the same to all of X (N, 784), prepared digits with
    the labels y (N,), or is right about no more than LEAST of them."""
    logits = network.logits(X)
    answers = logits.argmax(axis=1)
    right = float((answers == y).mean())
    if not np.isfinite(logits).all():
        raise UselessError("the network's answers are no numbers")
    if np.ptp(answers) == 0 and np.ptp(y) > 0:
        raise UselessError(f"the network takes everything for a {answers[0]}")
    if right <= LEAST:
        raise UselessError(
            f"the network reads {right:.1%} of the digits; expected more than {LEAST:.0%}"
        )
