"""Images and labels, for training and evaluation."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.picture.moments import PREPARATIONS
from model.reading import NO_DIGIT


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class Dataset:
    """Images `X` (N, 784) float32 in 0..1, and labels `y` (N,) int64, 0..9 or NO_DIGIT."""

    X: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, rows: slice | np.ndarray | list[int]) -> "Dataset":
        """The images and labels of some rows; for a slice, views."""
        return Dataset(self.X[rows], self.y[rows])

    @classmethod
    def concatenated(cls, parts: "Sequence[Dataset]") -> "Dataset":
        """Concatenate the parts, in order."""
        return cls(np.concatenate([p.X for p in parts]), np.concatenate([p.y for p in parts]))

    def digits(self) -> "Dataset":
        """The dataset without non-digits."""
        return self[self.y < NO_DIGIT]

    def sample(self, size: int) -> "Dataset":
        """At most `size` rows, evenly spaced from first to last."""
        return self[np.linspace(0, len(self) - 1, min(size, len(self))).astype(int)]

    def prepared(self, preparation: str) -> "Dataset":
        """Prepare a dataset in MNIST's box for a network, by one of PREPARATIONS."""
        return Dataset(PREPARATIONS[preparation](self.X), self.y)

    def split_evenly(self, size: int, rng: np.random.Generator) -> "tuple[Dataset, Dataset]":
        """Split off `size` digits at random, the same share of each of the ten.

        Non-digits stay in the first part. Raises ValueError unless 0 < size < number of digits.
        """
        count = len(self.digits())
        if not 0 < size < count:
            raise ValueError(
                f"--validation-size: expected 1 to {count - 1:,} digits, since there are {count:,},"
                " and some must remain to train on"
            )
        place = np.full(len(self), 2.0)  # of each digit among those with its label, 0..1
        order = rng.permutation(len(self))
        for label in range(NO_DIGIT):
            rows = order[self.y[order] == label]
            place[rows] = (np.arange(len(rows)) + rng.random()) / len(rows)
        rank = np.argsort(place, kind="stable").argsort()
        return self[rank >= size], self[rank < size]


@dataclass(frozen=True, eq=False)
class Splits:
    """Three sets; the SHA-256 (hex) of all data; and `name`, "mnist", "own" or "drawn"."""

    train: Dataset
    validation: Dataset
    test: Dataset
    checksum: str
    name: str


def sha256_of(*parts: bytes | np.ndarray) -> str:
    """One SHA-256 (hex) of all parts."""
    return hashlib.sha256(b"".join(map(bytes, parts))).hexdigest()


def one_hot(y: np.ndarray) -> np.ndarray:
    """One-hot targets T (N, 10) float32 for labels y (N,); zeros for NO_DIGIT."""
    return np.eye(NO_DIGIT + 1, 10, dtype=np.float32)[y]
