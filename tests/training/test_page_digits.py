"""`python -m training digits`: some of MNIST's training digits, for the page."""

import numpy as np
import pytest

from harness.idx_files import idx, small_mnist, write
from model.inside import digits
from training.cli import main
from training.data.mnist import load_mnist
from training.page_digits import chosen


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """1,200 digits to train on, 120 of each kind; the 5,000 for validation are black."""
    pixels = np.zeros((6_200, 28, 28), np.uint8)
    pixels[:1_200] = np.random.default_rng(0).integers(1, 256, (1_200, 28, 28))
    contents = small_mnist()
    contents["train-images-idx3-ubyte"] = idx(pixels)
    contents["train-labels-idx1-ubyte"] = idx((np.arange(6_200) % 10).astype(np.uint8))
    return write(tmp_path_factory.mktemp("mnist"), contents)


def test_a_hundred_of_each_kind_unchanged(folder, tmp_path, capsys):
    output = tmp_path / "digits.npz"
    assert main(["digits", "--mnist-dir", str(folder), "--output", str(output)]) == 0
    assert str(output) in capsys.readouterr().out
    found = digits.load(output)
    mnist = load_mnist(folder, validation_size=5_000)
    kinds = {x.tobytes(): y for x, y in zip(np.uint8(np.rint(255 * mnist.train.X)), mnist.train.y)}
    kept = [image.tobytes() for image in found.images]
    assert len(set(kept)) == 1_000
    assert [kinds[image] for image in kept] == found.labels.tolist()
    assert np.bincount(found.labels).tolist() == [100] * 10
    assert found.metadata["mnist_sha256"] == mnist.checksum


def test_the_shipped_file_is_what_the_command_writes(mnist):
    expected, found = chosen(mnist), digits.load(digits.DIGITS)
    np.testing.assert_array_equal(found.images, expected.images)
    assert found.metadata == expected.metadata
