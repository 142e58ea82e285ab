"""What comes in: how to train, and then commands. Nothing comes any more: nobody looks on."""

import base64
import json
import os
import sys
from collections import deque
from threading import Event, Thread
from typing import Any

import numpy as np


class Commands:
    """The lines of standard input, read by a thread of its own."""

    def __init__(self) -> None:
        self.waiting: deque[dict[str, Any]] = deque()
        self._arrived = Event()
        Thread(target=self._read, daemon=True).start()

    def next(self) -> dict[str, Any]:
        """The next command, as soon as there is one."""
        while not self.waiting:
            self._arrived.wait()
            self._arrived.clear()
        return self.waiting.popleft()

    def _read(self) -> None:
        for line in sys.stdin:
            self.waiting.append(json.loads(line))
            self._arrived.set()
        os._exit(0)  # who started this process is gone


def pixels_of(text: str | None) -> np.ndarray | None:
    """The digit X (1, 784) float32 in 0..1, sent as base64 of 784 bytes; None if there is none."""
    if not text:
        return None
    return np.frombuffer(base64.b64decode(text), np.uint8)[None] / np.float32(255)
