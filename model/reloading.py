"""Reload weights at runtime: a new file is used from the next drawing on."""

import logging
from hashlib import sha256
from pathlib import Path
from threading import Lock

from model.inside.digits import DIGITS, load
from model.recognizer import Recognizer
from model.usefulness import refuse_useless

log = logging.getLogger(__name__)


class Reloading:
    """The recognizer in a weights file, reloaded when the file changes.

    The check takes microseconds. A file that is damaged, or whose network reads no digits, is
    reported once and not used.
    """

    def __init__(self, path: Path) -> None:
        """Raises the errors of `Recognizer.load`."""
        self._path, self._lock = path, Lock()
        self._version, self._recognizer = self._look(), self._load()

    def current(self) -> Recognizer:
        """The recognizer in the current file; during a reload, the old one. Does not raise."""
        if self._look() != self._version and self._lock.acquire(blocking=False):
            try:
                self._version = self._look()  # again: another thread may have reloaded
                recognizer = self._load()
                digits = load(DIGITS)
                refuse_useless(recognizer.network, recognizer.prepared(digits.X), digits.labels)
                self._recognizer = recognizer
                log.warning("New weights: %s", self._path)
            except (OSError, ValueError) as error:
                log.error("%s cannot be used; the old weights stay. %s", self._path, error)
            finally:
                self._lock.release()
        return self._recognizer

    def _load(self) -> Recognizer:
        recognizer = Recognizer.load(self._path)
        recognizer.metadata["sha256"] = sha256(self._path.read_bytes()).hexdigest()
        return recognizer

    def _look(self) -> tuple[int, ...]:
        try:
            status = self._path.stat()
        except OSError:
            return ()
        return status.st_ino, status.st_size, status.st_mtime_ns
