"""What people leave behind, bounded: strokes in memory, uploaded files, sessions."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState

STROKE_SECONDS = 60  # for which a stroke waits for its question: the browser asks at once
STROKE_BYTES = 64_000_000  # of all strokes that wait
FILE_SECONDS = 600
FILE_BYTES = 48_000_000  # of all uploaded files: with what is being sent, half of a small tmpfs
FILES = 1_000  # of them, too: each sweep looks at every one
SESSIONS = 256  # that Gradio remembers: 50 kB each, and as much of answers not yet fetched
SWEEP_SECONDS = 1  # time enough for a stranger to send much


class Strokes(MutableMapping[str, Any]):
    """Strokes between being sent and being asked about: old ones go, and the oldest when it gets
    much. Takes the place of the editor's `blob_storage`; safe for many threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._strokes: OrderedDict[str, tuple[Any, float, int]] = OrderedDict()
        self.bytes = 0

    def __getitem__(self, key: str) -> Any:
        return self._strokes[key][0]

    def __setitem__(self, key: str, stroke: Any) -> None:
        parts = (stroke.background, stroke.composite, *stroke.layers)
        size = sum(len(part) for part in parts if part)
        with self._lock:
            self.pop(key)
            self._strokes[key] = stroke, self._clock(), size
            self.bytes += size
            self.expire()

    def __delitem__(self, key: str) -> None:
        with self._lock:
            self.bytes -= self._strokes.pop(key)[2]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._strokes))

    def __len__(self) -> int:
        return len(self._strokes)

    def pop(self, key: str, default: Any = None) -> Any:
        """Never fails: the editor looks first, and the stroke may expire meanwhile."""
        with self._lock:
            return super().pop(key, default)

    def expire(self) -> None:
        """Forgets the oldest until the rest is young and small enough."""
        with self._lock:
            while self._strokes:
                oldest, (_, since, _) = next(iter(self._strokes.items()))
                if self.bytes <= STROKE_BYTES and self._clock() - since <= STROKE_SECONDS:
                    return
                del self[oldest]


def keep_no_values() -> None:
    """Makes Gradio forget what it was asked, once it is answered.

    It keeps each session's last values for its deep links, which this page does not offer: a
    drawing would stay until many others have come, and 256 large values would fill the memory.
    """
    SessionState._update_value_in_config = lambda self, key, value: None


@contextmanager
def private_folder() -> Iterator[None]:
    """A folder for uploads that no other program uses, in GRADIO_TEMP_DIR if that is set.

    Gradio's own is shared by all its programs on a machine: nothing there is ours to sweep.
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


def sweep_files(folder: Path, now: float) -> None:
    """Deletes what is old under `folder`, the oldest until the rest is small and few enough, and
    empty folders.

    Gradio's own cleaning counts no bytes, leaves the folders and what was sent by halves, and ends
    for good if a file comes while it looks (its set of names changes size).
    """
    files = []
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            try:
                about = path.stat()
            except OSError:  # gone already
                continue
            files.append((about.st_mtime, about.st_size, path))
    total = sum(size for _, size, _ in files)
    for left, (modified, size, path) in zip(range(len(files), 0, -1), sorted(files)):
        if total <= FILE_BYTES and left <= FILES and now - modified <= FILE_SECONDS:
            break
        with suppress(OSError):
            path.unlink()
            total -= size
    for place, _, _ in os.walk(folder, topdown=False):
        path = Path(place)
        try:
            if path != folder and now - path.stat().st_mtime > SWEEP_SECONDS:
                path.rmdir()
        except OSError:  # not empty, or gone already
            continue


class Sweeper:
    """Keeps the disk and the memory of a running page bounded, from a thread of its own."""

    def __init__(self, app: gr.Blocks, folder: Path, strokes: list[Strokes]) -> None:
        self._app, self._folder, self._strokes = app, folder, strokes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def __enter__(self) -> Sweeper:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(SWEEP_SECONDS):
            sweep_files(self._folder, time.time())
            for strokes in self._strokes:
                strokes.expire()
            self._forget()

    def _forget(self) -> None:
        """What Gradio would remember for ever: names of deleted files, sessions that went away."""
        for names in self._app.temp_file_sets:
            names.difference_update([name for name in list(names) if not Path(name).exists()])
        queue = self._app._queue
        for session in list(queue.pending_event_ids_session):
            if session not in queue.pending_messages_per_session:
                queue.pending_event_ids_session.pop(session, None)
