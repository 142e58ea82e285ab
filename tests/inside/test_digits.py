"""The file of digits: what is in it, and what is refused."""

import numpy as np
import pytest

from model.inside.digits import DIGITS, load
from model.picture.moments import by_moments


def test_the_shipped_file(digits, shipped):
    assert DIGITS.stat().st_size < 200_000
    assert np.bincount(digits.labels).tolist() == [100] * 10
    assert digits.images.shape == (1000, 28, 28) and digits.images.dtype == np.uint8
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
