"""MNIST's four files are read, in every spelling, or refused by name."""

import gzip
import hashlib
import re
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.inputs import idx, small_mnist, write
from training.data.mnist import FILE_NAMES, find_mnist, load_mnist, load_test
from training.dataset import Dataset

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = FILE_NAMES
CONTENTS = small_mnist()


@pytest.mark.parametrize("sign", ["-", "."])
@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_was_written_is_read_in_every_spelling(tmp_path, sign, end, pack):
    """Some browsers unpack a file and keep its name: being packed is another thing than .gz."""
    for name, content in CONTENTS.items():
        (tmp_path / (name.replace("-idx", f"{sign}idx") + end)).write_bytes(pack(content))
    mnist = load_mnist(tmp_path, validation_size=2)
    digits = Dataset.concatenated([mnist.train, mnist.validation])
    pixels = np.frombuffer(CONTENTS[TRAIN_IMAGES][16:], np.uint8).reshape(-1, 784)
    assert digits.X.dtype == np.float32
    assert np.array_equal(digits.X, pixels.astype(np.float32) / np.float32(255))
    assert digits.y.tolist() == list(CONTENTS[TRAIN_LABELS][8:])
    assert mnist.test.y.tolist() == list(CONTENTS[TEST_LABELS][8:])
    assert len(mnist.validation) == 2
    assert mnist.checksum == hashlib.sha256(b"".join(CONTENTS.values())).hexdigest()


@settings(max_examples=60)
@given(
    name=st.sampled_from(FILE_NAMES),
    pack=st.sampled_from([bytes, gzip.compress]),
    left=st.floats(0, 0.999),
    more=st.binary(max_size=9),
)
def test_a_file_that_is_cut_off_or_too_long_is_named(tmp_path_factory, name, pack, left, more):
    content = pack(CONTENTS[name])
    content = content + b"?" + more if more else content[: int(left * len(content))]
    folder = write(tmp_path_factory.mktemp("mnist"), CONTENTS)
    (folder / name).write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(str(folder / name))):
        load_mnist(folder, validation_size=2)


@pytest.mark.parametrize(
    ("changed", "size", "message"),
    [
        ({TRAIN_LABELS: gzip.compress(CONTENTS[TRAIN_LABELS])[:-3]}, 0, "labels.* cannot be read"),
        ({TRAIN_IMAGES: CONTENTS[TRAIN_LABELS]}, 0, r"train-images.*\[0, 0, 8, 1\]; expected \[0"),
        ({TRAIN_IMAGES: CONTENTS[TEST_IMAGES]}, 0, r"train-images.* \(5, 28.*-labels.* 12 labels"),
        ({TRAIN_IMAGES: idx(np.zeros((12, 27, 28), np.uint8))}, 0, r"train-images.*, 27, 28\)"),
        ({TEST_LABELS: idx(np.full(5, 10, np.uint8))}, 0, "t10k-labels.*the label 10, expec"),
        (small_mnist(train=0), 0, r"train-images-idx3-ubyte holds images \(0, 28, 28\)"),
        ({}, -1, "validation_size is -1; expected 0 to 11"),
        ({}, 12, "validation_size is 12; expected 0 to 11"),
    ],
)
def test_what_is_not_mnist_is_named(tmp_path, changed, size, message):
    with pytest.raises(ValueError, match=message):
        load_mnist(write(tmp_path, CONTENTS | changed), size)


def test_missing_files_are_all_named_with_what_to_do(tmp_path):
    write(tmp_path, {name: CONTENTS[name] for name in (TRAIN_IMAGES, TEST_LABELS)})
    (tmp_path / TEST_IMAGES).mkdir()  # as some archives unpack
    named = re.escape(f"{tmp_path} lacks {TRAIN_LABELS}, {TEST_IMAGES}; it holds: {TEST_IMAGES}/, ")
    with pytest.raises(FileNotFoundError, match=rf"{named}(.|\n)*--mnist-dir .*MNIST_DIR"):
        load_mnist(tmp_path, 2)


def test_the_variable_mnist_dir_needs_no_package_and_no_download(tmp_path, monkeypatch):
    for package in ("tensorflow_datasets", "requests"):
        monkeypatch.setitem(sys.modules, package, None)  # makes importing it fail
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "empty"))
    folder = tmp_path / "digits"
    folder.mkdir()
    write(folder, {name: CONTENTS[name] for name in (TEST_IMAGES, TEST_LABELS)})
    monkeypatch.setenv("MNIST_DIR", "~/digits")
    assert find_mnist() is None
    assert len(load_test(None)) == 5  # these need no training files
    with pytest.raises(FileNotFoundError, match=f"digits lacks {TRAIN_IMAGES}, {TRAIN_LABELS};"):
        load_mnist(None, 2)
    write(folder, CONTENTS)
    assert find_mnist() == folder and len(load_mnist(None, 2).train) == 10
