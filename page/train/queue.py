"""Who trains and who waits. As long as a browser listens, its training goes on, and its network is
kept; when it no longer does, both are gone."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from page.train.training import PRIVATE, Training, log

MOST = 64  # who train, wait, or look at what they have trained
MOST_KEPT = 1_000  # files in the operator's folder
TICK = 0.2  # seconds between two looks at what is new
QUIET = 10  # seconds: then an empty line keeps the connection from being taken for dead
LEAST = 1.0  # seconds that each takes its place for: starting costs, too


Record = Callable[[str, float], None]


class FullError(Exception):
    """Too many are here already."""


class Reader:
    """What one listener has heard of a training."""

    def __init__(self, training: Training, is_owner: bool) -> None:
        self.training, self.is_owner = training, is_owner
        self._lines = 0
        self._numbers: dict[str, int] = {}

    def news(self) -> bytes:
        """The lines since the last call."""
        news = self.training.lines[self._lines :]
        self._lines += len(news)
        for kind, (number, line) in self.training.latest.items():
            if self._numbers.get(kind) != number and (self.is_owner or kind != PRIVATE):
                self._numbers[kind] = number
                news.append(line)
        return b"".join(news)


class Queue:
    """All trainings of this server; for use in its event loop."""

    def __init__(self, at_once: int, kept: Path | None, record: Record) -> None:
        """`at_once` may run; finished weights are copied to the folder `kept`, unless None;
        `record` is called with how each ended, and after how many seconds."""
        self.at_once, self.kept, self.record = at_once, kept, record
        self.here: dict[str, Training] = {}  # by their tokens
        self.waiting: list[Training] = []
        self.running: list[Training] = []
        self._is_open = True

    def close(self) -> None:
        """End all trainings: the server ends."""
        self._is_open = False
        for training in self.here.values():
            training.close()

    def join(self, training: Training) -> None:
        """Let it run, or wait. Raises FullError."""
        if len(self.here) >= MOST:
            raise FullError
        self.here[training.token] = training
        self.waiting.append(training)
        self._fill()

    def leave(self, training: Training) -> None:
        """Nobody listens any more: end it, and forget it."""
        self.here.pop(training.token, None)
        if training in self.waiting:
            self.waiting.remove(training)
        self._copy(training)  # it may have finished, and its process not yet ended
        training.close()

    async def listen(self, training: Training) -> AsyncIterator[bytes]:
        """What the owner hears: the place in the queue, and meanwhile another's training; then its
        own, until the connection ends."""
        try:
            yield _line(kind="token", token=training.token, command=training.asked.command)
            place, watched, reader, heard = None, None, None, time.monotonic()
            while self._is_open:
                news = b""
                others = [each for each in self.running if not each.is_over]
                if training in self.waiting:
                    if place != (place := self.waiting.index(training) + 1):
                        news += _line(kind="place", place=place)
                    if others and watched is not others[0]:
                        watched, reader = others[0], Reader(others[0], is_owner=False)
                        news += _line(kind="watching")
                elif watched is not training:
                    watched, reader = training, Reader(training, is_owner=True)
                    news += _line(kind="yours")
                news += reader.news() if reader else b""
                if news or time.monotonic() - heard > QUIET:
                    heard = time.monotonic()
                    yield news or b"\n"
                await asyncio.sleep(TICK)
        finally:
            self.leave(training)

    def _fill(self) -> None:
        while self._is_open and self.waiting and len(self.running) < self.at_once:
            training = self.waiting.pop(0)
            self.running.append(training)
            training.task = asyncio.create_task(self._run(training))
            # Called even if the task is cancelled before it begins.
            training.task.add_done_callback(partial(self._done, training, time.monotonic()))

    async def _run(self, training: Training) -> None:
        await training.run()
        await asyncio.to_thread(self._copy, training)

    def _done(self, training: Training, start: float, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():
            log.error("A training failed. %r", task.exception())
        seconds = time.monotonic() - start
        self.record(training.outcome, seconds)
        rest = LEAST - seconds
        task.get_loop().call_later(max(rest, 0), self._free, training)

    def _free(self, training: Training) -> None:
        self.running.remove(training)
        self._fill()

    def _copy(self, training: Training) -> None:
        """Keep the weights where the operator wants them."""
        if not self.kept or training.is_kept or not training.file.exists():
            return
        training.is_kept = True
        try:
            self.kept.mkdir(parents=True, exist_ok=True)
            if sum(1 for _ in self.kept.glob("*.npz")) >= MOST_KEPT:
                raise OSError(f"{self.kept} holds {MOST_KEPT:,} files; expected fewer: remove some")
            name = f"{datetime.now():%Y-%m-%d-%H%M%S}-{training.token[:6]}.npz"
            shutil.copyfile(training.file, self.kept / name)
        except OSError as error:
            log.error("Trained weights were not kept. %s", error)


def _line(**told: Any) -> bytes:
    return json.dumps(told).encode() + b"\n"
