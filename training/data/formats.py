"""Read digits from folders of pictures, and from IDX, CSV and `.npz` files."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from model.reading import NO_DIGIT
from training.data.idx import contents, find_file, pixels_and_labels, read_file
from training.data.pictures import Picture, Sample

LABELS = {str(digit): digit for digit in range(10)} | {"none": NO_DIGIT}
IDX = re.compile(r"images([-_.])idx3[-_.]ubyte(\.gz)?$")
SET = re.compile(r"(?<![a-z])(?:train|(test|t10k))(?![a-z])[-_]?", re.I)  # in a file's name
# Names of images and labels in an `.npz`, in lower case: those of Keras, scikit-learn and
# tensorflow-datasets.
PAIRS = ("x_train", "y_train"), ("x_test", "y_test"), ("x", "y"), ("image", "label")


def read_samples(path: Path) -> Iterable[Sample]:
    """Read all digits in a folder or a file.

    Raises FileNotFoundError, or ValueError naming the path, if it has none of the formats.
    """
    if path.is_dir():
        return _idx_files(path) or _folders(path)
    if not path.is_file():
        raise FileNotFoundError(f"--data {path}: there is no such file or folder")
    name = path.name.lower()
    if name.endswith((".csv", ".csv.gz")):
        return _csv(path)
    if name.endswith(".npz"):
        return _npz(path)
    if IDX.search(path.name):
        return _idx(path)
    raise ValueError(
        f"--data {path}: expected a folder, .csv, .csv.gz, .npz, or IDX images, such as"
        " train-images-idx3-ubyte.gz"
    )


def _folders(path: Path) -> list[Sample]:
    """The pictures in a folder: in a folder for each digit, perhaps within train and test."""
    parts = [path / name for name in ("train", "test") if (path / name).is_dir()] or [path]
    samples = []
    for part in parts:
        is_test = part != path and part.name == "test"
        for entry in sorted(part.iterdir()):
            if entry.name in LABELS and entry.is_dir():
                files = sorted(f for f in entry.rglob("*") if f.is_file() and f.name[0] != ".")
                samples += [Sample(f, LABELS[entry.name], str(f), is_test) for f in files]
            elif not entry.name.startswith("."):  # hidden files are the system's
                reason = "this name is no digit's; expected 0 to 9, or none"
                samples.append(Sample(reason, NO_DIGIT, str(entry), is_test))
    if not any(isinstance(sample.picture, Path) for sample in samples):
        raise ValueError(
            f"{path}: it holds {contents(path)}; expected a folder of pictures for each digit,"
            " 0 to 9, or IDX files, such as train-images-idx3-ubyte.gz"
        )
    return samples


def _idx_files(path: Path) -> list[Sample]:
    """The digits in the IDX files of a folder: a training set, a test set, or both."""
    found = [file for file in sorted(path.iterdir()) if IDX.search(file.name) and file.is_file()]
    files = {IDX.sub("", file.name): file for file in reversed(found)}  # one spelling of each
    sets = {SET.sub("", name) for name in files}
    if len(sets) > 1:
        raise ValueError(
            f"{path}: it holds several sets, {', '.join(sorted(sets))}…; name the files of one,"
            f" such as --data {found[0]}"
        )
    return [sample for file in files.values() for sample in _idx(file)]


def _idx(images: Path) -> list[Sample]:
    """The digits in a file of images and in the file of labels beside it, gzipped or not."""
    name = images.name.removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
    labels = find_file(images.parent, name)
    if not labels:
        raise FileNotFoundError(f"{images}: there is no {name} beside it, gzipped or not")
    pixels, y = pixels_and_labels(read_file(images), read_file(labels))
    places = [f"{images}, number {n}" for n in range(len(y))]
    return [Sample(*each, _is_test(images.name)) for each in zip(pixels, y.tolist(), places)]


def _csv(path: Path) -> Iterator[Sample]:
    """The digits in a CSV: each row a label and its pixels, with or without a header."""
    lines = read_file(path).content.removeprefix(b"\xef\xbb\xbf").splitlines()
    for n, line in enumerate(lines, start=1):
        text, _, pixels = line.partition(b",")
        try:
            label = float(text.strip(b' "'))
        except ValueError:
            label = np.nan
        if line.strip() and not (n == 1 and np.isnan(label)):  # the header
            yield _sample(pixels, label, f"{path}, line {n}", _is_test(path.name))


def _npz(path: Path) -> Iterator[Sample]:
    """The sets in an `.npz`. Nothing in the file is ever executed (no pickle)."""
    try:
        with np.load(path, allow_pickle=False) as file:
            keys = {key.lower(): key for key in file.files}
            pairs = [(keys[x], keys[y]) for x, y in PAIRS if x in keys and y in keys]
            sets = {x: (file[x], file[y]) for x, y in pairs}
    except Exception as error:  # damage shows in zipfile, zlib or NumPy, as almost any exception
        raise ValueError(f"{path}: not a readable .npz file ({error})") from error
    if not sets:
        expected = ", or ".join(f"{x} and {y}" for x, y in PAIRS)
        raise ValueError(f"{path}: it holds {sorted(keys.values())}; expected {expected}")
    for name, (X, y) in sets.items():
        labels = y.argmax(axis=1) if y.shape[1:] == (10,) else y.ravel()  # one-hot, or numbers
        if X.shape[:1] != labels.shape:
            raise ValueError(
                f"{path}, {name}: images {X.shape} and labels {y.shape}; expected as many of both"
            )
        is_test = _is_test(name if "_" in name else path.name)  # x_train, x_test; x, image
        for n, (picture, label) in enumerate(zip(X, labels.tolist())):
            yield _sample(picture, label, f"{path}, {name}[{n}]", is_test)


def _sample(picture: Picture, label: float | str, place: str, is_test: bool) -> Sample:
    """A sample; unusable, with the reason as its picture, if its label is not 0 to 9."""
    if label not in range(10):
        return Sample(f"the label {label}; expected 0 to 9", NO_DIGIT, place, is_test)
    return Sample(picture, int(label), place, is_test)


def _is_test(name: str) -> bool:
    """Whether a file, or an array in it, is a test set, by its name."""
    return any(found[1] for found in SET.finditer(name))
