"""Choose the MNIST training digits that the page shows beside a drawing."""

import numpy as np

from model.inside.digits import Digits
from training.dataset import Splits

OF_EACH = 100
SEED = 1
AUTHORS = "Y. LeCun, C. Cortes, C. J. C. Burges"
LICENCE = "CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/"


def chosen(mnist: Splits) -> Digits:
    """OF_EACH random training digits per label, by label."""
    X, y = mnist.train.X, mnist.train.y
    rng = np.random.default_rng(SEED)
    numbers = [rng.choice(np.flatnonzero(y == n), OF_EACH, replace=False) for n in range(10)]
    rows = np.concatenate(numbers)
    metadata = {
        "source": f"MNIST: {OF_EACH} training digits of each kind, chosen at random, unchanged",
        "authors": AUTHORS,
        "licence": LICENCE,
        "seed": SEED,
        "mnist_sha256": mnist.checksum,
    }
    pixels = np.rint(255 * X[rows]).astype(np.uint8)
    return Digits(pixels.reshape(-1, 28, 28), y[rows].astype(np.uint8), metadata)
