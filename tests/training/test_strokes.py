"""Pen strokes: real digits, the rarer ways made from them, and what is no digit."""

import numpy as np
import pytest

from model.picture.prepare import prepare
from model.reading import NO_DIGIT
from training.strokes import drawing
from training.strokes.drawing import draw, drawn, drawn_digits, drawn_here, held_out, placed
from training.strokes.edits import EDITS, edited
from training.strokes.hand import STEP, curve, moved, resampled, sketched
from training.strokes.non_digits import SIGNS, pair, scribble, turned
from training.strokes.pen_digits import FILE, SIZE, digits


def test_the_file_holds_digits_of_ninety_people_and_whose_they_are():
    assert len(digits()) == 7_494 + 1_200
    assert len({digit.writer for digit in digits()}) == 30 + 60
    assert min(np.bincount([digit.label for digit in digits()])) > 800
    for digit in digits()[::50]:
        points = np.concatenate(digit.strokes)
        assert points.min(axis=0) == pytest.approx([0, 0], abs=0.3)
        assert points.max() == pytest.approx(SIZE, abs=0.3)
    with np.load(FILE) as file:
        about = str(file["metadata"])
    assert "Alpaydin" in about and "Llorens" in about and about.count("CC BY 4.0") == 2


@pytest.mark.parametrize(
    ("label", "edit"),
    [(label, edit) for label, edits in EDITS.items() for _, edit in edits],
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", value),
)
def test_edits_change_most_digits_a_little(label, edit):
    rng = np.random.default_rng(0)
    before = [[resampled(s) for s in d.strokes] for d in digits() if d.label == label][::40]
    after = [edit(strokes, rng) for strokes in before]
    is_same = [len(a) == len(b) and all(map(np.array_equal, a, b)) for a, b in zip(before, after)]
    assert np.mean(is_same) < 0.9
    for strokes in after:
        assert all(np.isfinite(points).all() and len(points) > 1 for points in strokes)
        assert 3 < np.ptp(np.concatenate(strokes), axis=0).max() < 3 * SIZE


def test_edits_are_as_frequent_as_they_should_be():
    rng = np.random.default_rng(0)
    zero = [resampled(next(d for d in digits() if d.label == 0).strokes[0])]
    slashed = [len(edited(zero, 0, rng)) > 1 for _ in range(1_000)]
    assert np.mean(slashed) == pytest.approx(0.32, abs=0.04)


def test_a_curve_passes_through_its_points_and_is_straight_between_two():
    points = np.array([[0.0, 0.0], [3.0, 1.0], [3.5, 6.0], [0.0, 9.0]])
    line = curve(points)
    for point in points:
        assert np.linalg.norm(line - point, axis=1).min() < STEP
    assert np.linalg.norm(np.diff(line, axis=0), axis=1).max() <= STEP
    straight = curve(np.array([[0.0, 0.0], [6.0, 3.0]]))
    np.testing.assert_allclose(straight[:, 0], 2 * straight[:, 1], atol=1e-9)


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_can_be_drawn_and_never_twice_the_same(sign):
    rng = np.random.default_rng(0)
    first, second = (moved(sketched(sign, rng), rng) for _ in range(2))
    assert len(first) == len(second) == sign.count(";") + 1
    assert not np.allclose(first[0].mean(axis=0), second[0].mean(axis=0))
    assert drawing.picture(first, rng).max() > 0.5


def test_a_corner_of_a_sign_is_no_curve():
    smooth, sharp = (
        sketched(f"0,10 5,0{corner} 10,10", np.random.default_rng(0))[0] for corner in ("", "!")
    )
    lengths = [np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in (smooth, sharp)]
    assert lengths[1] < 0.99 * lengths[0]


def test_a_digit_that_lies_or_is_mirrored_may_still_be_one():
    rng, strokes = np.random.default_rng(0), [np.array([[0.0, 0.0], [1.0, 5.0]])]
    for label in (0, 1, 8):
        assert all(turned(strokes, label, rng) is None for _ in range(20))
    assert any(turned(strokes, 7, rng) for _ in range(20))


def test_a_pair_stands_side_by_side():
    left, right = ([np.array([[0.0, 0.0], [2.0, 10.0]])] for _ in range(2))
    first, second = pair(left, right, np.random.default_rng(0))
    assert -0.5 < second[:, 0].min() - first[:, 0].max() < 1


def test_any_scribble_can_be_drawn():
    rng = np.random.default_rng(0)
    for _ in range(30):
        assert drawing.picture(scribble(rng), rng).max() > 0.5


def test_a_drawing_has_its_size_brush_and_place():
    strokes = placed([np.array([[0.0, 0.0], [0.0, 10.0]])], size=100, brush=10, at=(30, 20))
    ink = 255 - np.asarray(draw(strokes, side=200, brush=10))
    rows, columns = np.flatnonzero(ink.max(1) > 127), np.flatnonzero(ink.max(0) > 127)
    assert (rows[0], rows[-1] + 1) == pytest.approx((20, 120), abs=1)
    assert (columns[0], columns[-1] + 1) == pytest.approx((30, 40), abs=1)


@pytest.mark.parametrize("digit", digits()[::800], ids=lambda digit: str(digit.label))
def test_a_picture_is_what_the_page_would_make_of_it(digit):
    """Drawn on a canvas, found there and enlarged: the same picture, but for the edges' greys."""
    differences = []
    for seed, size in enumerate((100, 180, 250)):
        image = drawing.picture(digit.strokes, np.random.default_rng(seed))
        brush = size * np.exp(np.random.default_rng(seed).uniform(*np.log(drawing.BRUSH)))
        canvas = draw(placed(digit.strokes, size, brush, at=(30, 40)), 320, brush)
        differences.append(np.abs(prepare(canvas) - image).mean())
    assert np.mean(differences) < 0.02  # two digits: 0.1 to 0.2


def test_samples_depend_on_their_seed_alone():
    count = drawing.CHUNK + 20  # two chunks, maybe made by two processes in any order
    first, again = (draw_them(count, np.random.default_rng(5)) for draw_them in (drawn, drawn_here))
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    assert first.X.shape == (count, 784) and first.X.dtype == np.float32
    assert len(np.unique(first.X, axis=0)) == count
    assert set(first.y.tolist()) == {*range(10), NO_DIGIT}
    assert (first.y == NO_DIGIT).mean() == pytest.approx(drawing.NO_DIGIT_SHARE, abs=0.06)


def test_those_who_validate_are_not_trained_on(monkeypatch):
    """Of 90 people 9 are held out: here these write ones only, and the others eights."""
    marked = [digit._replace(label=1 if digit.writer % 10 == 9 else 8) for digit in digits()[::20]]
    assert {digit.label for digit in marked} == {1, 8}
    monkeypatch.setattr(drawing, "digits", lambda: marked)
    monkeypatch.setattr(drawing, "VALIDATION", 100)
    assert set(drawn_digits(100, np.random.default_rng(0)).y.tolist()) == {8}
    validation = held_out(np.random.default_rng(0))
    assert set(validation.y.tolist()) == {1} and len(validation) == 100
