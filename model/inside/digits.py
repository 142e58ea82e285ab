"""The file of MNIST training digits that the page shows beside a drawing.

MNIST itself is too large to ship: 11 MB.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from model.network.layers import Array
from model.network.weights import SHIPPED

DIGITS = SHIPPED.with_name("digits.npz")


class Digits(NamedTuple):
    """Pictures (N, 28, 28) uint8, white ink on black, and their labels (N,) uint8 in 0..9."""

    images: np.ndarray
    labels: np.ndarray

    @property
    def X(self) -> Array:
        """The pictures as (N, 784) float32 in 0..1, not yet prepared."""
        return self.images.reshape(-1, 784) / np.float32(255)


def load(path: Path) -> Digits:
    """Read the digits in `path`. Raises FileNotFoundError or ValueError, naming the file.

    Nothing in the file is ever executed (no pickle).
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; `git checkout weights` restores it")
    try:
        with np.load(path, allow_pickle=False) as file:
            return Digits(file["images"], file["labels"])
    except Exception as error:  # damage shows in zipfile, zlib or NumPy, as almost any exception
        raise ValueError(f"{path}: not a readable file of digits ({error})") from error
