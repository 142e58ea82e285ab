"""Digits like yours: their file; the nearest, and the map, against sums and the covariance."""

import numpy as np
import pytest

from model.inside.digits import DIGITS, load
from model.inside.features import FeatureSpace, last_hidden, principal_components
from model.picture.moments import by_moments


@pytest.fixture(scope="module")
def space(network, digits):
    return FeatureSpace.of(network, digits.X[::8])


def test_the_nearest(network, space, x):
    own = last_hidden(network, x[None])[0]
    last = network.dense_layers[-1]
    if last is network.layers[-1]:  # the answer is one sum away
        logits = network.logits(x[None])[0]
        np.testing.assert_allclose(own @ last.W + last.b, logits, rtol=1e-4, atol=1e-4)
    far = ((space.features.astype(float) - own) ** 2).sum(axis=1) ** 0.5
    numbers, distances = space.nearest(x)
    assert len(set(numbers.tolist())) == 5
    for expected in (np.sort(far)[:5], far[numbers]):
        np.testing.assert_allclose(distances, expected, rtol=1e-3, atol=1e-4)


def test_a_digit_is_nearest_to_itself_and_most_neighbours_are_the_same_digit(shipped, digits):
    X = by_moments(digits.X)
    space = FeatureSpace.of(shipped, X)
    same = []
    for number in range(0, 1000, 40):
        (itself, *others), distances = space.nearest(X[number])
        assert itself == number and distances[0] == pytest.approx(0, abs=1e-4)
        np.testing.assert_allclose(space.place(X[number]), space.points[number], atol=1e-4)
        same.append(digits.labels[others] == digits.labels[number])
    assert np.mean(same) > 0.9


def test_the_map_shows_as_much_of_the_variance_as_a_plane_can(space):
    """The largest two eigenvalues of the covariance are the most that two directions can have."""
    features = space.features.astype(np.float64)
    eigenvalues = np.linalg.eigvalsh(np.atleast_2d(np.cov(features.T, bias=True)))[::-1]
    expected = np.append(eigenvalues, 0)[:2]
    np.testing.assert_allclose(space.points.var(axis=0), expected, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(space.shares, expected / eigenvalues.sum(), atol=1e-3)
    lengths = [1, 1] if features.shape[1] > 1 else [1, 0]
    np.testing.assert_allclose(space.axes @ space.axes.T, np.diag(lengths), atol=1e-5)
    assert min(axis[np.abs(axis).argmax()] for axis in space.axes) >= 0  # never mirrored
    axes, shares = principal_components(np.zeros((6, 4), np.float32))  # all alike
    assert np.isfinite(axes).all() and not shares.any()


def test_the_shipped_file(digits, shipped):
    assert np.bincount(digits.labels).tolist() == [100] * 10
    assert digits.X.shape == (1000, 784) and digits.X.dtype == np.float32
    assert digits.X[7, 400] == pytest.approx(digits.images[7, 14, 8] / 255)
    with np.load(DIGITS) as file:
        assert "CC BY-SA 3.0" in str(file["metadata"])
    assert (shipped.predict(by_moments(digits.X)).argmax(axis=1) == digits.labels).mean() > 0.97


@pytest.mark.parametrize("images", [None, np.array([{}], object)])  # missing; pickled
def test_what_is_no_file_of_digits(tmp_path, images):
    path = tmp_path / "digits.npz"
    with pytest.raises(FileNotFoundError, match=r"digits\.npz: no such file; `git checkout"):
        load(path)
    np.savez(path, labels=np.zeros(2), **({} if images is None else {"images": images}))
    with pytest.raises(ValueError, match=r"digits\.npz: not a readable"):
        load(path)
