"""Load your own digits, in any format, as a training set and a test set in MNIST's box."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from model import Recognizer
from model.network.weights import SHIPPED
from model.reading import NO_DIGIT
from training.data.formats import read_samples
from training.data.pictures import Sample, digit_of
from training.dataset import Dataset, Splits, sha256_of
from training.evaluation import evaluate
from training.parallel import processes

LOOKED_AT = 500  # digits, at most, that tell the orientation of all
NAMED = 3  # how many unusable pictures are named
CHUNK = 250  # pictures per task of a process
FEW = 1_000  # pictures: fewer are prepared faster without other processes


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class OwnData(Splits):
    """Sets in MNIST's box, the same in any format and order; none are for validation yet."""

    places: dict[bool, list[str]]  # of the training set (False) and of the test set (True)
    wrong: list[str]  # the pictures that cannot be used, each with the reason

    def summary(self) -> str:
        """The count of each digit, and of unusable pictures."""
        lines = []
        for name, digits in (("train", self.train), ("test", self.test)):
            if len(digits):
                *counts, others = np.bincount(digits.y, minlength=NO_DIGIT + 1).tolist()
                each = [f"{count:,} of {digit}" for digit, count in enumerate(counts)]
                each += [f"{others:,} of no digit"] * bool(others)
                lines.append(f"{len(digits):,} pictures to {name} on: {', '.join(each)}")
        if self.wrong:
            lines.append(_cannot_be_used(self.wrong))
        return "\n".join(lines)


def load(paths: Iterable[Path], as_is: bool, strict: bool) -> OwnData:
    """Load all digits at the paths: each a folder, or an IDX, CSV or `.npz` file.

    `as_is` takes pictures of 28×28 as prepared. Raises FileNotFoundError, or ValueError naming the
    file, if it has no such format, or most of its pictures (if `strict`, any) cannot be used.
    """
    sets, samples, wrong = [], [], []
    for path in paths:
        digits, used, reasons = _prepared(path, as_is)
        if reasons and (strict or len(reasons) > len(used)):
            raise ValueError(f"{path}: {_cannot_be_used(reasons)}")
        sets.append(upright(digits, str(path)))
        samples += used
        wrong += reasons
    digits = Dataset.concatenated(sets)
    order = sorted(range(len(digits)), key=lambda n: (digits.y[n], sha256_of(digits.X[n])))
    rows = {test: [n for n in order if samples[n].is_test == test] for test in (False, True)}
    places = {test: [samples[n].place for n in rows[test]] for test in rows}
    train, test = digits[rows[False]], digits[rows[True]]
    checksum = sha256_of(train.X, train.y, test.X, test.y)
    return OwnData(train, train[:0], test, checksum, "own", places, wrong)


def upright(digits: Dataset, name: str) -> Dataset:
    """Exchange rows and columns, as EMNIST needs, if the shipped network reads them better so."""
    some = digits.sample(LOOKED_AT).digits()
    if not len(some) or not SHIPPED.is_file():
        return digits
    recognizer = Recognizer.load(SHIPPED)
    now, turned = (evaluate(recognizer, each).accuracy for each in (some, _turned(some)))
    if turned < 0.5 or turned < now + 0.2:
        return digits
    print(
        f"{name}: rows and columns are exchanged, as EMNIST's are: the shipped network reads"
        f" {now:.0%} of the digits so, and {turned:.0%} turned. They are turned.",
        flush=True,
    )
    return _turned(digits)


def _turned(digits: Dataset) -> Dataset:
    X = digits.X.reshape(-1, 28, 28).swapaxes(1, 2).reshape(-1, 784)
    return Dataset(X, digits.y)


def _prepared(path: Path, as_is: bool) -> tuple[Dataset, list[Sample], list[str]]:
    """The usable digits at a path in MNIST's box, their samples, and the reasons for the others."""
    from tqdm import tqdm  # here, since trainings on the page need no such package

    samples = list(read_samples(path))
    with processes() as pool:
        each = map if len(samples) < FEW else partial(pool.map, chunksize=CHUNK)
        digits = each(partial(digit_of, as_is=as_is), [sample.picture for sample in samples])
        name = f"Preparing {path.name}"
        found = list(tqdm(digits, name, len(samples), delay=1, mininterval=0.5, leave=False))
    wrong = [f"{s.place}: {each}" for each, s in zip(found, samples) if isinstance(each, str)]
    used = [s for each, s in zip(found, samples) if not isinstance(each, str)]
    images = [each for each in found if not isinstance(each, str)]
    X = np.array(images, np.float32).reshape(-1, 784)
    return Dataset(X, np.array([s.label for s in used], np.int64)), used, wrong


def _cannot_be_used(reasons: list[str]) -> str:
    more = "; …" * (len(reasons) > NAMED)
    return f"{len(reasons):,} cannot be used: {'; '.join(reasons[:NAMED])}{more}"
