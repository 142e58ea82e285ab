"""Your own digits, from any of the formats to a training set and a test set in MNIST's box."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from corrections import NO_DIGIT
from model import Recognizer
from model.network.weights import SHIPPED
from training.data.folders import IDX, read_folder, read_idx
from training.data.pictures import digits_of
from training.data.source import Source
from training.data.tables import read_csv, read_npz
from training.dataset import Dataset
from training.evaluation import evaluate
from training.parallel import in_chunks

ASKED = 500  # pictures of each set that show which way up it is
TOLD = 3  # of what cannot be used


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class OwnData:
    """What is used: two sets in MNIST's box, and where each of their digits is; and what is not.

    The order depends on the pictures alone: any format and any order of the same digits gives the
    same sets.
    """

    train: Dataset
    test: Dataset
    places: dict[bool, list[str]]  # of the training set (False) and of the test set (True)
    wrong: list[str]
    names: list[str]

    @property
    def checksum(self) -> str:
        """One SHA-256 (hex) of all pictures and labels."""
        arrays = (self.train.X, self.train.y, self.test.X, self.test.y)
        return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()

    def summary(self) -> str:
        """How many of each digit are used, and what is not."""
        lines = []
        for name, digits in (("to train on", self.train), ("to test on", self.test)):
            if len(digits):
                counts = np.bincount(digits.y, minlength=NO_DIGIT + 1).tolist()
                each = [f"{count:,} of {digit}" for digit, count in enumerate(counts[:10])]
                each += [f"{counts[NO_DIGIT]:,} of no digit"] * bool(counts[NO_DIGIT])
                lines.append(f"{len(digits):,} pictures {name}: {', '.join(each)}")
        if self.wrong:
            lines.append(f"{len(self.wrong):,} cannot be used: {_told(self.wrong, '; ')}")
        if self.names:
            lines.append(f"{len(self.names):,} names are no digit: {_told(self.names, ', ')}")
        return "\n".join(lines)


def load(paths: Iterable[Path], as_is: bool, strict: bool) -> OwnData:
    """All digits at the paths: each a folder, or an IDX, CSV or `.npz` file.

    `as_is` takes pictures of 28×28 for prepared. Raises FileNotFoundError, or ValueError naming the
    file and what was expected: if a path is nothing of the kind, if most of its pictures cannot be
    used, or, if `strict`, if any cannot.
    """
    prepared: list[tuple[Source, Dataset]] = []
    for path in paths:
        found = [_prepared(source, as_is, path) for source in _sources(path)]
        wrong = [reason for source, _ in found for reason in source.wrong]
        if wrong and (strict or len(wrong) > sum(len(digits) for _, digits in found)):
            raise ValueError(f"{path}: {len(wrong):,} cannot be used: {_told(wrong, '; ')}")
        turned = upright([digits for _, digits in found], str(path))
        prepared += [(source, digits) for (source, _), digits in zip(found, turned)]
    (train, train_places), (test, test_places) = (
        _ordered([each for each in prepared if each[0].is_test == is_test])
        for is_test in (False, True)
    )
    sources = [source for source, _ in prepared]
    return OwnData(
        train,
        test,
        {False: train_places, True: test_places},
        [reason for source in sources for reason in source.wrong],
        [name for source in sources for name in source.names],
    )


def upright(sets: Sequence[Dataset], name: str) -> list[Dataset]:
    """The sets, turned if they are stored with rows and columns exchanged, as EMNIST's are.

    The shipped network is asked which way up it reads them; where it is missing, they stay.
    """
    some = Dataset.concatenated([digits.sample(ASKED) for digits in sets]).digits()
    if not len(some) or not SHIPPED.is_file():
        return list(sets)
    recognizer = Recognizer.load(SHIPPED)
    now, turned = (
        evaluate(recognizer.network, recognizer.prepared(X), some.y).accuracy
        for X in (some.X, _turned(some.X))
    )
    if turned < 0.5 or turned < now + 0.2:
        return list(sets)
    print(
        f"{name}: rows and columns are exchanged, as EMNIST's are: the shipped network reads"
        f" {now:.0%} of the digits so, and {turned:.0%} turned. They are turned.",
        flush=True,
    )
    return [replace(digits, X=_turned(digits.X)) for digits in sets]


def _turned(X: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(X.reshape(-1, 28, 28).swapaxes(1, 2)).reshape(-1, 784)


def _sources(path: Path) -> list[Source]:
    if path.is_dir():
        return read_folder(path)
    if not path.is_file():
        raise FileNotFoundError(f"--data {path}: there is no such file or folder")
    name = path.name.lower()
    if name.endswith((".csv", ".csv.gz")):
        return [read_csv(path)]
    if name.endswith(".npz"):
        return read_npz(path)
    if IDX.match(path.name):
        return [read_idx(path)]
    raise ValueError(
        f"--data {path}: expected a folder, .csv, .csv.gz, .npz, or IDX images, such as"
        " train-images-idx3-ubyte.gz"
    )


def _prepared(source: Source, as_is: bool, path: Path) -> tuple[Source, Dataset]:
    """The source without what turned out wrong, and its pictures, prepared."""
    work = partial(digits_of, as_is=as_is)
    chunks = in_chunks(work, source.pictures, f"Preparing {path.name}")
    found = [digit for chunk in chunks for digit in chunk]
    good = [n for n, digit in enumerate(found) if not isinstance(digit, str)]
    wrong = [f"{source.places[n]}: {d}" for n, d in enumerate(found) if isinstance(d, str)]
    X = np.array([found[n] for n in good], np.float32).reshape(-1, 784)
    places = [source.places[n] for n in good]
    rest = replace(source, pictures=[], places=places, wrong=source.wrong + wrong)
    return rest, Dataset(X, source.labels[good])


def _ordered(parts: list[tuple[Source, Dataset]]) -> tuple[Dataset, list[str]]:
    """All digits of some sources and their places, in the order of labels and pictures."""
    nothing = Dataset(np.empty((0, 784), np.float32), np.empty(0, np.int64))
    together = Dataset.concatenated([nothing, *(digits for _, digits in parts)])
    places = [place for source, _ in parts for place in source.places]
    keys = [(y, hashlib.sha256(x).digest()) for x, y in zip(together.X, together.y.tolist())]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return Dataset(together.X[order], together.y[order]), [places[n] for n in order]


def _told(reasons: list[str], separator: str) -> str:
    return separator.join(reasons[:TOLD]) + f"{separator}…" * (len(reasons) > TOLD)
