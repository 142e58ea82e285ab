"""The benchmarks run on a handful of digits, and what they draw is what they say."""

import gzip
import json
import re

import numpy as np
import pytest

from benchmarks.drawings import centered
from benchmarks.photos import CONDITIONS, LONG, SHORT, photo_of
from benchmarks.samples import (
    CANVAS,
    NON_DIGITS,
    composed,
    drawings_of,
    drawn,
    load_digits,
    non_digits,
    numbers_of,
    touching,
)
from harness.idx_files import small_mnist, write
from model.picture.ink import ink_of
from model.picture.segmentation import parts_of_number, without_dust

SEVEN = {"label": 7, "strokes": [[[0, 0], [60, 0], [20, 100]]]}
FOUR = {"label": 4, "strokes": [[[10, 0], [0, 60], [60, 58]], [[45, 20], [40, 100]]]}


def packed(path, *digits):
    path.write_bytes(gzip.compress(json.dumps({"digits": digits}).encode()))
    return path


@pytest.fixture
def digits(tmp_path):
    return load_digits(packed(tmp_path / "digits", SEVEN, FOUR))


def dark(canvas):
    """(CANVAS, CANVAS) bool: where the ink is; it touches the edge of the canvas at most."""
    ink = np.asarray(canvas) < 128
    assert ink.shape == (CANVAS, CANVAS)
    assert np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]]).mean() < 0.2
    return ink


def test_drawings(run, tmp_path):
    told = run(
        "benchmarks/drawings.py", packed(tmp_path / "digits", SEVEN, FOUR, SEVEN | {"label": 2})
    )
    assert "3 drawings" in told
    assert "our preparation        66.67% right" in told
    assert "if it may be a number  66.67% right" in told
    assert "certain: 100.00%, of which 66.67% right" in told
    assert all(f"{name} " in told for name in ("explaining", *NON_DIGITS))
    assert told.count("composed numbers of ") == 3 and told.count("touching numbers of ") == 2


def test_photos(run, tmp_path):
    told = run("benchmarks/photos.py", packed(tmp_path / "digits", SEVEN, FOUR), "--count", 1)
    shares = dict(re.findall(r"^(.*?) +([\d.]+)% right$", told, re.M))
    assert list(shares) == [*(condition.name for condition in CONDITIONS), "mean"]
    assert float(shares["good light"]) == float(shares["a sheet on a table"]) == 100
    assert float(shares["mean"]) > 75


def test_training_speed(run, tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_DIR", str(write(tmp_path, small_mnist(train=200, test=20))))
    told = run("benchmarks/training_speed.py")
    assert "One epoch, 200 digits" in told
    assert re.search(r"  this project .* 1\.00 x this project's time\n  the tutorials' loop ", told)


def test_a_file_need_not_be_packed(tmp_path):
    path = tmp_path / "digits"
    path.write_text(json.dumps({"digits": [FOUR]}))
    ((label, strokes),) = load_digits(path)
    assert label == 4 and [stroke.tolist() for stroke in strokes] == FOUR["strokes"]


@pytest.mark.parametrize("content", [b"no JSON", b"[]", b'{"other": 1}', b"\x1f\x8bcut off"])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "digits"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not digits as strokes"):
        load_digits(path)


def test_a_drawing_is_on_its_canvas_and_the_same_every_time(digits):
    once, again = drawings_of(10 * digits), drawings_of(10 * digits)
    assert once == again
    for drawing in once:
        rows, columns = np.nonzero(dark(drawing))
        assert 0.28 * CANVAS < max(np.ptp(rows), np.ptp(columns)) + 1 < 0.87 * CANVAS


def test_non_digits_differ_and_are_the_same_every_time():
    once, again = non_digits(2), non_digits(2)
    assert once == again and list(once) == list(NON_DIGITS)
    assert all(dark(a).any() and a != b for a, b in once.values())


def test_a_number_has_gaps_between_its_digits(digits):
    for seed in range(10):
        columns = dark(composed(2 * digits, np.random.default_rng(seed))).any(axis=0)
        assert (np.diff(np.flatnonzero(columns)) > 4).sum() == 3


def test_touching_digits_are_one_piece_of_ink_and_the_third_stands_apart(digits):
    for seed in range(10):
        ink = ink_of(touching([*digits, digits[0]], np.random.default_rng(seed)))
        assert len(without_dust(parts_of_number(ink))) == 2


def test_numbers_are_what_their_texts_say_and_the_same_every_time(digits, recognizer):
    once, again = (numbers_of(digits, 3, 5, composed) for _ in range(2))
    assert len(once) == 5 and once == again
    assert all(len(text) == 3 and set(text) <= {"7", "4"} for text, _ in once)
    assert sum(recognizer.read(picture).text == text for text, picture in once) >= 4


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_a_photo_is_the_same_every_time(condition, digits):
    (text, photo), (again, same) = (photo_of(condition, digits, seed=0) for _ in range(2))
    assert text == again and photo == same
    assert condition.digits[0] <= len(text) <= condition.digits[1]
    assert photo.mode == "RGB" and sorted(photo.size) == [SHORT, LONG]


@pytest.mark.parametrize("at", [(0, 0), (150, 40)])
def test_centered_is_as_mnist_was(at):
    """Wherever it is drawn: 20 pixels high, its centre of mass in the middle."""
    bar = [np.float64([(0, 0), (0, 100)]) + at]
    image = centered(drawn(bar, np.random.default_rng(1)))
    assert image.shape == (28, 28) and image.dtype == np.float32 and 0.3 < image.max() <= 1
    rows, columns = np.nonzero(image > 0.1)
    assert np.ptp(rows) + 1 == 20
    assert abs(rows.mean() - 14) <= 1 and abs(columns.mean() - 14) <= 1
