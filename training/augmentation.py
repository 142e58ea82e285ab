"""Distortions: digits turned, slanted, stretched, bent, and with thicker or thinner strokes.

They show a network what does not matter, which helps a small one more than additional neurons
(Simard, Steinkraus, Platt 2003). Every epoch has new ones.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from model.picture.prepare import SIDE

GROUP = 128  # digits that share one distortion, which is computed once for them

# Limits at full strength; amounts are uniform within ±, except the bend.
ROTATION = 0.12  # radians
SLANT = 0.12  # pixels to the side for each pixel of height
STRETCH = 0.1  # of height and width, independently
SHIFT = 1.0  # pixels
BEND = 0.8  # pixels, standard deviation of the elastic displacement
KNOTS = 5  # of the displacement, in each direction
THICKNESS = 0.5  # pixels added on each side of a stroke; up to 0.7 times as many are removed


def distort(X: np.ndarray, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Distort digits X (N, 784) float32 in 0..1, in a copy; `strength` scales the limits."""
    result = np.empty_like(X)
    count = -(-len(X) // GROUP)
    rows, columns = _sources(count, rng, strength)
    widening = strength * rng.uniform(-0.7 * THICKNESS, THICKNESS, count)
    for number in range(count):
        group = slice(number, None, count)  # spread out, so that batches mix groups
        digits = np.ascontiguousarray(X[group].T)  # (784, n): one row per pixel
        digits = _widened(digits, np.float32(widening[number]))
        result[group] = _sampled(digits, rows[number], columns[number]).T
    return result


def _sources(
    count: int, rng: np.random.Generator, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """The source of each pixel in `count` distortions: rows and columns, (count, 784) each."""
    angle = strength * rng.uniform(-ROTATION, ROTATION, count)
    slant = strength * rng.uniform(-SLANT, SLANT, count)
    height, width = 1 + strength * rng.uniform(-STRETCH, STRETCH, (2, count))
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    shape = np.array([[1 / height, np.zeros(count)], [slant, 1 / width]])
    matrix = np.einsum("ijn,jkn->nik", turn, shape)
    shift = strength * rng.uniform(-SHIFT, SHIFT, (count, 2, 1))
    bend = strength * rng.normal(0, BEND, (count, 2, len(_BUMPS))) @ _BUMPS
    places = (matrix @ _PIXELS + shift + bend + SIDE / 2).astype(np.float32)
    # Inside the picture, with a neighbour below and to the right.
    return tuple(places.clip(0, SIDE - 1.001).swapaxes(0, 1))


def _bumps() -> np.ndarray:
    """How much each knot of a coarse grid moves each pixel: (KNOTS², 784).

    Random numbers at the knots make a smooth random field, at a fraction of the cost of blurring
    one random number per pixel, as Simard et al. do.
    """
    position = np.linspace(0, KNOTS - 1, SIDE)
    near = np.exp(-0.5 * ((position[:, None] - np.arange(KNOTS)) / 0.6) ** 2)
    near /= np.sqrt((near**2).sum(axis=1, keepdims=True))  # the same variance at every pixel
    return np.einsum("yi,xj->ijyx", near, near).reshape(-1, SIDE * SIDE)


_PIXELS = np.mgrid[:SIDE, :SIDE].reshape(2, -1) - SIDE / 2  # rows and columns from the centre
_BUMPS = _bumps()
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))  # a pixel and its four neighbours


def _widened(digits: np.ndarray, amount: np.float32) -> np.ndarray:
    """Widen the strokes of digits (784, n) by `amount` pixels on each side; thin them if it is < 0.

    Interpolates towards the grey dilation, or the erosion.
    """
    limit = cv2.dilate if amount > 0 else cv2.erode
    extreme = limit(digits.reshape(SIDE, SIDE, -1), _CROSS).reshape(digits.shape)
    return digits + abs(amount) * (extreme - digits)


def _sampled(digits: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Resample digits (784, n) at rows and columns (784,) by bilinear interpolation."""
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    down, right = (rows - top)[:, None], (columns - left)[:, None]
    corner = top * SIDE + left
    upper_left, lower_left = digits[corner], digits[corner + SIDE]
    upper = upper_left + right * (digits[corner + 1] - upper_left)
    lower = lower_left + right * (digits[corner + SIDE + 1] - lower_left)
    return upper + down * (lower - upper)


AUGMENTATIONS: dict[str, Callable[[np.ndarray, np.random.Generator, float], np.ndarray]] = {
    "distort": distort,
    "none": lambda X, rng, strength: X,
}


def augmented_epochs(
    X: np.ndarray, augment: str, epochs: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield X (N, 784) for every epoch, newly augmented and shuffled, and its row numbers (N,).

    `augment` is one of AUGMENTATIONS. A second thread prepares the next epoch's digits meanwhile.
    The distortions fade to a quarter of their strength, since strong ones blur fine differences.
    """

    def epoch(strength: float) -> tuple[np.ndarray, np.ndarray]:
        order = rng.permutation(len(X))
        return AUGMENTATIONS[augment](X[order], rng, strength), order

    strengths = np.linspace(1, 0.25, epochs).tolist()
    with ThreadPoolExecutor(max_workers=1) as second_thread:
        upcoming = second_thread.submit(epoch, strengths[0])
        for strength in strengths[1:]:
            current = upcoming.result()
            upcoming = second_thread.submit(epoch, strength)
            yield current
        yield upcoming.result()
