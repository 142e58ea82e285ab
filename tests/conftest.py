"""The app as its users meet it: a server of its own process, and a real browser in front of it."""

from __future__ import annotations

import os

# As `python -m training` does it: two threads that wait for each other on a busy machine take ten
# times as long as one. NumPy reads this when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from harness.browser import chromium, clear, launched, open_page
from harness.programs import Postgres, required, skip
from harness.server import serving
from model import Recognizer
from model.network.weights import SHIPPED
from training.data.mnist import load_mnist
from training.dataset import Splits

THIS_MACHINE = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:")


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server has its weights and corrections, and writes what it says."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(SHIPPED, folder / "weights.npz")
    return folder


@pytest.fixture(scope="session")
def server(server_folder: Path) -> Iterator[str]:
    paths = {
        "WEIGHTS": str(server_folder / "weights.npz"),
        "CORRECTIONS": str(server_folder / "corrections.sqlite"),
    }
    with serving(server_folder, **paths) as url:
        yield url


@pytest.fixture(scope="session")
def complaints() -> list[str]:
    """The addresses that pages asked beside this machine's, and the errors in them."""
    return []


@pytest.fixture(autouse=True)
def no_complaints(complaints: list[str]) -> Iterator[None]:
    yield
    found = complaints.copy()
    complaints.clear()
    assert found == []


@pytest.fixture(scope="session")
def new_context(complaints: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser context: cookies, cache and language of its own."""
    required(chromium())
    expect.set_options(timeout=30_000)  # a busy machine

    def check(address: str) -> None:
        if not address.startswith(THIS_MACHINE):
            complaints.append(address)

    def open_context(**options) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(45_000)
        context.on("request", lambda request: check(request.url))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context

    with launched() as browser:
        yield open_context


@pytest.fixture(scope="session")
def usual_context(new_context: Callable) -> BrowserContext:
    """One for all pages that ask for nothing special: its cache saves a third of their opening."""
    return new_context()


@pytest.fixture(scope="module")
def new_page(server: str, new_context: Callable, usual_context) -> Iterator[Callable[..., Page]]:
    """Opens the page anew, until the module ends; with options, in a context of its own."""
    with ExitStack() as stack:

        def open_new(query: str = "", **options) -> Page:
            page = (new_context(**options) if options else usual_context).new_page()
            stack.callback((page.context if options else page).close)
            open_page(page, server + query)
            return page

        yield open_new


@pytest.fixture(scope="session")
def used_page(server: str, usual_context: BrowserContext) -> Page:
    page = usual_context.new_page()
    open_page(page, server)
    return page


@pytest.fixture
def page(used_page: Page) -> Iterator[Page]:
    """A page that one test after the other draws on: opening it takes longer than they do."""
    used_page.bring_to_front()  # tabs behind another one are slow
    yield used_page
    clear(used_page)


@pytest.fixture(scope="session")
def database() -> Iterator[Postgres]:
    with TemporaryDirectory() as folder:  # a short path: a socket's has 107 bytes
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    """The shipped one."""
    return Recognizer.load(SHIPPED)


@pytest.fixture(scope="session")
def mnist() -> Splits:
    """The real MNIST, from where the product itself takes it."""
    try:
        return load_mnist(None, validation_size=5_000)
    except FileNotFoundError as error:
        skip(f"needs MNIST: set MNIST_DIR. {str(error).splitlines()[0]}")
