"""The app as its users meet it: a server of its own process, and a real browser in front of it."""

import os

# As `python -m training` does it: two threads that wait for each other on a busy machine take ten
# times as long as one. NumPy reads this when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import runpy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from harness.browser import ANSWER, CHROMIUM, open_page
from harness.inputs import small_mnist, write
from harness.server import APP, Postgres, skip, started
from model import Recognizer
from model.network.weights import SHIPPED
from training.data.mnist import load_mnist
from training.dataset import Splits

hypothesis.settings.register_profile("busy machine", deadline=None)
hypothesis.settings.load_profile("busy machine")
THIS_MACHINE = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:")
RESET = """() => {
    scrollTo({ top: 0, behavior: "instant" });
    for (const which of ["act=clear", "tool=pen", "width='7'"])
        document.querySelector(`#pad [data-${which}]`).click();
}"""
SEEN: list[str] = []  # addresses that pages asked, and errors in their scripts


@pytest.fixture(scope="session")
def mnist_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of an easy MNIST, to read from only."""
    return write(tmp_path_factory.mktemp("mnist"), small_mnist(5_400, 300))


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server has its weights and corrections, and writes what it says."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(SHIPPED, folder / "weights.npz")
    return folder


@pytest.fixture(scope="session")
def server(server_folder: Path, mnist_dir: Path) -> Iterator[str]:
    files = {"WEIGHTS": "weights.npz", "CORRECTIONS": "corrections.sqlite"}
    paths = {variable: str(server_folder / name) for variable, name in files.items()}
    with started(server_folder, MNIST_DIR=str(mnist_dir), **paths) as (url, _):
        yield url


@pytest.fixture(autouse=True)
def no_complaints() -> Iterator[None]:
    """Pages ask only this machine, and their scripts raise no errors."""
    yield
    found = [each for each in SEEN if not each.startswith(THIS_MACHINE)]
    SEEN.clear()
    assert found == []


@pytest.fixture(scope="session")
def new_context() -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser context: cookies, cache and language of its own."""
    expect.set_options(timeout=30_000)  # a busy machine

    def open_context(**options) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(45_000)
        context.on("request", lambda request: SEEN.append(request.url))
        context.on("weberror", lambda error: SEEN.append(str(error.error)))
        return context

    if not CHROMIUM["executable_path"]:
        skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield open_context


@pytest.fixture(scope="session")
def new_page(server: str, new_context: Callable) -> Callable[..., Page]:
    """Opens the page anew. Close it: each keeps two connections open, of six."""
    usual = new_context()  # its cache saves a third of their opening

    def open_new(context: BrowserContext = usual) -> Page:
        page = context.new_page()
        open_page(page, server)
        return page

    return open_new


@pytest.fixture(scope="session")
def used_page(new_page: Callable) -> Page:
    return new_page()


@pytest.fixture
def page(used_page: Page) -> Iterator[Page]:
    """A page that one test after the other draws on: opening it takes longer than they do."""
    used_page.bring_to_front()  # tabs behind another one are slow
    yield used_page
    used_page.mouse.up()
    used_page.evaluate(RESET)
    expect(used_page.locator(ANSWER)).to_have_count(0)


@pytest.fixture(scope="session")
def database() -> Iterator[Postgres]:
    with TemporaryDirectory() as folder:  # a short path: a socket's has 107 bytes
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def run(capsys, monkeypatch) -> Callable[..., str]:
    """Runs a program of this repository, and returns what it prints; nothing may be wrong."""

    def run(path: str, *arguments: object) -> str:
        monkeypatch.setattr("sys.argv", [path, *map(str, arguments)])
        runpy.run_path(str(APP.parent / path), run_name="__main__")
        printed = capsys.readouterr()
        assert printed.err == ""
        return printed.out

    return run


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
