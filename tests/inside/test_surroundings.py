"""Digits like yours: the nearest, and the map, against sums in loops and the covariance matrix."""

import numpy as np
import pytest

from model.inside.surroundings import Surroundings, last_hidden, principal_components
from model.network.layers import softmax
from model.picture.moments import by_moments

SOME = 120


@pytest.fixture(scope="module")
def surroundings(network, digits):
    return Surroundings.of(network, digits.X[:: len(digits.X) // SOME])


@pytest.mark.parametrize("network", ["shipped"], indirect=True)
def test_the_answer_is_one_sum_away(network, x):
    last = network.dense_layers[-1]
    logits = last_hidden(network, x[None]) @ last.W + last.b
    np.testing.assert_allclose(softmax(logits), softmax(network.logits(x[None])), atol=1e-6)


def test_the_nearest(network, surroundings, x):
    own = last_hidden(network, x[None])[0].tolist()
    assert len(own) == network.sizes[-2]
    far = []
    for other in surroundings.features.tolist():
        far.append(sum((a - b) ** 2 for a, b in zip(own, other)) ** 0.5)
    numbers, distances = surroundings.nearest(x)
    np.testing.assert_allclose(distances, sorted(far)[:5], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose([far[n] for n in numbers], distances, rtol=1e-3, atol=1e-4)
    assert len(set(numbers.tolist())) == 5


def test_a_digit_is_nearest_to_itself(shipped, digits):
    surroundings = Surroundings.of(shipped, digits.X)
    for number in (0, 345, 999):
        numbers, distances = surroundings.nearest(digits.X[number], count=1)
        assert numbers.tolist() == [number] and distances[0] == pytest.approx(0, abs=1e-4)
        place = surroundings.place(digits.X[number])
        np.testing.assert_allclose(place, surroundings.points[number], atol=1e-4)


def test_most_neighbours_are_the_same_digit(shipped, digits):
    X = by_moments(digits.X)
    surroundings = Surroundings.of(shipped, X[::2])
    same = [digits.labels[::2][surroundings.nearest(x)[0]] == y
            for x, y in zip(X[1::40], digits.labels[1::40])]  # fmt: skip
    assert np.mean(same) > 0.9


def test_the_map_shows_as_much_of_the_variance_as_a_plane_can(network, surroundings):
    """The largest two eigenvalues of the covariance are the most that two directions can have."""
    features = surroundings.features.astype(np.float64)
    eigenvalues = np.linalg.eigvalsh(np.atleast_2d(np.cov(features.T, bias=True)))[::-1]
    expected = np.append(eigenvalues, 0)[:2]
    shown = surroundings.points.var(axis=0)
    np.testing.assert_allclose(shown, expected, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(surroundings.shares, expected / eigenvalues.sum(), atol=1e-3)
    lengths = [1, 1] if features.shape[1] > 1 else [1, 0]
    np.testing.assert_allclose(surroundings.axes @ surroundings.axes.T, np.diag(lengths), atol=1e-5)


def test_the_map_is_never_mirrored(network, surroundings, digits):
    largest = [axis[np.abs(axis).argmax()] for axis in surroundings.axes]
    assert min(largest) >= 0
    X = digits.X[:: len(digits.X) // SOME]
    backwards = Surroundings.of(network, X[::-1])
    np.testing.assert_allclose(backwards.points[::-1], surroundings.points, atol=2e-3)


def test_pictures_that_are_all_alike_have_no_directions():
    axes, shares = principal_components(np.zeros((6, 4), np.float32))
    assert np.isfinite(axes).all() and not shares.any()
