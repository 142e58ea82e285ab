"""training/mnist/files.py: IDX files are read, or refused by name."""

import gzip
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.idx_files import TEST, TRAIN, idx, small_mnist, write
from training.dataset import Dataset
from training.mnist import files
from training.mnist.download import FILE_NAMES
from training.mnist.files import load_mnist

ROOT = Path(__file__).parents[2]


def same(a: Dataset, b: Dataset) -> bool:
    return np.array_equal(a.X, b.X) and np.array_equal(a.y, b.y)


@settings(max_examples=40, deadline=None)
@given(
    train=st.integers(1, 20),
    test=st.integers(1, 20),
    seed=st.integers(0, 1000),
    spelling=st.tuples(*[st.tuples(st.booleans(), st.booleans())] * 4),
)
def test_what_was_written_is_read_in_every_spelling(train, test, seed, spelling):
    train += test
    contents = small_mnist(train, test, seed)
    renamed = {}
    for (name, content), (dotted, packed) in zip(contents.items(), spelling, strict=True):
        renamed[(name.replace("-idx", ".idx") if dotted else name) + ".gz" * packed] = content
    with tempfile.TemporaryDirectory() as folder:
        mnist = load_mnist(write(Path(folder), renamed), validation_size=1)

    pixels = np.frombuffer(contents["train-images-idx3-ubyte"][16:], np.uint8).reshape(-1, 784)
    X = np.concatenate([mnist.train.X, mnist.validation.X])
    assert X.dtype == np.float32
    assert np.array_equal(X, pixels.astype(np.float32) / np.float32(255))
    y = np.concatenate([mnist.train.y, mnist.validation.y])
    assert y.tolist() == list(contents["train-labels-idx1-ubyte"][8:])
    assert mnist.test.y.tolist() == list(contents["t10k-labels-idx1-ubyte"][8:])
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (train - 1, 1, test)
    assert mnist.checksum == hashlib.sha256(b"".join(contents.values())).hexdigest()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damage_is_reported_with_the_file_or_harmless(draw):
    contents = small_mnist()
    name = draw.draw(st.sampled_from(FILE_NAMES))
    packed = draw.draw(st.booleans())
    content = gzip.compress(contents[name]) if packed else contents[name]
    # A changed pixel in an unpacked file cannot be noticed; everything else must be.
    header = len(content) if packed else (16 if "images" in name else 8)
    kind = draw.draw(st.sampled_from(["cut", "longer", "changed"]))
    if kind == "cut":
        content = content[: draw.draw(st.integers(0, len(content) - 1))]
    elif kind == "longer":
        content += draw.draw(st.binary(min_size=1, max_size=20))
    else:
        place, bits = draw.draw(st.integers(0, header - 1)), draw.draw(st.integers(1, 255))
        content = content[:place] + bytes([content[place] ^ bits]) + content[place + 1 :]
    with tempfile.TemporaryDirectory() as directory:
        folder = write(Path(directory), {n: c for n, c in contents.items() if n != name})
        damaged = folder / (name + ".gz" * packed)
        damaged.write_bytes(content)
        try:
            mnist = load_mnist(folder, validation_size=2)
        except ValueError as error:
            assert str(damaged) in str(error)
        else:  # Some bytes of a .gz hold nothing that matters, like the time it was made.
            intact = load_mnist(write(folder, contents), validation_size=2)
            assert packed and kind != "cut"
            assert same(mnist.train, intact.train) and same(mnist.test, intact.test)


def swap(folder: Path, a: str, b: str) -> None:
    """Let two files change names."""
    (folder / a).rename(folder / "swap")
    (folder / b).rename(folder / a)
    (folder / "swap").rename(folder / b)


@pytest.mark.parametrize("prefix", ["train", "t10k"])
def test_swapped_images_and_labels(tmp_path, prefix):
    write(tmp_path, small_mnist())
    swap(tmp_path, f"{prefix}-images-idx3-ubyte", f"{prefix}-labels-idx1-ubyte")
    with pytest.raises(ValueError, match=rf"{prefix}-images.*00 00 08 01, expected 00 00 08 03"):
        load_mnist(tmp_path, 2)


def test_swapped_train_and_test_images(tmp_path):
    write(tmp_path, small_mnist())
    swap(tmp_path, "train-images-idx3-ubyte", "t10k-images-idx3-ubyte")
    with pytest.raises(ValueError, match=r"train-images.* 5 images and .*train-labels.* 12 labels"):
        load_mnist(tmp_path, 2)


def test_swapped_train_and_test_sets(tmp_path):
    write(tmp_path, small_mnist(train=TEST, test=TRAIN))
    with pytest.raises(ValueError, match=r"train-images.* 5 digits .*t10k-images.* 12, .*swapped"):
        load_mnist(tmp_path, 2)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("train-images-idx3-ubyte", np.zeros((TRAIN, 27, 28), np.uint8), r"\(27, 28\), expected"),
        ("train-images-idx3-ubyte", np.zeros((0, 28, 28), np.uint8), "0 images"),
        ("t10k-labels-idx1-ubyte", np.full(TEST, 10, np.uint8), "the label 10, expected 0 to 9"),
        ("t10k-labels-idx1-ubyte", np.zeros((TEST, 1), np.uint8), "00 00 08 02, expected"),
    ],
)
def test_well_formed_but_not_mnist(tmp_path, name, array, message):
    write(tmp_path, small_mnist() | {name: idx(array)})
    with pytest.raises(ValueError, match=f"{name}.*{message}"):
        load_mnist(tmp_path, 2)


def test_empty_file_and_no_digits(tmp_path):
    write(tmp_path, small_mnist() | {"t10k-images-idx3-ubyte": b""})
    with pytest.raises(ValueError, match=r"t10k-images-idx3-ubyte begins with.*it is empty"):
        load_mnist(tmp_path, 2)
    write(tmp_path, small_mnist(train=0, test=0))
    with pytest.raises(ValueError, match="train-images-idx3-ubyte holds 0 images"):
        load_mnist(tmp_path, 0)


def test_a_browser_unpacked_the_file_and_kept_its_name(tmp_path):
    contents = small_mnist()
    intact = load_mnist(write(tmp_path, contents), 2)
    for name in FILE_NAMES:
        (tmp_path / name).rename(tmp_path / f"{name}.gz")
    assert load_mnist(tmp_path, 2).checksum == intact.checksum


def test_missing_files_are_all_named_with_what_to_do(tmp_path):
    contents = small_mnist()
    del contents["train-labels-idx1-ubyte"], contents["t10k-images-idx3-ubyte"]
    write(tmp_path, contents)
    (tmp_path / "t10k-images-idx3-ubyte").mkdir()  # As some archives unpack.
    with pytest.raises(FileNotFoundError) as caught:
        load_mnist(tmp_path, 2)
    message = str(caught.value)
    assert f"{tmp_path} lacks train-labels-idx1-ubyte, t10k-images-idx3-ubyte; it holds:" in message
    assert "t10k-images-idx3-ubyte/" in message
    assert "--mnist-dir" in message and "MNIST_DIR" in message


@pytest.mark.parametrize("name", ["nowhere", "a-file"])
def test_the_folder_is_no_folder(tmp_path, name):
    (tmp_path / "a-file").write_bytes(b"")
    with pytest.raises(FileNotFoundError, match=f"no folder .*{name}"):
        load_mnist(tmp_path / name, 2)


@pytest.mark.parametrize("size", [-1, TRAIN, TRAIN + 1])
def test_validation_must_leave_digits_to_train_on(tmp_path, size):
    write(tmp_path, small_mnist())
    with pytest.raises(ValueError, match=f"validation_size is {size}, expected 0 to 11"):
        load_mnist(tmp_path, size)


def test_the_variable_mnist_dir(monkeypatch):
    monkeypatch.setenv("MNIST_DIR", "")
    assert files.mnist_dir_from_environment() is None
    monkeypatch.setenv("MNIST_DIR", "~/digits")
    assert files.mnist_dir_from_environment() == Path.home() / "digits"


def test_a_folder_needs_no_tensorflow_datasets(tmp_path):
    write(tmp_path, small_mnist())
    code = (
        "import sys; sys.modules['tensorflow_datasets'] = None\n"  # Makes importing it fail.
        "from pathlib import Path; from training.mnist.files import load_mnist\n"
        "print(len(load_mnist(Path(sys.argv[1]), 2).train), 'requests' in sys.modules)"
    )
    answer = subprocess.check_output([sys.executable, "-c", code, tmp_path], cwd=ROOT, text=True)
    assert answer.split() == ["10", "False"]


def test_real_mnist_is_what_it_should_be(mnist):
    assert [len(s) for s in (mnist.train, mnist.validation, mnist.test)] == [55000, 5000, 10000]
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(mnist.test.y).tolist() == counts
    assert (mnist.train.X.min(), mnist.train.X.max()) == (0, 1)
    assert mnist.train.X.mean() == pytest.approx(0.1307, abs=5e-4)
    assert mnist.checksum == "b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a"
