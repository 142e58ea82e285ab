"""The benchmarks run on a handful of digits, and what they draw is what they say."""

import gzip
import json
import re

import pytest

from benchmarks import samples
from benchmarks.photos import CONDITIONS, photo_of
from harness.inputs import small_mnist, write

SEVEN = {"label": 7, "strokes": [[[0, 0], [60, 0], [20, 100]]]}
FOUR = {"label": 4, "strokes": [[[10, 0], [0, 60], [60, 58]], [[45, 20], [40, 100]]]}


@pytest.fixture
def path(tmp_path):
    (tmp_path / "digits").write_bytes(gzip.compress(json.dumps({"digits": [SEVEN, FOUR]}).encode()))
    return tmp_path / "digits"


def test_drawings(run, path):
    path.write_text(json.dumps({"digits": [SEVEN, FOUR, SEVEN | {"label": 2}]}))
    told = run("benchmarks/drawings.py", path)
    assert "crop, box, centre      66.67% right" in told
    assert "our preparation        66.67% right" in told
    assert "if it may be a number  66.67% right" in told
    assert "certain: 100.00%, of which 66.67% right" in told
    assert all(f"{name} " in told for name in ("explaining", *samples.NON_DIGITS))
    assert told.count("composed numbers of ") == 3 and told.count("touching numbers of ") == 2


def test_photos(run, path):
    told = run("benchmarks/photos.py", path, "--count", 1)
    shares = dict(re.findall(r"^(.*?) +([\d.]+)% right$", told, re.M))
    assert list(shares) == [*(condition.name for condition in CONDITIONS), "mean"]
    assert float(shares["good light"]) == float(shares["a sheet on a table"]) == 100
    assert float(shares["mean"]) > 75


def test_training_speed(run, tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_DIR", str(write(tmp_path, small_mnist(train=200, test=20))))
    told = run("benchmarks/training_speed.py")
    assert "One epoch, 200 digits" in told
    assert re.search(r"  this project .* 1\.00 x this project's time\n  the tutorials' loop ", told)


def test_pictures_are_the_same_every_time(path):
    digits = samples.load_digits(path)
    for make in (
        lambda: samples.drawings_of(digits),
        lambda: samples.non_digits(1),
        lambda: samples.numbers_of(digits, 3, 5, samples.touching),
        lambda: [photo_of(condition, digits, seed=0) for condition in CONDITIONS[::6]],
    ):
        assert make() == make()
