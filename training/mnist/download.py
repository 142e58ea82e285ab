"""Download MNIST's four files into a folder, with tensorflow-datasets.

tensorflow-datasets knows the URLs and checksums; TensorFlow itself is not needed. This file imports
nothing of the project, since it also runs as a separate process (see `_download_in_a_process`).
"""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

# The checksum runs over the files in this order.
FILE_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
# A download fails if nothing arrives for this long.
PATIENCE_SECONDS = 8.0
WHAT_TO_DO = (
    "What to do: put these four files, with or without .gz, into one folder\n  "
    + "\n  ".join(f"{name}.gz" for name in FILE_NAMES)
    + "\nand name that folder with --mnist-dir FOLDER, or in the variable MNIST_DIR."
)


@dataclass(frozen=True)
class RemoteFile:
    """A file to download, with its expected size in bytes and SHA-256 (hex)."""

    url: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        return self.url.rsplit("/", 1)[-1]


def download_dir() -> Path:
    """The folder for downloads, within tensorflow-datasets' own folder."""
    root = os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    return Path(root).expanduser() / "downloads" / "mnist"


def registered_files() -> list[RemoteFile]:
    """MNIST's four files as tensorflow-datasets knows them: URLs, sizes, checksums."""
    try:
        # Imported here: it takes half a second or more, and most runs do not need it.
        import tensorflow_datasets as tfds

        url_infos = tfds.builder_cls("mnist").url_infos
    # Where a package that it needs is missing, tensorflow-datasets may load without its names.
    except (ImportError, AttributeError) as error:
        raise FileNotFoundError(
            "MNIST is not on this machine, and downloading it needs tensorflow-datasets, which does"
            f" not work here ({error}). Install it: pip install -r requirements.txt\n"
            f"Or do without it. {WHAT_TO_DO}"
        ) from error
    return [RemoteFile(url, int(info.size), info.checksum) for url, info in url_infos.items()]


def download(files: list[RemoteFile], folder: Path) -> None:
    """Download `files` into `folder`: all of them, verified, or none.

    Raises FileNotFoundError, saying what to do, if it fails or nothing arrives for
    PATIENCE_SECONDS.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # On the same disk, so that moving a file is atomic.
        with TemporaryDirectory(dir=folder, prefix="unfinished-") as unfinished:
            failure = _download_in_a_process(files, Path(unfinished).absolute())
            if failure is None:
                for file in files:
                    Path(unfinished, file.name).replace(folder / file.name)
    except OSError as error:
        failure = str(error)
    if failure is not None:
        addresses = "\n  ".join(file.url for file in files)
        raise FileNotFoundError(
            f"MNIST is not on this machine (not in {folder}), and downloading it failed:\n"
            f"  {failure}\nThe addresses were:\n  {addresses}\n{WHAT_TO_DO}"
        )


def _download_in_a_process(files: list[RemoteFile], folder: Path) -> str | None:
    """Download into `folder` in a separate process; return what went wrong, or None.

    tensorflow-datasets waits without limit for a server that has stopped answering, in threads that
    cannot be stopped and keep the program alive. A process can be killed.
    """
    # -P: modules in this folder must not shadow installed ones.
    command = [sys.executable, "-P", __file__, json.dumps([asdict(f) for f in files]), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            state, changed = None, time.monotonic()
            while process.poll() is None:
                time.sleep(0.05)
                if (new_state := _total_size(folder)) != state:
                    state, changed = new_state, time.monotonic()
                elif time.monotonic() - changed > PATIENCE_SECONDS:
                    return f"nothing arrived for {PATIENCE_SECONDS:g} seconds"
        finally:
            process.kill()
        said = process.stdout.read().strip()
    return None if process.returncode == 0 else said or f"exit code {process.returncode}"


def _total_size(folder: Path) -> int:
    """The size of everything in `folder` so far; -1 if it changed during the count."""
    try:
        return sum(path.stat().st_size for path in folder.rglob("*"))
    except FileNotFoundError:
        return -1


def _fetch(files: list[RemoteFile], folder: Path) -> None:
    """Download `files` into `folder` under their own names, with tensorflow-datasets.

    Raises OSError (as are all errors of `requests`), tfds.download.DownloadError or
    NonMatchingChecksumError.
    """
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.download import downloader

    downloader.MAX_RETRIES = 2  # The default, 10 with backoff, takes minutes.
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # No warning for each retry.
    if not sys.stderr.isatty():
        tfds.disable_progress_bar()
    url_info = tfds.download.checksums.UrlInfo
    manager = tfds.download.DownloadManager(
        download_dir=folder,
        url_infos={file.url: url_info(file.size, file.sha256, file.name) for file in files},
        force_checksums_validation=True,
    )
    paths = manager.download({file.name: file.url for file in files})
    for name, path in paths.items():
        path.replace(folder / name)


def _main() -> None:
    """Run as the process of `_download_in_a_process`: print why the download failed, if so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent handles Ctrl-C and kills us.
    try:
        _fetch([RemoteFile(**file) for file in json.loads(sys.argv[1])], Path(sys.argv[2]))
    except Exception as error:  # The parent reports it, whatever it is.
        print(f"{type(error).__name__}: {error}", flush=True)
        os._exit(1)  # A normal exit would wait for the threads of other files.


if __name__ == "__main__":
    _main()
