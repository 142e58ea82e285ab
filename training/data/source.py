"""What was found in a folder or a file, before anything is prepared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isqrt
from pathlib import Path

import numpy as np

TEST = re.compile(r"(?<![a-z])(test|t10k)(?![a-z])")  # in the name of a file with a test set


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class Source:
    """Pictures, files or uint8 arrays (N, H, W) or (N, H, W, 3), and their labels (N,) int64.

    `places` says where each of them is, for messages; `wrong` names what cannot be used, and why;
    `names` the files and folders that are no digit's.
    """

    pictures: Sequence[Path] | np.ndarray
    labels: np.ndarray
    places: list[str]
    is_test: bool = False
    wrong: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def is_test(path: Path) -> bool:
    """Whether the name of a file says that it is a test set."""
    return bool(TEST.search(path.name.lower()))


def from_arrays(
    images: np.ndarray, labels: np.ndarray, places: list[str], is_test: bool, wrong: Sequence = ()
) -> Source:
    """A source of images and labels that hold any numbers; those that make no sense are `wrong`.

    `images` is (N, pixels) of squares, (N, H, W), or (N, H, W, 1 or 3); in 0..255, or all in 0..1.
    Raises ValueError, naming the first place, if the arrays have other shapes.
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] == 10:
        labels = labels.argmax(axis=1)  # one-hot
    labels = labels.reshape(len(labels), -1)
    if images.ndim == 2 and isqrt(images.shape[1]) ** 2 == images.shape[1]:
        images = images.reshape(len(images), isqrt(images.shape[1]), -1)
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    is_picture = images.ndim == 3 or (images.ndim == 4 and images.shape[3] == 3)
    if not is_picture or labels.shape != (len(images), 1) or not images.size:
        raise ValueError(
            f"{places[0] if places else 'it'}: images of shape {images.shape} and labels of shape"
            f" {labels.shape}; expected N square images, such as (N, 784) or (N, 28, 28), and N"
            " labels"
        )
    try:
        values, images = labels[:, 0].astype(float), images.astype(np.float32, copy=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{places[0]}: expected numbers ({error})") from error
    flat = images.reshape(len(images), -1)
    least, most = flat.min(axis=1), flat.max(axis=1)  # NaN if any pixel is
    label_fits, pixels_fit = np.isin(values, range(10)), (least >= 0) & (most <= 255)
    fits = label_fits & pixels_fit
    wrong = list(wrong)
    for n in np.flatnonzero(~fits):
        if label_fits[n]:
            found = f"pixels from {least[n]:g} to {most[n]:g}; expected 0 to 255, or 0 to 1"
        else:
            found = f"the label {values[n]:g}; expected 0 to 9"
        wrong.append(f"{places[n]}: {found}")
    scale = 255 if most[fits].max(initial=0) <= 1 else 1
    pixels = np.rint(images[fits] * np.float32(scale)).astype(np.uint8)
    kept = [places[n] for n in np.flatnonzero(fits)]
    return Source(pixels, values[fits].astype(np.int64), kept, is_test, wrong)
