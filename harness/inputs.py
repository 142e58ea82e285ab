"""Made-up inputs: small datasets in the format of MNIST's original files, and readings."""

import gzip
from pathlib import Path

import numpy as np

from model.picture.segmentation import Box
from model.picture.signs import Mark
from model.reading import Prediction, Reading

MIDDLE = Box(40, 30, 80, 90)


def idx(array: np.ndarray) -> bytes:
    """The bytes of an IDX file; independent of the code that reads it."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def small_mnist(train: int = 12, test: int = 5, seed: int = 0) -> dict[str, bytes]:
    """The four files' uncompressed bytes by name: noisy digits that are easy to tell apart."""
    patterns = 180 * (np.random.default_rng(42).random((10, 28, 28)) < 0.15)
    rng = np.random.default_rng(seed)
    contents = {}
    for prefix, count in (("train", train), ("t10k", test)):
        y = rng.integers(0, 10, count)
        pixels = patterns[y] + rng.integers(0, 75, (count, 28, 28))
        contents[f"{prefix}-images-idx3-ubyte"] = idx(pixels.astype(np.uint8))
        contents[f"{prefix}-labels-idx1-ubyte"] = idx(y.astype(np.uint8))
    return contents


def write(folder: Path, contents: dict[str, bytes]) -> Path:
    for name, content in contents.items():
        (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return folder


def prediction(certain: bool, **probabilities: float) -> Prediction:
    """A prediction with these probabilities of digits, such as _4=0.6."""
    p = np.array([probabilities.get(f"_{digit}", 0.001) for digit in range(10)], np.float32)
    p /= p.sum()
    found = Prediction(int(p.argmax()), float(p.max()), p, (), np.zeros((28, 28)), strength=0.5)
    return found if certain else found.in_doubt()


def reading(*digits: Prediction, shapes=(MIDDLE,), left_out=(), lines=()) -> Reading:
    """A reading of these digits in one line, or else of `lines`."""
    marks = tuple(Mark(kind, MIDDLE) for kind in left_out)
    lines = tuple(map(tuple, lines or [digits]))
    return Reading(lines, np.zeros((120, 160), np.uint8), shapes, marks)
