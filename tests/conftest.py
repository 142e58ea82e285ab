"""The app as its users meet it: a server of its own process, and a real browser in front of it."""

from __future__ import annotations

import os

# As `python -m training` does it: two threads that wait for each other on a busy machine take ten
# times as long as one. NumPy reads this when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from harness.browser import clear, launched, open_page
from harness.programs import Postgres, postgres, required, skip
from harness.server import forked, serving
from model.network.weights import SHIPPED
from training.mnist.files import MNIST, load_mnist, mnist_dir_from_environment


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
    with serving(server_folder, start=forked, **paths) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator:
    required(os.environ.get("CHROMIUM", "chromium"))
    expect.set_options(timeout=30_000)  # a busy machine
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def new_context(browser) -> Callable:
    """Opens a browser context: cookies, cache and language of their own."""

    def open_context(**options):
        context = browser.new_context(**options)
        context.set_default_timeout(45_000)
        return context

    return open_context


@pytest.fixture(scope="session")
def usual_context(new_context: Callable):
    """One for all pages that ask for nothing special: its cache saves a third of their opening."""
    return new_context()


@pytest.fixture(scope="session")
def heard() -> tuple[list[str], list[str]]:
    """The addresses that pages ask for, and the errors in them."""
    return [], []


@pytest.fixture(scope="session")
def opened(server: str, usual_context, new_context: Callable, heard: tuple) -> Callable:
    """Opens the page in the usual context, or in one of its own."""
    requests, errors = heard

    def open_watched(query: str = "", **options):
        page = (new_context(**options) if options else usual_context).new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        open_page(page, server + query)
        return page

    return open_watched


@pytest.fixture(scope="module")
def new_page(server: str, opened: Callable, usual_context, heard: tuple) -> Iterator[Callable]:
    """Opens the page anew, until the module ends. All pages may ask only the server."""
    pages = []

    def open_for_a_module(query: str = "", **options):
        pages.append(opened(query, **options))
        return pages[-1]

    yield open_for_a_module
    for page in pages:
        (page if page.context is usual_context else page.context).close()
    requests, errors = (each.copy() for each in heard)
    for each in heard:
        each.clear()
    assert errors == []
    assert [url for url in requests if not url.startswith((server + "/", "data:", "blob:"))] == []


@pytest.fixture(scope="session")
def used_page(opened: Callable):
    return opened()


@pytest.fixture
def page(used_page, new_page: Callable) -> Iterator:
    """A page that one test after the other draws on: opening it takes longer than they do."""
    used_page.bring_to_front()  # tabs behind another one are slow
    yield used_page
    clear(used_page)


@pytest.fixture(scope="session")
def database() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def mnist() -> MNIST:
    """The real MNIST, from where the product itself takes it."""
    try:
        return load_mnist(mnist_dir_from_environment(), validation_size=5_000)
    except FileNotFoundError as error:
        skip(f"needs MNIST: set MNIST_DIR. {str(error).splitlines()[0]}")
