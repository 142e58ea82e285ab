"""`python -m training digits`: some of MNIST's training digits, for the page."""

import numpy as np

from model.inside import digits
from training.cli import main


def test_the_shipped_file_is_what_the_command_writes(mnist, tmp_path, capsys):
    output = tmp_path / "digits.npz"
    assert main(["digits", "--output", str(output)]) == 0
    assert str(output) in capsys.readouterr().out
    expected, found = digits.load(output), digits.load(digits.DIGITS)
    np.testing.assert_array_equal(found.images, expected.images)
    np.testing.assert_array_equal(found.labels, expected.labels)
    assert found.metadata == expected.metadata
    assert found.metadata["mnist_sha256"] == mnist.checksum
    assert np.bincount(found.labels).tolist() == [100] * 10
    assert len(set(map(bytes, found.images))) == 1_000
    known = dict(zip(map(bytes, np.uint8(np.rint(255 * mnist.train.X))), mnist.train.y))
    assert [known[bytes(image)] for image in found.images] == found.labels.tolist()
