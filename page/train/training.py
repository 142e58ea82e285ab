"""One training in a process of its own, and all that it has told so far."""

import asyncio
import json
import logging
import secrets
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE
from tempfile import TemporaryDirectory
from typing import Any

from model import Recognizer
from page.train.form import Asked, as_json

ROOT = Path(__file__).parents[2]
SECONDS = 600  # then it has to stop, with what it has got;
SECONDS_TO_STOP = 15  # and then it is killed
LATEST = ("weights", "digits", "drawing")  # of these, only the newest is of interest
ENDS = ("finished", "failed")
PRIVATE = "drawing"  # nobody else sees it
MOST_LINES, LONGEST_LINE = 5_000, 2_000_000
MOST_WAITING = 100_000  # bytes of commands that the process has not read yet

log = logging.getLogger(__name__)


class Training:
    """A training that was asked for: waiting, running or over."""

    def __init__(self, asked: Asked, mnist_dir: Path | None, drawing: str | None, mode: str):
        self.asked, self.mnist_dir = asked, mnist_dir
        self.drawing, self.mode = drawing, mode
        self.token = secrets.token_urlsafe(24)
        self.lines: list[bytes] = []  # what was told, but for the kinds of which the newest counts
        self.latest: dict[str, tuple[int, bytes]] = {}  # those, each with its number
        self.is_over = False
        self.is_kept = False  # where the operator keeps what was trained
        self.task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._folder = TemporaryDirectory(prefix="training-", ignore_cleanup_errors=True)
        self._recognizer: Recognizer | None = None

    @property
    def file(self) -> Path:
        """The trained weights; there once it has finished."""
        return Path(self._folder.name, "nnmodel.npz")

    @property
    def outcome(self) -> str:
        """How it ended: "finished", or why it failed."""
        ends = [json.loads(line) for line in self.lines if kind_of(line) in ENDS]
        return ends[0].get("why", "finished") if ends else "left"

    async def run(self) -> None:
        """Train, and note all that the process tells; whatever happens, say how it ended."""
        try:
            async with asyncio.timeout(SECONDS + SECONDS_TO_STOP):
                await self._run()
        except TimeoutError:
            self.add(kind="failed", why="time")
        except OSError as error:
            log.error("A training could not start. %s", error)
        finally:
            self._kill()
            if not any(kind_of(line) in ENDS for line in self.lines):
                self.add(kind="failed", why="killed")
            self.is_over = True

    async def _run(self) -> None:
        command = [sys.executable, "-m", "training.watched"]
        self._process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=LONGEST_LINE
        )
        self.tell(
            config=as_json(self.asked.config),
            mnist=str(self.mnist_dir.resolve()) if self.mnist_dir else None,
            output=str(self.file),
            drawing=self.drawing,
            mode=self.mode,
        )
        stopping = asyncio.get_running_loop().call_later(SECONDS, self._stop_late)
        try:
            while line := await self._process.stdout.readline():
                self._keep(line)
            await self._process.wait()
        finally:
            stopping.cancel()

    def _stop_late(self) -> None:
        self.add(kind="late")
        self.tell(command="stop")

    def tell(self, **told: Any) -> None:
        """Tell the process something; nothing happens if it is not running, or does not read."""
        process = self._process
        if process is None or process.returncode is not None or process.stdin.is_closing():
            return
        if process.stdin.transport.get_write_buffer_size() < MOST_WAITING:
            process.stdin.write(json.dumps(told).encode() + b"\n")

    def follow(self, drawing: str | None) -> None:
        """From now on the network reads this drawing, base64 of 784 bytes."""
        self.drawing = drawing
        self.tell(drawing=drawing)

    def add(self, **told: Any) -> None:
        self._keep(json.dumps(told).encode() + b"\n")

    def _keep(self, line: bytes) -> None:
        kind = kind_of(line)
        if kind in LATEST:
            number, _ = self.latest.get(kind, (0, b""))
            self.latest[kind] = number + 1, line
        elif len(self.lines) < MOST_LINES or kind != "point":
            self.lines.append(line)

    def recognizer(self) -> Recognizer | None:
        """Reads drawings with the trained network; None as long as there is none."""
        if self._recognizer is None and self.file.exists():  # written whole, at the end
            self._recognizer = Recognizer.load(self.file)
        return self._recognizer

    def close(self) -> None:
        """End the process, and delete what it has written."""
        if self.task:
            self.task.cancel()
        self._kill()
        self.is_over = True
        self._folder.cleanup()

    def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()


def kind_of(line: bytes) -> str:
    """The kind of a line, which stands first in it: {"kind": "point", …}."""
    return line.split(b'"', 4)[3].decode()
