"""The app, or another page, in a process of its own."""

import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

Stream = Path | socket.socket
APP = Path(__file__).parents[1] / "app.py"
# Runs the program `app`, and tells of every address that it looks up or calls.
WATCHED = """
import runpy, sys
def watch(event, arguments):
    if event == "socket.getaddrinfo" or event == "socket.connect" and len(arguments[1]) > 1:
        host = str(arguments[0] if event == "socket.getaddrinfo" else arguments[1][0])
        if host not in ("None", "localhost", "0", "0.0.0.0", "::1") and not host.startswith("127."):
            print("Call to the outside:", host, file=sys.__stderr__)
sys.addaudithook(watch)
runpy.run_path(app, run_name="__main__")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def started(port: int, log: Path, app: Path = APP, **variables: str) -> Iterator[subprocess.Popen]:
    """`python app` on a port; ended afterwards."""
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port)} | variables
    command = [sys.executable, "-c", f"app = {str(app)!r}{WATCHED}"]
    with log.open("wb") as output:
        streams = {"stdout": output, "stderr": output}
        process = subprocess.Popen(command, cwd=app.parent, env=environment, **streams)
    with process:
        try:
            yield process
        finally:
            process.terminate()


def _run(code: str, streams: dict[int, Stream], variables: dict[str, str]) -> None:
    for descriptor, stream in streams.items():
        file = stream.open("ab") if isinstance(stream, Path) else stream
        os.dup2(file.fileno(), descriptor)
    os.environ.update(variables)
    exec(code, {})


def fork(code: str, streams: dict[int, Stream], **variables: str) -> BaseProcess:
    """Start a process that runs the code, with the project's modules imported once for all."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app", "page.layout", "serving.server", "training.cli"])
    process = context.Process(target=_run, args=(code, streams, variables), daemon=True)
    process.start()
    return process


@contextmanager
def forked(port: int, log: Path, **variables: str) -> Iterator[BaseProcess]:
    """As `started`, but forked, which saves most of a start; ended as by Ctrl-C."""
    log.write_bytes(b"")
    code, variables = f"app = {str(APP)!r}{WATCHED}", {"GRADIO_SERVER_PORT": str(port)} | variables
    process = fork(code, {1: log, 2: log}, **variables)
    try:
        yield process
    finally:
        if process.is_alive():
            os.kill(process.pid, signal.SIGINT)
        process.join(20)
        assert process.exitcode in (0, -signal.SIGKILL)


def wait_for(url: str, seconds: float = 90) -> None:
    """Return once the address answers, whatever it says. Raises AssertionError if it does not."""
    deadline = time.monotonic() + seconds
    with httpx.Client(timeout=10) as client:  # httpx.get loads certificates, 40 ms each time
        while time.monotonic() < deadline:
            try:
                client.get(url)
                return
            except httpx.TransportError:
                time.sleep(0.05)
    raise AssertionError(f"no answer from {url}; see the log of the server")


@contextmanager
def serving(
    folder: Path,
    host: str = "127.0.0.1",
    start: Callable = forked,
    may_fail: bool = False,
    **variables: str,
) -> Iterator[str]:
    """The app on a free port: its address. It may call nobody, and not fail unless it `may_fail`.

    `folder` gets its uploads and what it says: `server.log`.
    """
    port, log = free_port(), folder / "server.log"
    url = f"http://{host}:{port}"
    settings = {"GRADIO_SERVER_NAME": host, "GRADIO_TEMP_DIR": str(folder / "cache")}
    with start(port, log, **settings | variables):
        wait_for(url)
        yield url
        wait_for(url, seconds=10)  # it is still there
    said = log.read_text()
    assert not re.search(r"^[ |]*[\w.]*(Error|Exception)\b|Call to the outside", said, re.M), said
    assert may_fail or "Failed: " not in said, said
