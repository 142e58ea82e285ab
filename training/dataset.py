"""Digits in memory, and what they are: what is trained on and measured with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NO_DIGIT = 10  # the label of a drawing that is none of 0 to 9


@dataclass(frozen=True, eq=False)  # eq=False: == between arrays gives arrays, not an answer.
class Dataset:
    """Digits and what they are: `X` (N, 784) float32 in 0..1, `y` (N,) int64 in 0..9.

    Where a set holds other drawings too, their label is NO_DIGIT.
    """

    X: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)

    @classmethod
    def concatenated(cls, parts: "Sequence[Dataset]") -> "Dataset":
        """All digits of the parts, in their order."""
        return cls(np.concatenate([p.X for p in parts]), np.concatenate([p.y for p in parts]))

    def digits(self) -> "Dataset":
        """Without what is no digit."""
        return Dataset(self.X[self.y < NO_DIGIT], self.y[self.y < NO_DIGIT])

    def split(self, size: int) -> "tuple[Dataset, Dataset]":
        """All but the last `size`, and those; views, not copies.

        Raises ValueError unless some remain in the first part.
        """
        if not 0 <= size < len(self):
            raise ValueError(
                f"validation_size is {size}, expected 0 to {len(self) - 1}: there are {len(self)}"
                " training digits, and some must remain to train on"
            )
        middle = len(self) - size
        return Dataset(self.X[:middle], self.y[:middle]), Dataset(self.X[middle:], self.y[middle:])


def one_hot(y: np.ndarray) -> np.ndarray:
    """T (N, 10) float32 for labels y (N,): 1 in the label's column, 0 elsewhere.

    NO_DIGIT has no column, so no 1 at all: ten outputs can all say no.
    """
    return np.eye(NO_DIGIT + 1, 10, dtype=np.float32)[y]
