"""New weights while the page runs: trained ones are served from the next drawing on."""

import logging
from hashlib import sha256
from pathlib import Path
from threading import Lock

from model import Recognizer

log = logging.getLogger(__name__)


class Reloading:
    """The recognizer in a weights file, read anew when the file has changed.

    Looking costs microseconds, so it is done for every drawing. A file is replaced by a rename
    (`weights.save`), so it is never seen half-written; one that is damaged is reported once, and
    what was loaded before serves on.
    """

    def __init__(self, path: Path) -> None:
        """Raises what `Recognizer.load` raises: without weights there is nothing to serve."""
        self._path, self._lock = path, Lock()
        self._version, self._recognizer = self._look(), self._load()

    def current(self) -> Recognizer:
        """The recognizer in the file as it is now; does not raise."""
        version = self._look()
        # Whoever comes while the lock is taken is served by the old one.
        if version != self._version and self._lock.acquire(blocking=False):
            try:
                self._version, self._recognizer = version, self._load()
                log.warning("New weights: %s", self._path)
            except (OSError, ValueError) as error:
                self._version = version  # reported once
                log.error("The new weights cannot be used; the old ones serve on. %s", error)
            finally:
                self._lock.release()
        return self._recognizer

    def _load(self) -> Recognizer:
        recognizer = Recognizer.load(self._path)
        recognizer.metadata["sha256"] = sha256(self._path.read_bytes()).hexdigest()
        return recognizer

    def _look(self) -> tuple[int, ...] | None:
        """What changes when the file does; None if it is not there."""
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns
