"""Digits in a folder: one folder of pictures for each digit, or IDX files under any name."""

import re
from collections import defaultdict
from pathlib import Path

import numpy as np

from corrections import NO_DIGIT
from training.data.source import Source, is_test
from training.mnist.files import pixels_and_labels, read_file

LABELS = {str(digit): digit for digit in range(10)} | {"none": NO_DIGIT}
IDX = re.compile(r"(.*)images?([-_.]idx3[-_.]ubyte)(\.gz)?$")


def read_folder(path: Path) -> list[Source]:
    """The digits in a folder. Raises ValueError, naming it, if there are none."""
    images = [file for file in sorted(path.iterdir()) if IDX.match(file.name) and file.is_file()]
    if images:
        return _idx_sets(path, images)
    parts = [path / name for name in ("train", "test") if (path / name).is_dir()] or [path]
    sources = [_pictures(part, part.name == "test" and part != path) for part in parts]
    if not any(len(source.labels) for source in sources):
        there = ", ".join(sorted(p.name + "/" * p.is_dir() for p in path.iterdir())[:8])
        raise ValueError(
            f"{path}: it holds {there or 'nothing'}; expected a folder of pictures for each digit,"
            " 0 to 9, or IDX files, such as train-images-idx3-ubyte.gz"
        )
    return sources


def read_idx(images: Path) -> Source:
    """The digits in a file of images, and the file of labels beside it, gzipped or not.

    Raises FileNotFoundError or ValueError, naming the file.
    """
    stem, ending, _ = IDX.match(images.name).groups()
    name = f"{stem}labels{ending.replace('idx3', 'idx1')}"
    found = [images.with_name(n) for n in (name, f"{name}.gz") if images.with_name(n).is_file()]
    if not found:
        raise FileNotFoundError(f"{images}: there is no {name} beside it, gzipped or not")
    pixels, labels = pixels_and_labels(read_file(images), read_file(found[0]))
    places = [f"{images}, number {n}" for n in range(len(labels))]
    return Source(pixels, labels, places, is_test(images))


def _idx_sets(path: Path, images: list[Path]) -> list[Source]:
    """The training set and the test set; each in one spelling, should there be several."""
    sets: dict[str, dict[bool, Path]] = defaultdict(dict)
    for file in images:
        name = re.sub(r"(?<![a-z])(train|test|t10k)(?![a-z])[-_]?", "", IDX.match(file.name)[1])
        sets[name].setdefault(is_test(file), file)
    if len(sets) > 1:
        raise ValueError(
            f"{path}: it holds several sets, {', '.join(sorted(sets))}…; name the files of one,"
            f" such as --data {images[0]}"
        )
    (files,) = sets.values()
    return [read_idx(file) for file in files.values()]


def _pictures(folder: Path, is_test: bool) -> Source:
    files, labels, names = [], [], []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue  # the system's own
        if entry.name not in LABELS or not entry.is_dir():
            names.append(f"{entry.name}{'/' * entry.is_dir()}")
            continue
        found = sorted(f for f in entry.rglob("*") if f.is_file() and f.name[0] != ".")
        files += found
        labels += [LABELS[entry.name]] * len(found)
    return Source(files, np.array(labels, np.int64), [*map(str, files)], is_test, names=names)
