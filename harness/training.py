"""Trainings on the page's server, as a script starts them."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import httpx

SETTINGS = {
    "recipe": "tutorial",
    "hidden": "12",
    "activation": "sigmoid",
    "loss": "mse",
    "learning_rate": "0.5",
    "momentum": "0",
    "batch_size": "50",
    "epochs": "3",
    "weight_decay": "0",
    "augment": "none",
    "seed": "3",
}
SLOW = {"hidden": "300 300 300", "batch_size": "1", "epochs": "100"}  # minutes, even on few digits


class Heard:
    """What a training tells, as it comes."""

    def __init__(self, url: str, reply: httpx.Response) -> None:
        self.url, self.told, self.token = url, [], ""
        self._queue: Queue[dict[str, Any] | None] = Queue()
        threading.Thread(target=self._read, args=(reply,), daemon=True).start()

    def _read(self, reply: httpx.Response) -> None:
        try:
            for line in reply.iter_lines():
                if line:
                    self._queue.put(json.loads(line))
        except (httpx.HTTPError, httpx.StreamError):
            pass
        self._queue.put(None)

    def until(
        self, kind: str, seconds: float = 30, where: Callable[[dict], bool] = lambda told: True
    ) -> dict[str, Any]:
        """The next thing told of this kind; AssertionError if it does not come."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                told = self._queue.get(timeout=max(0, deadline - time.monotonic()))
            except Empty:
                told = None
            assert told is not None, f"no {kind}; told were {[t['kind'] for t in self.told]}"
            self.told.append(told)
            self.token = told.get("token", self.token)
            if told["kind"] == kind and where(told):
                return told

    def tell(self, command: str) -> int:
        content = {"token": self.token, "command": command}
        return httpx.post(f"{self.url}/page/train/tell", json=content).status_code

    def file(self) -> httpx.Response:
        return httpx.get(f"{self.url}/page/train/{self.token}/nnmodel.npz")


@contextmanager
def training(url: str, mode: str = "go", picture: str = "", **settings: str) -> Iterator[Heard]:
    """A training, as long as it is listened to."""
    asked = {"settings": SETTINGS | settings, "mode": mode, "picture": picture}
    with (
        httpx.Client(timeout=60) as client,
        client.stream("POST", f"{url}/page/train/start", json=asked) as reply,
    ):
        assert reply.status_code == 200, reply.read()
        heard = Heard(url, reply)
        heard.until("token")
        try:
            yield heard
        finally:  # closing alone would wait for the thread that reads
            connection = reply.extensions["network_stream"].get_extra_info("socket")
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)


def forgotten(heard: Heard, seconds: float = 5) -> bool:
    """Whether the server has nothing of this training any more, after at most so long."""
    deadline = time.monotonic() + seconds
    while heard.file().status_code != 404:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def workers(mark: str) -> list[int]:
    """The processes that train for the server with this text in its environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if (
                b"training.watched" in command
                and mark.encode() in (folder / "environ").read_bytes()
            ):
                found.append(int(folder.name))
        except OSError:  # gone already
            continue
    return [pid for pid in found if pid != os.getpid()]


def gone_within(mark: str, seconds: float) -> bool:
    """Whether no process trains any more, after at most so long."""
    deadline = time.monotonic() + seconds
    while workers(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
