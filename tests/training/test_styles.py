"""Drawn digits: the table is well-formed, samples are what the page would deliver."""

import re

import numpy as np
import pytest

from model.picture.prepare import prepare
from training.dataset import NO_DIGIT
from training.styles import drawing
from training.styles.drawing import CHUNK, draw, drawn, placed, sample
from training.styles.table import DIGITS, NON_DIGITS, RARER_DIGITS
from training.styles.writing import curve, parse, scribble, written

TABLES = (*DIGITS.values(), *RARER_DIGITS.values(), NON_DIGITS)
EVERY_STYLE = [style for table in TABLES for style in table.values()]
POINT = r"-?(\d+|\d*\.\d+),-?(\d+|\d*\.\d+)!?"


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_the_table_is_well_formed(style):
    for stroke in style.split(";"):
        words = stroke.split()
        assert len(words) >= 2
        for word in words:
            assert re.fullmatch(POINT, word), word


def test_every_digit_has_many_styles():
    for tables in (DIGITS, RARER_DIGITS):
        assert sorted(tables) == list(range(10))
        assert min(len(table) for table in tables.values()) >= 9
    assert len(set(EVERY_STYLE)) == len(EVERY_STYLE)


def test_parse_splits_at_lifts_and_corners():
    (first, second) = parse("0,0 3,-.5! 6,10 ; 1,2 3,4")
    assert [piece.tolist() for piece in first] == [[[0, 0], [3, -0.5]], [[3, -0.5], [6, 10]]]
    assert [piece.tolist() for piece in second] == [[[1, 2], [3, 4]]]


def test_a_curve_passes_through_its_points():
    points = np.array([[0.0, 0.0], [3.0, 1.0], [3.5, 6.0], [0.0, 9.0]])
    line = curve(points, step=0.05)
    for point in points:
        assert np.linalg.norm(line - point, axis=1).min() < 0.05
    assert np.linalg.norm(np.diff(line, axis=0), axis=1).max() < 0.2


def test_two_points_make_a_straight_line():
    line = curve(np.array([[0.0, 0.0], [6.0, 3.0]]))
    np.testing.assert_allclose(line[:, 0], 2 * line[:, 1], atol=1e-9)


def test_nobody_writes_twice_the_same():
    rng = np.random.default_rng(0)
    first, second = written(DIGITS[8]["two circles"], rng), written(DIGITS[8]["two circles"], rng)
    assert len(first) == len(second) == 2
    assert not np.allclose(np.mean(first[0], axis=0), np.mean(second[0], axis=0))


def test_a_drawing_has_its_size_brush_and_place():
    strokes = placed([np.array([[0.0, 0.0], [0.0, 10.0]])], size=100, brush=10, at=(30, 20))
    ink = 255 - np.asarray(draw(strokes, side=200, brush=10))
    rows, columns = np.flatnonzero(ink.max(1) > 127), np.flatnonzero(ink.max(0) > 127)
    assert (rows[0], rows[-1] + 1) == pytest.approx((20, 120), abs=1)
    assert (columns[0], columns[-1] + 1) == pytest.approx((30, 40), abs=1)


@pytest.mark.parametrize("style", EVERY_STYLE[::7])
def test_a_sample_is_a_prepared_drawing(style):
    image = sample(style, np.random.default_rng(0))
    assert image.shape == (28, 28) and image.dtype == np.float32
    assert image.max() > 0.5


@pytest.mark.parametrize("style", EVERY_STYLE[::7])
def test_a_sample_is_what_the_page_would_make_of_it(style):
    """Drawn on a canvas, found there and enlarged: the same picture, but for the edges' greys."""
    differences = []
    for seed, size in enumerate((100, 180, 250)):
        image = sample(style, np.random.default_rng(seed))
        same = np.random.default_rng(seed)
        strokes = written(style, same)
        brush = size * np.exp(same.uniform(*np.log(drawing.BRUSH)))
        canvas = draw(placed(strokes, size, brush, at=(30, 40)), 320, brush)
        differences.append(np.abs(prepare(canvas) - image).mean())
    assert np.mean(differences) < 0.02  # two digits: 0.1 to 0.2


def test_any_scribble_can_be_drawn():
    rng = np.random.default_rng(0)
    for _ in range(30):
        assert sample(scribble(rng), rng).shape == (28, 28)


def test_drawn_depends_on_its_seed_alone():
    count = CHUNK + 20  # two chunks, maybe made by two processes in any order
    first, again = (drawn(count, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    assert first.X.shape == (count, 784) and first.X.dtype == np.float32
    assert set(first.y.tolist()) == {*range(10), NO_DIGIT}
    share = (first.y == NO_DIGIT).mean()
    assert share == pytest.approx(drawing.NO_DIGIT_SHARE, abs=0.05)
    assert len(first.digits()) == count - (first.y == NO_DIGIT).sum()
    assert not np.array_equal(first.X[: CHUNK // 2], first.X[CHUNK : CHUNK + CHUNK // 2][:20])
