"""Read MNIST from a folder with its four files, downloading them first if needed.

Downloading only fills a folder with verified files. So a second run needs neither the network nor
tensorflow-datasets, and a user's folder (`--mnist-dir`, `MNIST_DIR`) is read by the same code.
"""

import gzip
import hashlib
import math
import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from training.dataset import Dataset
from training.mnist.download import (
    FILE_NAMES,
    WHAT_TO_DO,
    download,
    download_dir,
    registered_files,
)

FRESH_COPY = "Replace it with a fresh copy; if this program downloaded it, delete it and run again."


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class MNIST:
    """The three sets, and `checksum`, one SHA-256 (hex) of the data.

    It covers the four files' uncompressed bytes, so it is the same with and without .gz:
    `gzip -dc train-images* train-labels* t10k-images* t10k-labels* | sha256sum`.

    `name` is "mnist", or that of what is used instead.
    """

    train: Dataset
    validation: Dataset
    test: Dataset
    checksum: str
    name: str = "mnist"


class _File(NamedTuple):
    """A file's path, for messages, and its uncompressed bytes."""

    path: Path
    content: bytes


def load_mnist(mnist_dir: Path | None, validation_size: int) -> MNIST:
    """Load MNIST; the last `validation_size` training digits become the validation set.

    `mnist_dir` is a folder with the four original files. None means the download folder, to which
    missing files are downloaded.

    Raises FileNotFoundError if files are missing or the download fails, ValueError if they are
    damaged or swapped.
    """
    if mnist_dir is None:
        mnist_dir = download_dir()
        if any(_find_file(mnist_dir, name) is None for name in FILE_NAMES):
            download(registered_files(), mnist_dir)
    files = [read_file(path) for path in _find_files(mnist_dir, FILE_NAMES)]
    sha256 = hashlib.sha256()
    for file in files:
        sha256.update(file.content)
    train = _digits(images=files[0], labels=files[1])
    test = _digits(images=files[2], labels=files[3])
    if len(train) < len(test):
        raise ValueError(
            f"{files[0].path} holds {len(train)} digits and {files[2].path} holds {len(test)}, but"
            " more are expected to train on than to test on. Are the two swapped?"
        )
    train, validation = train.split(validation_size)
    return MNIST(train, validation, test, checksum=sha256.hexdigest())


def load_test(mnist_dir: Path | None) -> Dataset:
    """MNIST's test digits. In a folder of the user's, only their two files are needed.

    Raises the same errors as `load_mnist`.
    """
    if mnist_dir is None:
        return load_mnist(None, 0).test
    images, labels = (read_file(path) for path in _find_files(mnist_dir, FILE_NAMES[2:]))
    return _digits(images, labels)


def mnist_dir_from_environment() -> Path | None:
    """The folder in the variable MNIST_DIR; None if it is unset or empty."""
    value = os.environ.get("MNIST_DIR")
    return Path(value).expanduser() if value else None


def find_mnist() -> Path | None:
    """The folder with all four files: MNIST_DIR's or the download folder; None if it lacks any."""
    folder = mnist_dir_from_environment() or download_dir()
    return folder if all(_find_file(folder, name) for name in FILE_NAMES) else None


def _find_files(folder: Path, names: Sequence[str]) -> list[Path]:
    """Find the files, in the order of their names, or raise FileNotFoundError."""
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}, expected MNIST there.\n{WHAT_TO_DO}")
    found = {name: _find_file(folder, name) for name in names}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        there = ", ".join(sorted(p.name + "/" * p.is_dir() for p in folder.iterdir())[:8])
        raise FileNotFoundError(
            f"{folder} lacks {', '.join(missing)}; it holds: {there or 'nothing'}.\n{WHAT_TO_DO}"
        )
    return list(found.values())


def _find_file(folder: Path, name: str) -> Path | None:
    """Find the file `name` in its usual spellings; uncompressed first, which reads faster."""
    dotted = name.replace("-idx", ".idx")
    spellings = (name, dotted, f"{name}.gz", f"{dotted}.gz")
    return next((folder / s for s in spellings if (folder / s).is_file()), None)


def read_file(path: Path) -> _File:
    """Read a file, decompressing it if needed; raise ValueError if that fails."""
    try:
        content = path.read_bytes()
        # Not by the name: some browsers decompress a .gz and keep its name.
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} cannot be read: {error}. {FRESH_COPY}") from error
    return _File(path, content)


def _digits(images: _File, labels: _File) -> Dataset:
    pixels, y = pixels_and_labels(images, labels)
    # uint8 / float32 gives float32 at once, without a float64 copy of eight times the size.
    return Dataset(pixels.reshape(len(pixels), 784) / np.float32(255), y)


def pixels_and_labels(images: _File, labels: _File) -> tuple[np.ndarray, np.ndarray]:
    """Parse an image file and its label file: (N, 28, 28) uint8 and (N,) int64 in 0..9.

    Raises ValueError, naming the file, unless they hold N > 0 images of 28×28 and N labels.
    """
    pixels = _idx_array(images, dimensions=3)
    y = _idx_array(labels, dimensions=1)
    if pixels.shape[1:] != (28, 28):
        raise ValueError(f"{images.path} holds images of {pixels.shape[1:]}, expected (28, 28)")
    if len(pixels) != len(y) or len(y) == 0:
        raise ValueError(
            f"{images.path} holds {len(pixels)} images and {labels.path} holds {len(y)} labels,"
            " expected equal numbers above 0. Do the two files belong together?"
        )
    if y.max() > 9:
        raise ValueError(f"{labels.path} holds the label {y.max()}, expected 0 to 9. {FRESH_COPY}")
    # Labels are used in arithmetic, where uint8 would silently overflow.
    return pixels, y.astype(np.int64)


def _idx_array(file: _File, dimensions: int) -> np.ndarray:
    """Parse the uint8 array in an IDX file, MNIST's format.

    IDX: two zero bytes, an 8 for "unsigned bytes", the number of dimensions, the size of each as a
    big-endian 32-bit integer, then the values in row-major order.
    """
    path, content = file
    magic = bytes([0, 0, 8, dimensions])
    header_size = len(magic) + 4 * dimensions
    if content[:4] != magic or len(content) < header_size:
        beginning = content[:4].hex(" ") or "(none, it is empty)"
        raise ValueError(
            f"{path} begins with the bytes {beginning}, expected {magic.hex(' ')} and"
            f" {dimensions} sizes. Are images and labels swapped? {FRESH_COPY}"
        )
    shape = struct.unpack(f">{dimensions}I", content[4:header_size])
    size = len(content) - header_size
    if size != math.prod(shape):
        raise ValueError(
            f"{path} holds {size} values, but its header says {' x '.join(map(str, shape))}:"
            f" it is cut off or damaged. {FRESH_COPY}"
        )
    return np.frombuffer(content, np.uint8, offset=header_size).reshape(shape)
