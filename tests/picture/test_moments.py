"""Normalization by moments: what people differ in is gone, and nothing else is."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.pictures import SEVEN, ZERO, draw
from model.picture.moments import POWER, SPREAD, STEEPEST, by_moments, normalization_of
from model.picture.prepare import prepare


def central(image):
    """Centre (x, y), and the central moments xx, yy, xy of a picture, over its mass."""
    ink = image.reshape(28, 28).astype(float)
    y, x = np.mgrid[:28, :28]
    mass = ink.sum()
    left, top = (ink * x).sum() / mass, (ink * y).sum() / mass
    dx, dy = x - left, y - top
    return (left, top), [(ink * each).sum() / mass for each in (dx * dx, dy * dy, dx * dy)]


@pytest.mark.parametrize("strokes", [SEVEN, ZERO])
@pytest.mark.parametrize(("width", "slant"), [(1, 0), (1, 0.3), (1, -0.3), (0.7, -0.2)])
def test_slant_size_and_place_are_as_said(strokes, width, slant):
    """Whatever they were: so digits that differ in them become alike."""
    boxed = prepare(draw([[(width * x + slant * y, y) for x, y in stroke] for stroke in strokes]))
    centre, (xx, yy, xy) = central(by_moments(boxed.reshape(1, 784)))
    assert centre == pytest.approx((13.5, 13.5), abs=0.1)
    assert xy / yy == pytest.approx(0, abs=0.02)
    assert max(xx, yy) ** 0.5 == pytest.approx(SPREAD, rel=0.03)
    _, (before_xx, before_yy, before_xy) = central(boxed)
    proportion = (before_xx - before_xy**2 / before_yy) / before_yy  # squared, without the slant
    assert xx / yy == pytest.approx(proportion**POWER, rel=0.05)


def test_what_leans_more_than_handwriting_is_not_made_upright():
    lying = np.zeros((1, 28, 28), np.float32)
    for row in range(10, 18):
        lying[0, row, 3 * row - 30 : 3 * row - 24] = 1  # three columns to the right for each row
    assert normalization_of(lying).shear == pytest.approx(STEEPEST)
    assert normalization_of(lying[:, :, ::-1]).shear == pytest.approx(-STEEPEST)


TAIL = np.zeros((3, 28, 28), np.float32)
TAIL[0, 10:18, 2:10] = TAIL[0, 14, 10:27] = 1


@settings(max_examples=100)
@given(arrays(np.float32, (3, 784), elements=st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0])))
@example(TAIL.reshape(3, 784))
def test_any_picture_can_be_normalized_and_nothing_leaves_it(X):
    before = X.copy()
    with np.errstate(all="raise"):
        found = by_moments(X)
    np.testing.assert_array_equal(X, before)
    assert found.shape == X.shape and found.dtype == np.float32
    assert np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1
    assert not found[~X.any(axis=1)].any()
    np.testing.assert_allclose(found[1:2], by_moments(X[1:2]), atol=1e-5)  # each for itself
    images, (rows, columns) = X.reshape(3, 28, 28), np.mgrid[:28, :28]
    x, y, shear, width, height = (each[:, None, None] for each in normalization_of(images))
    for far in (height * (rows - y), width * (columns - x - shear * (rows - y))):
        assert np.abs(far * (images > 0.2)).max() <= 13.51
