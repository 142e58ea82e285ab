"""Choose the digits that the page shows beside a drawing, out of those that are trained on."""

import numpy as np

from model.inside.digits import Digits
from training.dataset import Splits

OF_EACH = 100
SEED = 1


def chosen(mnist: Splits) -> Digits:
    """OF_EACH training digits of each kind, at random: first the zeros, then the ones, ….

    Raises ValueError if there are not so many.
    """
    rng = np.random.default_rng(SEED)
    counts = np.bincount(mnist.train.y, minlength=10)
    if counts.min() < OF_EACH:
        raise ValueError(
            f"{counts.min()} of the training digits are a {counts.argmin()}; expected at least"
            f" {OF_EACH} of each kind"
        )
    kinds = [np.flatnonzero(mnist.train.y == digit) for digit in range(10)]
    numbers = np.concatenate([rng.choice(kind, OF_EACH, replace=False) for kind in kinds])
    pixels = np.rint(255 * mnist.train.X[numbers]).astype(np.uint8)
    metadata = {
        "source": f"MNIST: {OF_EACH} training digits of each kind, chosen at random, unchanged",
        "authors": "Y. LeCun, C. Cortes, C. J. C. Burges",
        "licence": "CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/",
        "seed": SEED,
        "mnist_sha256": mnist.checksum,
    }
    return Digits(pixels.reshape(-1, 28, 28), mnist.train.y[numbers].astype(np.uint8), metadata)
