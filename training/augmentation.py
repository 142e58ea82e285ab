"""New digits from old ones: turned, slanted, stretched, bent, and written with another pen.

Distortions that leave a digit the same digit tell a network what does not matter, which is worth
more to a small one than more neurons (Simard, Steinkraus, Platt 2003). Made anew every epoch.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from model.picture.prepare import SIDE

GROUP = 128  # digits that share one distortion: what to mix from where is worked out once for them

# How far a digit may change at full strength: uniform within ±, but for the bend.
ROTATION = 0.12  # radians
SLANT = 0.12  # pixels to the side for each pixel of height
STRETCH = 0.1  # of height and width, each for itself
SHIFT = 1.0  # pixels
BEND = 0.8  # pixels, standard deviation of the elastic displacement
THICKNESS = 0.5  # share of the way to strokes that are one pixel wider on each side


def distort(X: np.ndarray, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Digits (N, 784) float32 in 0..1, each distorted at random; X stays as it is.

    `strength` is 1 for the amounts above, and 0 for no change.
    """
    result = np.empty_like(X)
    count = -(-len(X) // GROUP)
    rows, columns = _sources(count, rng, strength)
    widening = strength * rng.uniform(-0.7 * THICKNESS, THICKNESS, count)
    for number in range(count):
        group = slice(number, None, count)  # far apart: a batch has digits of many groups
        digits = np.ascontiguousarray(X[group].T)  # (784, n): one row per pixel
        digits = _widened(digits, np.float32(widening[number]))
        result[group] = _sampled(digits, rows[number], columns[number]).T
    return result


def _sources(
    count: int, rng: np.random.Generator, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """For `count` distortions, where each pixel's ink comes from: rows and columns (count, 784)."""
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
    # Nothing beyond the edge, and always a neighbour below and to the right.
    return tuple(places.clip(0, SIDE - 1.001).swapaxes(0, 1))


def _bumps(knots: int = 5) -> np.ndarray:
    """(knots², 784): how much each knot of a coarse grid moves each pixel.

    Random numbers at the knots then make a smooth random field, as Simard et al. make theirs by
    blurring one random number per pixel, at a fraction of the cost.
    """
    position = np.linspace(0, knots - 1, SIDE)
    near = np.exp(-0.5 * ((position[:, None] - np.arange(knots)) / 0.6) ** 2)
    near /= np.sqrt((near**2).sum(axis=1, keepdims=True))  # the same variance at every pixel
    return np.einsum("yi,xj->ijyx", near, near).reshape(-1, SIDE * SIDE)


_PIXELS = np.mgrid[:SIDE, :SIDE].reshape(2, -1) - SIDE / 2  # rows and columns from the centre
_BUMPS = _bumps()


def _widened(digits: np.ndarray, amount: np.float32) -> np.ndarray:
    """Digits (784, n) part of the way to wider strokes, or to thinner ones if `amount` < 0.

    Grey dilation is the maximum over a pixel and its four neighbours, erosion the minimum.
    """
    limit = np.maximum if amount > 0 else np.minimum
    images = digits.reshape(SIDE, SIDE, -1)
    extreme = images.copy()
    limit(extreme[1:], images[:-1], out=extreme[1:])
    limit(extreme[:-1], images[1:], out=extreme[:-1])
    limit(extreme[:, 1:], images[:, :-1], out=extreme[:, 1:])
    limit(extreme[:, :-1], images[:, 1:], out=extreme[:, :-1])
    return (images + abs(amount) * (extreme - images)).reshape(digits.shape)


def _sampled(digits: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Digits (784, n) read at other places (784,): bilinear, from the four pixels around each."""
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
    """X (N, 784) anew for every epoch, by the way named `augment`, in a new order.

    Each comes with that order: the row numbers (N,) in X. A second thread makes the next epoch's
    digits while this one's are trained with.

    The distortions fade to a quarter of their strength: first what does not matter is learned,
    then the fine differences that strong distortions blur.
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
