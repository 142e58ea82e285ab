"""IDX, the file format of MNIST and of many data sets like it."""

import gzip
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

FRESH_COPY = "Replace it with a fresh copy; if this program downloaded it, delete it and run again."


class File(NamedTuple):
    """A file's path, for messages, and its uncompressed bytes."""

    path: Path
    content: bytes


def find_file(folder: Path, name: str) -> Path | None:
    """Find the file `name` in its usual spellings, uncompressed first, since it reads faster."""
    dotted = name.replace("-idx", ".idx")
    spellings = (name, dotted, f"{name}.gz", f"{dotted}.gz")
    return next((folder / s for s in spellings if (folder / s).is_file()), None)


def contents(folder: Path) -> str:
    """What a folder holds, for messages."""
    names = sorted(path.name + "/" * path.is_dir() for path in folder.glob("*"))
    return ", ".join(names[:8]) or "nothing"


def read_file(path: Path) -> File:
    """Read a file, decompressing it if needed; raise ValueError if that fails."""
    try:
        content = path.read_bytes()
        # Check the content: some browsers decompress a .gz file and keep its name.
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} cannot be read: {error}. {FRESH_COPY}") from error
    return File(path, content)


def pixels_and_labels(images: File, labels: File) -> tuple[np.ndarray, np.ndarray]:
    """Parse an image file and its label file: (N, 28, 28) uint8 and (N,) int64 in 0..9.

    Raises ValueError, naming the file, unless they hold N > 0 images of 28×28 and N labels.
    """
    pixels = _array(images, dimensions=3)
    y = _array(labels, dimensions=1)
    if pixels.shape != (len(y), 28, 28) or not len(y):
        raise ValueError(
            f"{images.path} holds images {pixels.shape} and {labels.path} holds {len(y)} labels;"
            " expected (N, 28, 28), and as many labels, above 0. Do the two files belong together?"
        )
    if y.max() > 9:
        raise ValueError(f"{labels.path} holds the label {y.max()}, expected 0 to 9. {FRESH_COPY}")
    # Labels are used in arithmetic, where uint8 would silently overflow.
    return pixels, y.astype(np.int64)


def _array(file: File, dimensions: int) -> np.ndarray:
    """Parse the uint8 array in an IDX file.

    Two zero bytes, an 8 for "unsigned bytes", the number of dimensions, the size of each as a
    big-endian 32-bit integer, then the values in row-major order.
    """
    path, content = file
    magic = [0, 0, 8, dimensions]
    if list(content[:4]) != magic:
        raise ValueError(
            f"{path} begins with the bytes {list(content[:4])}; expected {magic}. Are images and"
            f" labels swapped? {FRESH_COPY}"
        )
    try:
        shape = np.frombuffer(content, ">u4", dimensions, offset=4).tolist()
        return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except ValueError as error:
        raise ValueError(f"{path} is cut off or damaged: {error}. {FRESH_COPY}") from error
