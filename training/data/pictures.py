"""Pictures of digits → MNIST's box. The only place where own data meets `model.picture`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from model.picture.files import open_picture
from model.picture.prepare import BOX, CENTRE, SIDE, prepare


def digits_of(pictures: Sequence[Path] | np.ndarray, as_is: bool) -> list[np.ndarray | str]:
    """Each picture as a digit (784,) float32 in 0..1, as MNIST's come, or what is wrong with it.

    `pictures` are files, or uint8 (N, H, W) or (N, H, W, 3). They are prepared as drawings on the
    page are, but for those of 28×28 that are in MNIST's box already; with `as_is` none is.
    """
    found = [_opened(picture) for picture in pictures]
    small = [n for n, each in enumerate(found) if getattr(each, "shape", ()) == (SIDE, SIDE)]
    if small:
        images = _on_black(np.array([found[n] for n in small]))
        is_done = np.full(len(small), True) if as_is else _are_in_box(images)
        is_done &= images.any(axis=(1, 2))
        for n, image in zip(np.array(small)[is_done], images[is_done]):
            found[n] = image.ravel() / np.float32(255)
    return [each if getattr(each, "ndim", 0) == 1 else _prepared(each, as_is) for each in found]


def _opened(picture: Path | np.ndarray) -> Image.Image | np.ndarray | str:
    """A picture, as an array (H, W) if it is but grey; or why it cannot be opened."""
    try:
        opened = open_picture(picture) if isinstance(picture, Path) else picture
        greys = _greys(opened)
        return opened if greys is None else greys
    except (OSError, ValueError) as error:
        return str(error)


def _prepared(picture: Image.Image | np.ndarray | str, as_is: bool) -> np.ndarray | str:
    if isinstance(picture, str):
        return picture
    if as_is and getattr(picture, "shape", ()) != (SIDE, SIDE):
        return "it is not grey and 28×28, as --as-is expects"
    try:
        image = prepare(picture)
    except (OSError, ValueError) as error:
        return str(error)
    return image.ravel() if image.any() else "nothing is drawn on it"


def _greys(picture: Image.Image | np.ndarray) -> np.ndarray | None:
    """The picture as (H, W) uint8; None if it has colors or is transparent."""
    if isinstance(picture, Image.Image):
        if picture.mode != "RGB":
            return None
        picture = np.asarray(picture)
    if picture.ndim == 2:
        return picture
    return picture[..., 0] if (picture == picture[..., :1]).all() else None


def _on_black(images: np.ndarray) -> np.ndarray:
    """Pictures (N, 28, 28) uint8, those on white paper inverted."""
    border = [images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]]
    on_white = np.median(np.concatenate(border, axis=1), axis=1) > 127
    return np.where(on_white[:, None, None], 255 - images, images)


def _are_in_box(images: np.ndarray) -> np.ndarray:
    """Whether digits (N, 28, 28), white on black, are where and as large as MNIST's: (N,) bool."""
    is_in, longest = np.full(len(images), True), np.zeros(len(images), int)
    for axis in (1, 2):
        line = images.sum(axis=axis, dtype=np.float32)  # (N, 28), exact
        inked = line > 0
        longest = np.maximum(longest, SIDE - inked.argmax(1) - inked[:, ::-1].argmax(1))
        centre = line @ np.arange(SIDE, dtype=np.float32) / np.maximum(line.sum(axis=1), 1)
        is_in &= abs(centre - (CENTRE - 0.5)) < 0.51  # MNIST moved its digits by whole pixels
    return is_in & (longest <= BOX) & (longest >= BOX - 1)
