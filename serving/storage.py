"""Uploaded files: a private folder, kept bounded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

FILE_SECONDS = 600
FILE_BYTES = 48_000_000  # of all uploads; with those in progress, half of a small tmpfs
FILES = 1_000  # likewise in number: each sweep visits every one
SWEEP_SECONDS = 1  # between sweeps: a client can send much in little time


@contextmanager
def private_folder() -> Iterator[None]:
    """Create a private folder for uploads, in GRADIO_TEMP_DIR if that is set.

    Gradio's default is shared by all its programs on a machine, so it must not be swept.
    """
    place = os.environ.get("GRADIO_TEMP_DIR") or None
    if place:
        Path(place).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="digits-", dir=place, ignore_cleanup_errors=True) as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        try:
            yield
        finally:
            os.environ["GRADIO_TEMP_DIR"] = place or ""


def sweep(folder: Path, now: float) -> None:
    """Delete old files, the oldest beyond FILES and FILE_BYTES, and empty folders.

    `now` is in seconds, as from `time.time()`. Gradio's own cleanup ignores sizes, leaves folders
    and partial uploads, and stops for good if a file arrives meanwhile (its set changes size).
    """
    files = []
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            with suppress(OSError):  # gone already
                about = path.stat()
                files.append((about.st_mtime, about.st_size, path))
    total = 0
    for number, (modified, size, path) in enumerate(sorted(files, reverse=True), start=1):
        total += size
        if number > FILES or total > FILE_BYTES or now - modified > FILE_SECONDS:
            with suppress(OSError):
                path.unlink()
    for place, _, _ in os.walk(folder, topdown=False):
        path = Path(place)
        with suppress(OSError):  # not empty, or gone already
            if path != folder and now - path.stat().st_mtime > SWEEP_SECONDS:
                path.rmdir()
