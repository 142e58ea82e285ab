"""The app, or another page, in a process of its own."""

import multiprocessing
import os
import re
import runpy
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

APP = Path(__file__).parents[1] / "app.py"
OURS = re.compile(r"None$|localhost$|0$|0\.0\.0\.0$|::1$|127\.|/")  # addresses of this machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _run(code: str, streams: dict[int, Any], variables: dict[str, str]) -> None:
    for descriptor, stream in streams.items():
        file = stream.open("ab") if isinstance(stream, Path) else stream
        os.dup2(file.fileno(), descriptor)
    os.environ.update(variables)
    exec(code, {})


def fork(
    code: str, streams: dict[int, Any], method: str = "forkserver", **variables: str
) -> BaseProcess:
    """Start a process that runs the code. `streams` are files or sockets for its standard ones.

    It has the project's modules, imported once for all; by the method "spawn" it imports its own.
    """
    context = multiprocessing.get_context(method)
    context.set_forkserver_preload(["app", "page.layout", "serving.server", "training.cli"])
    process = context.Process(target=_run, args=(code, streams, variables), daemon=True)
    process.start()
    return process


def run_watched(app: str) -> None:
    """Run a program from its folder, and tell of every address that it looks up or calls."""

    def watch(event: str, arguments: tuple) -> None:
        if event in ("socket.getaddrinfo", "socket.connect"):
            host = arguments[0] if event == "socket.getaddrinfo" else arguments[1][0]
            if not OURS.match(str(host)):
                print("Call to the outside:", host, file=sys.__stderr__)

    sys.addaudithook(watch)
    os.chdir(Path(app).parent)
    sys.path[:] = [str(Path.cwd()), *(each for each in sys.path if each != str(APP.parent))]
    runpy.run_path(app, run_name="__main__")


def wait_for(url: str, seconds: float = 90) -> None:
    """Return once the address answers, whatever it says. Raises AssertionError if it does not."""
    deadline = time.monotonic() + seconds
    with httpx.Client(timeout=10) as client:  # httpx.get loads certificates, 40 ms each time
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                client.get(url)
                return
            time.sleep(0.05)
    raise AssertionError(f"no answer from {url}; see the log of the server")


@contextmanager
def started(
    folder: Path, host: str = "127.0.0.1", port: int = 0, app: Path = APP, **options: str
) -> Iterator[tuple[str, BaseProcess]]:
    """`python app`: its address, and its process, which is ended as by Ctrl-C.

    `folder` gets its uploads and what it says: `server.log`. `options` are those of `fork`.
    """
    port, log = port or free_port(), folder / "server.log"
    settings = {"GRADIO_SERVER_NAME": host, "GRADIO_SERVER_PORT": str(port)}
    settings |= {"GRADIO_TEMP_DIR": str(folder / "cache")}
    code = f"from harness.server import run_watched; run_watched({str(app)!r})"
    process = fork(code, {1: log, 2: log}, **settings | options)
    try:
        wait_for(f"http://{host}:{port}/livez")
        yield f"http://{host}:{port}", process
    finally:
        if process.is_alive():
            os.kill(process.pid, signal.SIGINT)
        process.join(20)
        assert process.exitcode in (0, -signal.SIGKILL)


@contextmanager
def serving(folder: Path, may_fail: bool = False, **options: str | Path) -> Iterator[str]:
    """The address of a `started` app. It may call nobody, and not fail unless it `may_fail`."""
    with started(folder, **options) as (url, _):
        yield url
        wait_for(f"{url}/livez", seconds=10)  # it is still there
    said = (folder / "server.log").read_text()
    assert not re.search(r"^[ |]*[\w.]*(Error|Exception)\b|Call to the outside", said, re.M), said
    assert may_fail or "Failed: " not in said, said
