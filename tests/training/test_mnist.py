"""MNIST's four files are read, in every spelling, or refused by name."""

import gzip
import hashlib
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.idx_files import TEST, TRAIN, idx, small_mnist, write
from training.data.mnist import FILE_NAMES, find_mnist, load_mnist, load_test

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = FILE_NAMES


def swapped(a: str, b: str) -> dict[str, bytes]:
    """The small MNIST, of which two files have changed names."""
    contents = small_mnist()
    return contents | {a: contents[b], b: contents[a]}


def changed(name: str, *shape: int, value: int = 0) -> dict[str, bytes]:
    return small_mnist() | {name: idx(np.full(shape, value, np.uint8))}


@settings(max_examples=40)
@given(
    train=st.integers(1, 20),
    test=st.integers(1, 20),
    seed=st.integers(0, 1000),
    spelling=st.tuples(*[st.tuples(st.booleans(), st.booleans(), st.booleans())] * 4),
)
def test_what_was_written_is_read_in_every_spelling(train, test, seed, spelling):
    train += test
    contents = small_mnist(train, test, seed)
    with tempfile.TemporaryDirectory() as folder:
        for (name, content), (is_dotted, is_gz, is_packed) in zip(contents.items(), spelling):
            name = (name.replace("-idx", ".idx") if is_dotted else name) + ".gz" * is_gz
            # Some browsers unpack a file and keep its name: is_packed is another thing than is_gz.
            Path(folder, name).write_bytes(gzip.compress(content) if is_packed else content)
        mnist = load_mnist(Path(folder), validation_size=1)

    pixels = np.frombuffer(contents[TRAIN_IMAGES][16:], np.uint8).reshape(-1, 784)
    X = np.concatenate([mnist.train.X, mnist.validation.X])
    assert X.dtype == np.float32
    assert np.array_equal(X, pixels.astype(np.float32) / np.float32(255))
    y = np.concatenate([mnist.train.y, mnist.validation.y])
    assert y.tolist() == list(contents[TRAIN_LABELS][8:])
    assert mnist.test.y.tolist() == list(contents[TEST_LABELS][8:])
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (train - 1, 1, test)
    assert mnist.checksum == hashlib.sha256(b"".join(contents.values())).hexdigest()


@settings(max_examples=60)
@given(
    name=st.sampled_from(FILE_NAMES),
    is_packed=st.booleans(),
    left=st.floats(0, 0.999),
    more=st.binary(max_size=9),
)
def test_a_file_that_is_cut_off_or_too_long_is_named(name, is_packed, left, more):
    contents = small_mnist()
    content = gzip.compress(contents.pop(name)) if is_packed else contents.pop(name)
    content = content + b"?" + more if more else content[: int(left * len(content))]
    with tempfile.TemporaryDirectory() as folder:
        damaged = write(Path(folder), contents) / (name + ".gz" * is_packed)
        damaged.write_bytes(content)
        with pytest.raises(ValueError, match=re.escape(str(damaged))):
            load_mnist(Path(folder), validation_size=2)


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (swapped(TRAIN_IMAGES, TRAIN_LABELS), "train-images.*00 00 08 01, expected 00 00 08 03"),
        (swapped(TRAIN_IMAGES, TEST_IMAGES), "train-images.* 5 images .*train-labels.* 12 labels"),
        (small_mnist(train=TEST, test=TRAIN), "train-im.* 5 digits .*t10k-im.* 12, .*swapped"),
        (changed(TRAIN_IMAGES, TRAIN, 27, 28), r"train-images.*\(27, 28\), expected"),
        (changed(TEST_LABELS, TEST, value=10), "t10k-labels.*the label 10, expected 0 to 9"),
        (small_mnist() | {TEST_IMAGES: b""}, "t10k-images-idx3-ubyte begins with.*it is empty"),
        (small_mnist(train=0, test=0), "train-images-idx3-ubyte holds 0 images"),
    ],
)
def test_what_is_not_mnist_is_named(tmp_path, contents, message):
    with pytest.raises(ValueError, match=message):
        load_mnist(write(tmp_path, contents), 0)


def test_missing_files_are_all_named_with_what_to_do(tmp_path):
    contents = small_mnist()
    del contents[TRAIN_LABELS], contents[TEST_IMAGES]
    write(tmp_path, contents)
    (tmp_path / TEST_IMAGES).mkdir()  # as some archives unpack
    named = re.escape(f"{tmp_path} lacks {TRAIN_LABELS}, {TEST_IMAGES}; it holds: {TEST_IMAGES}/, ")
    with pytest.raises(FileNotFoundError, match=rf"{named}(.|\n)*--mnist-dir .*MNIST_DIR"):
        load_mnist(tmp_path, 2)
    with pytest.raises(FileNotFoundError, match=f"lacks {TEST_IMAGES};"):
        load_test(tmp_path)
    for name in ("nowhere", TRAIN_IMAGES):
        with pytest.raises(FileNotFoundError, match=f"no folder .*{name}"):
            load_mnist(tmp_path / name, 2)


@pytest.mark.parametrize("size", [-1, TRAIN, TRAIN + 1])
def test_validation_must_leave_digits_to_train_on(tmp_path, size):
    write(tmp_path, small_mnist())
    with pytest.raises(ValueError, match=f"validation_size is {size}, expected 0 to 11"):
        load_mnist(tmp_path, size)


def test_the_variable_mnist_dir_needs_no_package_and_no_download(tmp_path, monkeypatch):
    for package in ("tensorflow_datasets", "requests"):
        monkeypatch.setitem(sys.modules, package, None)  # makes importing it fail
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "empty"))
    (tmp_path / "digits").mkdir()
    write(tmp_path / "digits", {n: c for n, c in small_mnist().items() if n.startswith("t10k")})
    monkeypatch.setenv("MNIST_DIR", "~/digits")
    assert find_mnist() is None
    assert len(load_test(None)) == TEST  # these need no training files
    with pytest.raises(FileNotFoundError, match=f"digits lacks {TRAIN_IMAGES}, {TRAIN_LABELS};"):
        load_mnist(None, 2)
    write(tmp_path / "digits", small_mnist())
    assert find_mnist() == tmp_path / "digits"
    assert len(load_mnist(None, 2).train) == TRAIN - 2
    monkeypatch.setenv("MNIST_DIR", "")
    assert find_mnist() is None
