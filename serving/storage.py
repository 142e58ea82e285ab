"""Uploaded files: a private folder, kept bounded."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

# Of all uploads, and each: with those in progress, half of a small tmpfs.
MOST_BYTES, MOST_FILES, MOST_SECONDS = 48_000_000, 1_000, 600


@contextmanager
def private_folder() -> Iterator[None]:
    """Create a private folder for uploads, in GRADIO_TEMP_DIR if that is set.

    Gradio's default is shared by all its programs on a machine, so it must not be swept.
    """
    place = os.environ.get("GRADIO_TEMP_DIR", "")
    if place:
        Path(place).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="digits-", dir=place or None, ignore_cleanup_errors=True) as new:
        os.environ["GRADIO_TEMP_DIR"] = str(Path(new).resolve())
        try:
            yield
        finally:
            os.environ["GRADIO_TEMP_DIR"] = place


def sweep(folder: Path) -> None:
    """Delete old files, the oldest if there are too many, and empty folders.

    Gradio's own `delete_cache` bounds no sizes, and leaves folders and partial uploads.
    """
    files, total, now = [], 0, time.time()
    for place, folders, names in os.walk(folder, topdown=False):
        for path in (Path(place, name) for name in names):
            with suppress(OSError):  # gone already
                files.append((path.stat().st_mtime, path.stat().st_size, path))
        for path in (Path(place, name) for name in folders):
            with suppress(OSError):  # not empty
                if now - path.stat().st_mtime > 1:
                    path.rmdir()
    for number, (modified, size, path) in enumerate(sorted(files, reverse=True)):
        total += size
        if number >= MOST_FILES or total > MOST_BYTES or now - modified > MOST_SECONDS:
            with suppress(OSError):
                path.unlink()
