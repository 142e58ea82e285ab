"""Pen strokes: real digits, the rarer ways made from them, and what is no digit."""

import json

import numpy as np
import pytest

from model.picture.prepare import prepare
from training.dataset import NO_DIGIT
from training.strokes import drawing, files
from training.strokes.drawing import (
    CHUNK,
    HELD_OUT,
    VALIDATION,
    draw,
    drawn,
    drawn_here,
    held_out,
    placed,
)
from training.strokes.edits import EDITS, edited
from training.strokes.files import SIZE, STROKES, digits, pack
from training.strokes.hand import STEP, curve, moved, resampled, sketched
from training.strokes.non_digits import SIGNS, pair, scribble, turned


def box(strokes):
    points = np.concatenate(strokes)
    return np.ptp(points, axis=0)


def by_edit():
    return [
        pytest.param(label, edit, id=f"{label} {getattr(edit, 'func', edit).__name__.strip('_')}")
        for label, edits in EDITS.items()
        for _, edit in edits
    ]


def test_the_file_holds_digits_of_ninety_people_and_whose_they_are():
    assert len(digits()) == 7_494 + 1_200
    assert len({digit.writer for digit in digits()}) == 30 + 60
    assert set(np.bincount([digit.label for digit in digits()]) > 800) == {True}
    for digit in digits()[::50]:
        points = np.concatenate(digit.strokes)
        assert points.min(axis=0) == pytest.approx([0, 0], abs=0.3)
        assert points.max() == pytest.approx(SIZE, abs=0.3)
    with np.load(STROKES) as file:
        told = str(file["metadata"])
    assert "Alpaydin" in told and "Llorens" in told and told.count("CC BY 4.0") == 2
    assert STROKES.stat().st_size <= 500_000


def test_what_was_packed_is_read(tmp_path, monkeypatch):
    """Within a step of the grid, in any units."""
    path = tmp_path / "digits.npz"
    zigzag = [[100, 100], [300, 100], [300, 500], [100, 500], [100, 500]]
    own = {"label": 2, "writer": "a", "strokes": [zigzag, [[150, 300]]]}
    pack([{"source": "x", "license": "y", "digits": [own, {**own, "writer": "b"}]}], path)
    monkeypatch.setattr(files, "STROKES", path)
    found = files.digits.__wrapped__()
    assert [(digit.label, digit.writer) for digit in found] == [(2, 0), (2, 1)]
    line, dot = found[0].strokes
    for corner in ([0, 0], [5, 0], [5, 10], [0, 10]):
        assert np.linalg.norm(line - corner, axis=1).min() < 0.3
    np.testing.assert_allclose(dot, [[1.25, 5]] * 2, atol=0.1)
    assert json.loads(str(np.load(path)["metadata"])) == [{"source": "x", "license": "y"}]


@pytest.mark.parametrize(("label", "edit"), by_edit())
def test_edits_change_most_digits_a_little(label, edit):
    rng = np.random.default_rng(0)
    before = [[resampled(s) for s in d.strokes] for d in digits() if d.label == label][::40]
    after = [edit(strokes, rng) for strokes in before]
    is_same = [len(a) == len(b) and all(map(np.array_equal, a, b)) for a, b in zip(before, after)]
    assert np.mean(is_same) < 0.9
    for strokes in after:
        assert all(np.isfinite(points).all() and len(points) > 1 for points in strokes)
        assert 3 < box(strokes).max() < 3 * SIZE


def test_as_often_as_is_said():
    rng = np.random.default_rng(0)
    zero = [resampled(next(d for d in digits() if d.label == 0).strokes[0])]
    slashed = [len(edited(zero, 0, rng)) > 1 for _ in range(1_000)]
    assert np.mean(slashed) == pytest.approx(0.32, abs=0.04)


def test_a_curve_passes_through_its_points():
    points = np.array([[0.0, 0.0], [3.0, 1.0], [3.5, 6.0], [0.0, 9.0]])
    line = curve(points)
    for point in points:
        assert np.linalg.norm(line - point, axis=1).min() < STEP
    assert np.linalg.norm(np.diff(line, axis=0), axis=1).max() <= STEP


def test_two_points_make_a_straight_line():
    line = curve(np.array([[0.0, 0.0], [6.0, 3.0]]))
    np.testing.assert_allclose(line[:, 0], 2 * line[:, 1], atol=1e-9)


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_can_be_drawn_and_never_twice_the_same(sign):
    rng = np.random.default_rng(0)
    first, second = (moved(sketched(sign, rng), rng) for _ in range(2))
    assert len(first) == len(second) == sign.count(";") + 1
    assert not np.allclose(first[0].mean(axis=0), second[0].mean(axis=0))
    assert drawing.picture(first, rng).max() > 0.5


def test_a_digit_that_lies_or_is_mirrored_may_still_be_one():
    rng, strokes = np.random.default_rng(0), [np.array([[0.0, 0.0], [1.0, 5.0]])]
    for label in (0, 1, 8):
        assert all(turned(strokes, label, rng) is None for _ in range(20))
    assert any(turned(strokes, 7, rng) for _ in range(20))


def test_a_pair_stands_side_by_side():
    left, right = ([np.array([[0.0, 0.0], [2.0, 10.0]])] for _ in range(2))
    (_, before), (after, _) = (
        (points[:, 0].min(), points[:, 0].max())
        for points in pair(left, right, np.random.default_rng(0))
    )
    assert -0.5 < after - before < 1


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


@pytest.mark.parametrize("digit", digits()[::400], ids=lambda digit: str(digit.label))
def test_a_picture_is_what_the_page_would_make_of_it(digit):
    """Drawn on a canvas, found there and enlarged: the same picture, but for the edges' greys."""
    differences = []
    for seed, size in enumerate((100, 180, 250)):
        image = drawing.picture(digit.strokes, np.random.default_rng(seed))
        brush = size * np.exp(np.random.default_rng(seed).uniform(*np.log(drawing.BRUSH)))
        canvas = draw(placed(digit.strokes, size, brush, at=(30, 40)), 320, brush)
        differences.append(np.abs(prepare(canvas) - image).mean())
    assert np.mean(differences) < 0.02  # two digits: 0.1 to 0.2


def test_drawn_depends_on_its_seed_alone():
    count = CHUNK + 20  # two chunks, maybe made by two processes in any order
    first, again = (draw_them(count, np.random.default_rng(5)) for draw_them in (drawn, drawn_here))
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    assert first.X.shape == (count, 784) and first.X.dtype == np.float32
    assert set(first.y.tolist()) == {*range(10), NO_DIGIT}
    share = (first.y == NO_DIGIT).mean()
    assert share == pytest.approx(drawing.NO_DIGIT_SHARE, abs=0.06)
    assert not np.array_equal(first.X[: CHUNK // 2], first.X[CHUNK : CHUNK + CHUNK // 2][:20])


def test_those_who_validate_are_not_trained_on(monkeypatch):
    """Of 90 people 9 are held out: here these write ones only, and the others eights."""
    marked = [
        digit._replace(strokes=[np.array([[5.0, 0.0], [5.0, 10.0]])], label=1)
        if digit.writer % HELD_OUT == HELD_OUT - 1
        else digit._replace(label=8)
        for digit in digits()[::20]
    ]
    assert {digit.label for digit in marked} == {1, 8}
    monkeypatch.setattr(drawing, "digits", lambda: marked)
    assert set(drawing.drawn_digits(100, np.random.default_rng(0)).y.tolist()) == {8}
    validation = held_out(np.random.default_rng(0))
    assert set(validation.y.tolist()) == {1} and len(validation) == VALIDATION
