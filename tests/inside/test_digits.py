"""The file of digits: what is in it, and what is refused."""

import numpy as np
import pytest

from model.inside.digits import DIGITS, Digits, load, save
from model.picture.moments import by_moments


def test_the_shipped_file(digits, shipped):
    assert DIGITS.stat().st_size < 200_000
    assert np.bincount(digits.labels).tolist() == [100] * 10
    assert digits.images.shape == (1000, 28, 28) and digits.images.dtype == np.uint8
    assert digits.X.shape == (1000, 784) and digits.X.dtype == np.float32
    assert digits.X[7, 400] == pytest.approx(digits.images[7, 14, 8] / 255)
    assert digits.metadata["licence"].startswith("CC BY-SA 3.0")
    assert (shipped.predict(by_moments(digits.X)).argmax(axis=1) == digits.labels).mean() > 0.97


def test_saved_is_loaded(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    some = Digits(images, np.array([3, 0, 9], np.uint8), {"licence": "none", "é": [1]})
    paths = tmp_path / "a" / "digits.npz", tmp_path / "b.npz"
    for path in paths:
        save(path, some)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    back = load(paths[0])
    np.testing.assert_array_equal(back.images, images)
    assert back.labels.tolist() == [3, 0, 9] and back.metadata == some.metadata


@pytest.mark.parametrize(
    "changed",
    [
        {"images": np.zeros((2, 28, 28), np.float32)},
        {"images": np.zeros((2, 784), np.uint8)},
        {"labels": np.zeros(2, np.int64)},
        {"labels": np.zeros(3, np.uint8)},
        {"labels": np.array([0, 10], np.uint8)},
        {"images": np.zeros((0, 28, 28), np.uint8), "labels": np.zeros(0, np.uint8)},
        {"metadata": np.array("{")},
        {"metadata": np.array({"a": 1}, dtype=object)},  # pickled
    ],
)
def test_what_is_no_file_of_digits(tmp_path, changed):
    images, labels = np.zeros((2, 28, 28), np.uint8), np.array([0, 9], np.uint8)
    path = tmp_path / "digits.npz"
    with pytest.raises(FileNotFoundError, match=r"digits\.npz: no such file; `git checkout"):
        load(path)
    np.savez(path, **{"images": images, "labels": labels, "metadata": np.array("{}")} | changed)
    with pytest.raises(ValueError, match=r"digits\.npz: "):
        load(path)
