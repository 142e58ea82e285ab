"""Uploaded files: a private folder, kept bounded."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Of all uploads: with those in progress, half of a small tmpfs. Each counts as 25 kB at least.
MOST_BYTES, FEWEST_BYTES, MOST_SECONDS = 48_000_000, 25_000, 600


@contextmanager
def private_folder() -> Iterator[None]:
    """Create a private folder for uploads, in GRADIO_TEMP_DIR if that is set.

    Gradio's default is shared by all its programs on a machine, so it must not be swept.
    """
    place = os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()
    Path(place).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory("-digits", dir=place, ignore_cleanup_errors=True) as folder:
        # Gradio 6.25 has uploads in progress among all temporary files.
        tempfile.tempdir = os.environ["GRADIO_TEMP_DIR"] = str(Path(folder).resolve())
        yield


def sweep(folder: Path) -> None:
    """Delete old files, the oldest if there are too many, and empty folders.

    Gradio's own `delete_cache` bounds no sizes, and leaves folders.
    """
    total, now = 0, time.time()
    with suppress(OSError):  # one has gone meanwhile: the next sweep comes soon
        for path in sorted(folder.rglob("*"), key=lambda path: path.stat().st_mtime, reverse=True):
            about = path.stat()
            total += max(about.st_size, FEWEST_BYTES)
            with suppress(OSError):  # a folder that is not empty
                if path.is_dir() and now - about.st_mtime > 1:
                    path.rmdir()
                elif total > MOST_BYTES or now - about.st_mtime > MOST_SECONDS:
                    path.unlink()
