"""The benchmarks run: on a handful of drawings, and on a handful of digits."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.drawings import drawn, held_out, load_digits
from benchmarks.pen_numbers import composed, some_numbers, touching
from benchmarks.photography import CONDITIONS, LONG, SHORT, by_pen, by_shipped, some_photos
from benchmarks.preparations import centered, shrunk
from harness.idx_files import small_mnist, write
from model.picture.ink import ink_of
from model.picture.segmentation import parts_of_number, without_dust

ROOT = Path(__file__).parents[1]
SEVEN = {"label": 7, "strokes": [[[0, 0], [60, 0], [20, 100]]]}
FOUR = {"label": 4, "strokes": [[[10, 0], [0, 60], [60, 58]], [[45, 20], [40, 100]]]}


def run(*arguments):
    told = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_drawings(tmp_path):
    path = tmp_path / "digits"
    wrong = {**SEVEN, "label": 2}  # so that there is a failure to show
    path.write_bytes(gzip.compress(json.dumps({"digits": [SEVEN, FOUR, wrong]}).encode()))
    told = run("benchmarks.drawings", path, "--sheet", tmp_path / "failures.png")
    assert "3 drawings" in told
    assert "if it may be a number  66.67% right" in told
    assert "non-digits read as numbers: " in told
    assert all(f"numbers of {length} digits: " in told for length in (2, 3, 4))
    assert all(f"{length} digits, two of them touching: " in told for length in (2, 3))
    assert "right: 66.67%" in told
    assert "non-digits accepted: " in told
    assert np.asarray(Image.open(tmp_path / "failures.png")).std() > 0


def test_half_of_the_writers_are_counted_and_never_shown(tmp_path):
    """Ann may be looked at; all of Bob's are misread, and none is on the sheet."""
    path, sheet = tmp_path / "digits", tmp_path / "failures.png"
    ann, bob = {**SEVEN, "writer": "ann"}, {**SEVEN, "label": 2, "writer": "bob"}
    assert held_out([bob, ann, bob, SEVEN]).tolist() == [True, False, True, False]
    path.write_text(json.dumps({"digits": [ann, bob, bob]}))
    told = run("benchmarks.drawings", path, "--sheet", sheet)
    assert "may be looked at 100.00% right, of those held out 0.00%" in told
    assert not sheet.exists()
    assert "no failures to show" in told


def test_a_file_need_not_be_packed(tmp_path):
    path = tmp_path / "digits"
    path.write_text(json.dumps({"digits": [SEVEN, FOUR]}))
    assert load_digits(path) == [SEVEN, FOUR]


def test_drawings_refuses_another_file(tmp_path):
    path = tmp_path / "digits"
    for content in (b"no JSON", b"[]", b'{"other": 1}', gzip.compress(b"{")):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="not digits as strokes"):
            load_digits(path)


def test_a_drawing_is_on_its_canvas_and_the_same_every_time():
    for seed in range(30):
        canvas = np.asarray(drawn(SEVEN, np.random.default_rng(seed)))
        np.testing.assert_array_equal(canvas, drawn(SEVEN, np.random.default_rng(seed)))
        rows, columns = np.nonzero(canvas < 128)
        size = max(np.ptp(rows), np.ptp(columns)) + 1
        assert 0.28 * 320 < size < 0.87 * 320
        edge = np.concatenate([canvas[0], canvas[-1], canvas[:, 0], canvas[:, -1]])
        assert (edge < 128).mean() < 0.2  # it may touch the edge, but is not cut off by it


def test_a_number_is_on_its_canvas_with_gaps_between_its_digits():
    for seed in range(30):
        canvas = np.asarray(composed([SEVEN, FOUR, SEVEN, FOUR], np.random.default_rng(seed)))
        edge = np.concatenate([canvas[0], canvas[-1], canvas[:, 0], canvas[:, -1]])
        assert (edge < 128).mean() < 0.2
        drawn_columns = np.flatnonzero((canvas < 128).any(axis=0))
        assert (np.diff(drawn_columns) > 4).sum() == 3


def test_touching_digits_are_one_piece_of_ink_and_the_third_stands_apart():
    for seed in range(30):
        canvas = np.asarray(touching([SEVEN, FOUR, SEVEN], np.random.default_rng(seed)))
        ink = ink_of(canvas)
        assert len(without_dust(parts_of_number(ink))) == 2


def test_numbers_are_the_same_every_time():
    once, again = (some_numbers([SEVEN, FOUR], length=3, count=5) for _ in range(2))
    assert len(once) == 5 and once == again
    assert all(len(text) == 3 and set(text) <= {"7", "4"} for text, _ in once)


def test_photos(tmp_path):
    digits, sheet = tmp_path / "digits", tmp_path / "failures.png"
    digits.write_text(json.dumps({"digits": [SEVEN, {**FOUR, "label": 2}]}))  # some are failures
    told = run("benchmarks.photos", "--drawings", digits, "--count", 2, "--sheet", sheet)
    assert all(condition.name in told for condition in CONDITIONS)
    assert "mean" in told
    assert np.asarray(Image.open(sheet)).std() > 0


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_a_photo_is_the_same_every_time(condition):
    for writer in (by_shipped, by_pen([SEVEN, FOUR])):
        (text, photo), (again, same) = (some_photos(condition, writer, 1)[0] for _ in range(2))
        assert text == again and photo == same
        assert condition.digits[0] <= len(text) <= condition.digits[1]
        assert photo.mode == "RGB" and sorted(photo.size) == [SHORT, LONG]


def test_preparations_of_others():
    canvas = drawn(SEVEN, np.random.default_rng(1))
    for prepare in (shrunk, centered):
        image = prepare(canvas)
        assert image.shape == (28, 28) and image.dtype == np.float32
        assert image.min() >= 0 and 0.3 < image.max() <= 1
    rows, columns = np.nonzero(centered(canvas) > 0.1)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(20, abs=1)


def test_training_speed(tmp_path):
    folder = write(tmp_path, small_mnist(train=200, test=20))
    told = run("benchmarks.training_speed", "--mnist-dir", folder, "--repeats", 1)
    assert "the tutorials' loop" in told and "1.00 x this project's time" in told
