"""Find MNIST's four files, download them if needed, and read them."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from training.data.idx import File, contents, find_file, pixels_and_labels, read_file
from training.data.own import upright
from training.dataset import Dataset, Splits, sha256_of

# The checksum runs over the files in this order.
FILE_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
PATIENCE = 8.0  # seconds without data until a download fails
WHAT_TO_DO = (
    "What to do: put these four files, with or without .gz, into one folder\n  "
    + "\n  ".join(f"{name}.gz" for name in FILE_NAMES)
    + "\nand name that folder with --mnist-dir FOLDER, or in the variable MNIST_DIR."
)


def load_mnist(mnist_dir: Path | None, validation_size: int) -> Splits:
    """Load MNIST; the last `validation_size` training digits become the validation set.

    `mnist_dir` is a folder with the four original files; by default that in the variable MNIST_DIR,
    or else the download folder, to which missing files are downloaded. The checksum is that of
    `gzip -dc train-images* train-labels* t10k-images* t10k-labels* | sha256sum`. Raises
    FileNotFoundError if files are missing, ValueError if they are damaged.
    """
    files = _read(mnist_dir, FILE_NAMES)
    train, test = _digits(*files[:2]), _digits(*files[2:])
    rest = len(train) - validation_size
    if not 0 < rest <= len(train):
        raise ValueError(
            f"validation_size is {validation_size}; expected 0 to {len(train) - 1}, so that some of"
            f" {len(train)} digits remain to train on. Set --validation-size"
        )
    checksum = sha256_of(*(file.content for file in files))
    return Splits(train[:rest], train[rest:], test, checksum, name="mnist")


def load_test(mnist_dir: Path | None) -> Dataset:
    """Load MNIST's test digits; a folder needs only their two files. Errors as in `load_mnist`."""
    return _digits(*_read(mnist_dir, FILE_NAMES[2:]))


def find_mnist() -> Path | None:
    """The folder with all four files, MNIST_DIR or the download folder; None if it lacks any."""
    folder = Path(os.environ.get("MNIST_DIR") or download_dir()).expanduser()
    return folder if all(find_file(folder, name) for name in FILE_NAMES) else None


def download_dir() -> Path:
    """The folder for downloads, within tensorflow-datasets' own folder."""
    root = os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    return Path(root).expanduser() / "downloads" / "mnist"


def registered_files() -> dict[str, str]:
    """The URLs of the four files, as tensorflow-datasets knows them, and their SHA-256 (hex)."""
    try:
        # Imported here, since it takes half a second, and most runs do not need it.
        import tensorflow_datasets as tfds

        url_infos = tfds.builder_cls("mnist").url_infos
    # AttributeError: if a dependency is missing, it may load without its names.
    except (ImportError, AttributeError) as error:
        raise FileNotFoundError(
            "MNIST is not on this machine, and downloading it needs tensorflow-datasets, which does"
            f" not work here ({error}). Install it: pip install -r requirements.txt\n"
            f"Or do without it. {WHAT_TO_DO}"
        ) from error
    return {url: info.checksum for url, info in url_infos.items()}


def download(files: Mapping[str, str], folder: Path) -> None:
    """Download files, by their URLs and SHA-256 (hex), into `folder`: all of them, or none.

    Raises FileNotFoundError, saying what to do, if it fails.
    """
    import requests  # here, since most runs need neither
    from tqdm import tqdm

    try:
        folder.mkdir(parents=True, exist_ok=True)
        # In the same folder, so that moving a file is atomic.
        with TemporaryDirectory(dir=folder, prefix="unfinished-") as unfinished:
            for url, sha256 in tqdm(files.items(), "Downloading MNIST", disable=None):
                response = requests.get(url, timeout=PATIENCE)
                response.raise_for_status()
                if sha256_of(response.content) != sha256:
                    raise OSError(f"{url} has changed, or was damaged on its way: wrong checksum")
                Path(unfinished, Path(url).name).write_bytes(response.content)
            for path in sorted(Path(unfinished).iterdir()):
                path.replace(folder / path.name)
    except OSError as error:  # includes all errors of `requests`
        addresses = "\n  ".join(files)
        raise FileNotFoundError(
            f"MNIST is not on this machine (not in {folder}), and downloading it failed:\n"
            f"  {error}\nThe addresses were:\n  {addresses}\n{WHAT_TO_DO}"
        ) from error


def _read(folder: Path | None, names: Sequence[str]) -> list[File]:
    """Read the files, in the order of their names, or raise FileNotFoundError."""
    named = folder or os.environ.get("MNIST_DIR")
    if not named and not find_mnist():
        download(registered_files(), download_dir())
    folder = Path(named or download_dir()).expanduser()
    paths = {name: find_file(folder, name) for name in names}
    if missing := [name for name, path in paths.items() if path is None]:
        there = f"{', '.join(missing)}; it holds: {contents(folder)}"
        raise FileNotFoundError(f"{folder} lacks {there}.\n{WHAT_TO_DO}")
    return [read_file(path) for path in paths.values() if path]


def _digits(images: File, labels: File) -> Dataset:
    pixels, y = pixels_and_labels(images, labels)
    # uint8 / float32 is float32, without a float64 copy of eight times the size.
    digits = Dataset(pixels.reshape(len(pixels), 784) / np.float32(255), y)
    return upright(digits, str(images.path))  # the folder may hold EMNIST's files
