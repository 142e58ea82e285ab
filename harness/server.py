"""The app, or another page, in a process of its own; PostgreSQL and other programs."""

import multiprocessing
import os
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
import pytest

APP = Path(__file__).parents[1] / "app.py"
OURS = re.compile(r"None$|localhost$|0$|0\.0\.0\.0$|::1$|127\.|/")  # addresses of this machine
PASSWORD = "correct-horse"
IS_ROOT = os.geteuid() == 0
skip = pytest.fail if os.environ.get("CI") else pytest.skip  # in CI nothing may be missing


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def fork(
    code: str, streams: dict[int, Any], method: str = "forkserver", **variables: str
) -> BaseProcess:
    """Start a process that runs the code. `streams` are files or sockets for its standard ones.

    The project's modules are imported once for all; by the method "spawn" it imports its own.
    """
    context = multiprocessing.get_context(method)
    preloaded = ["app", "page.layout", "serving.server", "training.cli"]
    context.set_forkserver_preload([*preloaded, "matplotlib.pyplot"])  # by Gradio's first event
    process = context.Process(target=_run, args=(code, streams, variables), daemon=True)
    process.start()
    return process


def _run(code: str, streams: dict[int, Any], variables: dict[str, str]) -> None:
    for descriptor, stream in streams.items():
        file = stream.open("ab") if isinstance(stream, Path) else stream
        os.dup2(file.fileno(), descriptor)
    os.environ.update(variables)
    sys.addaudithook(_watch)
    exec(code, {})


def _watch(event: str, arguments: tuple) -> None:
    """Tell of every address that is looked up or called."""
    if event in ("socket.getaddrinfo", "socket.connect"):
        host = arguments[0] if event == "socket.getaddrinfo" else arguments[1][0]
        if not OURS.match(str(host)):
            print("Call to the outside:", host, file=sys.__stderr__)


def run_in_its_folder(app: str) -> None:
    os.chdir(Path(app).parent)
    sys.path[:] = [str(Path.cwd()), *(each for each in sys.path if each != str(APP.parent))]
    runpy.run_path(app, run_name="__main__")


def wait_for(url: str, seconds: float = 90) -> None:
    """Return once the address answers, whatever it says. Raises AssertionError if it does not."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(httpx.TransportError):
            httpx.get(url, timeout=10, verify=False)  # else it loads certificates each time, 40 ms
            return
        assert time.monotonic() < deadline, f"no answer from {url}; see the server's log"
        time.sleep(0.05)


@contextmanager
def started(
    folder: Path, host="127.0.0.1", port=0, app: Path = APP, may_fail=False, **options: str
) -> Iterator[tuple[str, BaseProcess]]:
    """`python app`: its address, and its process, which is ended as by Ctrl-C.

    It may call nobody, and not fail unless it `may_fail`. `folder` gets its uploads and what it
    says: `server.log`. `options` are those of `fork`.
    """
    port, log = port or free_port(), folder / "server.log"
    url, settings = f"http://{host}:{port}", {"GRADIO_SERVER_NAME": host}
    settings |= {"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(folder / "cache")}
    code = f"from harness.server import run_in_its_folder as run; run({str(app)!r})"
    process = fork(code, {1: log, 2: log}, **settings | options)
    try:
        wait_for(f"{url}/livez")
        yield url, process
        if process.is_alive():
            wait_for(f"{url}/livez", seconds=10)
    finally:
        if process.is_alive():
            os.kill(process.pid, signal.SIGINT)
        process.join(20)
        assert process.exitcode in (0, -signal.SIGKILL)
    said = log.read_text()
    assert not re.search(r"^[ |]*[\w.]*(Error|Exception)\b|Call to the outside", said, re.M), said
    assert may_fail or "Failed: " not in said, said


def required(program: str) -> str:
    """The program's path. Skips the test where it is not installed."""
    debian = ["/usr/sbin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))]
    path = shutil.which(program, path=os.pathsep.join([os.environ["PATH"], *debian]))
    return path or skip(f"{program} is not installed")


class Postgres:
    """A running server that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"postgresql://digits:{PASSWORD}@/postgres?host={folder}"
        if IS_ROOT:  # which it refuses to be
            shutil.chown(folder, "postgres")
        (folder / "secret").write_text(PASSWORD)
        self._run("initdb", "-N", "-U", "digits", "-Ascram-sha-256", f"--pwfile={folder}/secret")
        self.start()

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "--wait", f"--options={options}", f"--log={self.folder}/log", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        command = [required(name), f"--pgdata={self.folder}/data", *arguments]
        user, output = "postgres" if IS_ROOT else None, subprocess.DEVNULL
        subprocess.run(command, check=True, cwd="/", user=user, stdout=output, timeout=60)
