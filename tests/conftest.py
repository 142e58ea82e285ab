"""The app as its users meet it: a server of its own process, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from training.data import MNIST, load_mnist, mnist_dir_from_environment

APP = Path(__file__).parents[1] / "app.py"
# Chromium as root, without a screen, and without talking to anyone but the page it is shown.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Without a graphics card, sixty frames a second of the editor's canvas take most of a core.
FEWER_FRAMES = """
    window.requestAnimationFrame = (draw) => setTimeout(() => draw(performance.now()), 60);
    window.cancelAnimationFrame = clearTimeout;
"""
# Python runs this before the app: it tells of every address that the server looks up or calls.
WATCH = """
import sys
def watch(event, arguments):
    if event == "socket.getaddrinfo" or event == "socket.connect" and len(arguments[1]) > 1:
        host = str(arguments[0] if event == "socket.getaddrinfo" else arguments[1][0])
        if host not in ("None", "localhost", "0.0.0.0") and not host.startswith("127."):
            print("Call to the outside:", host, file=sys.stderr)
sys.addaudithook(watch)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(
    folder: Path, host: str = "127.0.0.1", app: Path = APP, **variables: str
) -> Iterator[str]:
    """`python app.py` on a free port: its address. It may neither trip nor call anyone."""
    port = free_port()
    url = f"http://{host}:{port}"
    settings = {
        "GRADIO_SERVER_NAME": host,
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_TEMP_DIR": str(folder / "cache"),
        "PYTHONPATH": str(folder),
    }
    (folder / "sitecustomize.py").write_text(WATCH)
    log = folder / "server.log"
    with log.open("wb") as output:
        command = [sys.executable, str(app)]
        process = subprocess.Popen(
            command, env=os.environ | settings | variables, stdout=output, stderr=output, cwd=folder
        )
        try:
            _wait_for(url, process, log)
            yield url
            assert process.poll() is None, f"the server died:\n{log.read_text()}"
        finally:
            process.terminate()
            process.wait(20)
    complaints = log.read_text()
    errors = re.findall(r"^[ |]*([\w.]*(?:Error|Exception|ClientDisconnect))\b", complaints, re.M)
    # A browser that is closed while it sends a drawing: the web server complains, and goes on.
    assert set(errors) <= {"starlette.requests.ClientDisconnect"}, complaints
    assert "Call to the outside" not in complaints, complaints


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except urllib.error.HTTPError:  # it is there, and wants a password
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}:\n{log.read_text()}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, CORRECTIONS=str(folder / "corrections.sqlite")) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        reason = "no Chromium: install it, or name it in the variable CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def new_context(browser) -> Callable:
    """Opens a browser context: cookies, cache and language of their own."""

    def open_context(**options):
        context = browser.new_context(**options)
        context.set_default_timeout(45_000)
        context.add_init_script(FEWER_FRAMES)
        return context

    return open_context


@pytest.fixture(scope="session")
def usual_context(new_context: Callable):
    """One for all pages that ask for nothing special: its cache saves a third of their opening."""
    return new_context()


@pytest.fixture(scope="module")
def new_page(server: str, usual_context, new_context: Callable) -> Iterator[Callable]:
    """Opens the page in the usual context, or in one of its own. It may ask only the server."""
    opened, requests, errors = [], [], []

    def open_page(query: str = "", **options):
        context = new_context(**options) if options else usual_context
        page = context.new_page()
        opened.append(context if options else page)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server + query)
        page.wait_for_selector("#pad .toolbar-wrap .highlight")
        return page

    yield open_page
    for each in opened:
        each.close()
    assert errors == []
    assert [url for url in requests if not url.startswith((server + "/", "data:", "blob:"))] == []


@pytest.fixture(scope="module")
def used_page(new_page: Callable):
    return new_page()


@pytest.fixture
def page(used_page) -> Iterator:
    """A page that one test after the other draws on: opening it takes longer than they do."""
    yield used_page
    used_page.keyboard.press("Escape")  # clears it


@pytest.fixture(scope="session")
def mnist() -> MNIST:
    """The real MNIST, from where the product itself takes it."""
    try:
        return load_mnist(mnist_dir_from_environment(), validation_size=5_000)
    except FileNotFoundError as error:
        reason = f"needs MNIST: set MNIST_DIR. {str(error).splitlines()[0]}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
