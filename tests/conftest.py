"""The app as its users meet it: a server of its own process, and a real browser in front of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from harness.browser import CHEAPER_CANVAS, chromium, launched, open_page
from harness.server import serving
from training.mnist.files import MNIST, load_mnist, mnist_dir_from_environment

@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, CORRECTIONS=str(folder / "corrections.sqlite")) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator:
    if not chromium():
        reason = "no Chromium: install it, or name it in the variable CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def new_context(browser) -> Callable:
    """Opens a browser context: cookies, cache and language of their own."""

    def open_context(**options):
        context = browser.new_context(**options)
        context.set_default_timeout(45_000)
        context.add_init_script(CHEAPER_CANVAS)
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

    def opened_page(query: str = "", **options):
        context = new_context(**options) if options else usual_context
        page = context.new_page()
        opened.append(context if options else page)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        open_page(page, server + query)
        return page

    yield opened_page
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
