"""Uploaded files: a private folder, kept bounded."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# For all uploads: with those in progress, half of a small tmpfs. Each counts as at least 25 kB.
MOST_BYTES, FEWEST_BYTES, MOST_SECONDS = 48_000_000, 25_000, 600


@contextmanager
def private_folder() -> Iterator[None]:
    """Create a private folder for uploads, since Gradio's is shared and must not be swept."""
    place = os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()
    Path(place).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory("-digits", dir=place, ignore_cleanup_errors=True) as folder:
        # Gradio 6.25 puts uploads in progress into the general folder for temporary files.
        tempfile.tempdir = os.environ["GRADIO_TEMP_DIR"] = str(Path(folder).resolve())
        yield


def sweep(folder: Path) -> None:
    """Delete old files, the oldest ones beyond MOST_BYTES, and empty folders.

    Gradio's `delete_cache` does not limit sizes, and leaves folders.
    """
    total, now = 0, time.time()
    with suppress(OSError):  # a file was deleted meanwhile; the next sweep is soon
        for path in sorted(folder.rglob("*"), key=lambda path: path.stat().st_mtime, reverse=True):
            about = path.stat()
            total += max(about.st_size, FEWEST_BYTES)
            with suppress(OSError):  # the folder is not empty
                if path.is_dir() and now - about.st_mtime > 1:
                    path.rmdir()
                elif total > MOST_BYTES or now - about.st_mtime > MOST_SECONDS:
                    path.unlink()
