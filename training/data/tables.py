"""Digits in one file: CSV, as Kaggle has them, and `.npz`, as Keras and others have them."""

import gzip
import zlib
from collections.abc import Sequence
from functools import partial
from math import isqrt
from pathlib import Path

import numpy as np

from training.data.source import Source, from_arrays, is_test
from training.parallel import in_chunks

# Names of images and labels in an `.npz`, in lower case, and which set they are: that of Keras,
# scikit-learn and tensorflow-datasets.
PAIRS = (
    ("x_train", "y_train", False),
    ("x_test", "y_test", True),
    ("x", "y", None),  # as the file's name says
    ("image", "label", None),
)


def read_csv(path: Path) -> Source:
    """The digits in a CSV, gzipped or not: each row a label and its pixels, with or without a
    header. Raises ValueError, naming the file, if it is nothing of the kind."""
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: cannot be read ({error})") from error
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    numbers = [n for n, line in enumerate(lines, start=1) if line.strip()]
    has_header = bool(numbers) and not _is_number(lines[numbers[0] - 1].split(b",")[0])
    numbers = numbers[has_header:]
    rows = [lines[n - 1] for n in numbers]
    columns = rows[0].count(b",") + 1 if rows else 0
    if columns < 2 or isqrt(columns - 1) ** 2 != columns - 1:
        raise ValueError(
            f"{path}, line {numbers[0] if rows else 1}: {columns} values; expected a label and the"
            " pixels of a square picture, such as 785 for 28×28, with commas between"
        )
    parsed = in_chunks(partial(_parsed, columns), rows, f"Reading {path.name}")
    table = np.concatenate([numbers for numbers, _ in parsed])
    reasons = [reason for _, reasons in parsed for reason in reasons]
    places = [f"{path}, line {n}" for n in numbers]
    wrong = [f"{place}: {reason}" for place, reason in zip(places, reasons) if reason]
    places = [place for place, reason in zip(places, reasons) if not reason]
    return from_arrays(table[:, 1:], table[:, 0], places, is_test(path), wrong)


def _is_number(text: bytes) -> bool:
    try:
        float(text.strip(b' "'))
    except ValueError:
        return False
    return True


def _parsed(columns: int, rows: Sequence[bytes]) -> tuple[np.ndarray, list[str]]:
    """The numbers in lines of so many columns, and for each line what is wrong with it, or ""."""
    for read in (_bytes, _numbers):
        try:
            table = read(rows)
            if table.shape == (len(rows), columns):
                return table, [""] * len(rows)
        except ValueError:
            continue  # some are no bytes; or some line is wrong: which one?
    good, reasons = [np.empty((0, columns), np.float32)], []
    for line in rows:
        found, expected = line.count(b",") + 1, f"expected {columns} numbers"
        reasons.append("" if found == columns else f"{found} values; {expected}")
        if found == columns:
            try:
                good.append(_numbers([line]))
            except ValueError:
                cells = line.split(b",")
                odd = next(c for c in cells if not _is_number(c)).decode(errors="replace")
                reasons[-1] = f"the value {odd[:20]!r}; {expected}"
    return np.concatenate(good), reasons


def _bytes(lines: Sequence[bytes]) -> np.ndarray:
    """Lines of whole numbers from 0 to 255, in half the time that NumPy takes for any numbers."""
    return np.array([np.frombuffer(bytes(map(int, line.split(b","))), np.uint8) for line in lines])


def _numbers(lines: Sequence[bytes]) -> np.ndarray:
    return np.loadtxt(lines, np.float32, None, ",", quotechar='"', ndmin=2)


def read_npz(path: Path) -> list[Source]:
    """The sets in an `.npz` under one of PAIRS of names. Raises ValueError, naming the file and
    its keys, if it has none. Nothing in the file is ever executed (no pickle)."""
    sources = []
    try:
        with np.load(path, allow_pickle=False) as file:
            keys = {key.lower(): key for key in file.files}
            pairs = [pair for pair in PAIRS if pair[0] in keys and pair[1] in keys]
            arrays = [(file[keys[x]], file[keys[y]]) for x, y, _ in pairs]
    except Exception as error:  # damage shows in zipfile, zlib or NumPy, as almost any exception
        raise ValueError(f"{path}: not a readable .npz file ({error})") from error
    if not pairs:
        expected = ", or ".join(f"{x} and {y}" for x, y, _ in PAIRS)
        raise ValueError(f"{path}: it holds {sorted(keys.values())}; expected {expected}")
    for (X, y), (name, _, test) in zip(arrays, pairs):
        places = [f"{path}, {keys[name]}[{n}]" for n in range(len(X) if X.ndim else 0)]
        sources.append(from_arrays(X, y, places, is_test(path) if test is None else test))
    return sources
