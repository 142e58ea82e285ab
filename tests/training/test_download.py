"""MNIST is downloaded once, whole, or not at all: against an HTTP server on the loopback."""

import hashlib
import socket
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from threading import Thread

import pytest

from harness.inputs import small_mnist, write
from training.data import mnist
from training.data.mnist import FILE_NAMES, download_dir, find_mnist, load_mnist


@pytest.fixture
def files(tmp_path_factory, monkeypatch):
    """The URLs of a small MNIST's files, in the order of their names, and their SHA-256."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(mnist, "PATIENCE", 30)  # a busy machine
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    contents = {f"{name}.gz": content for name, content in small_mnist().items()}
    folder = write(tmp_path_factory.mktemp("served"), contents)
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.02,)).start()
        url, paths = f"http://127.0.0.1:{server.server_port}", sorted(folder.iterdir())
        yield {f"{url}/{p.name}": hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}
        server.shutdown()


def test_first_run_downloads_and_the_second_does_not(files, tmp_path, monkeypatch, capfd):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(mnist, "registered_files", lambda: files)
    assert find_mnist() is None
    first = load_mnist(None, 2)
    assert first.checksum == hashlib.sha256(b"".join(small_mnist().values())).hexdigest()
    assert capfd.readouterr().err == ""
    assert find_mnist() == download_dir() and tmp_path in download_dir().parents
    assert {path.name for path in download_dir().iterdir()} == {f"{name}.gz" for name in FILE_NAMES}

    monkeypatch.setattr(mnist, "registered_files", lambda: pytest.fail("not needed"))
    assert load_mnist(None, 2).checksum == first.checksum


def test_failed_downloads_leave_nothing_and_say_why(files, tmp_path, monkeypatch):
    """The last file fails: by then, three could be kept."""
    *_, last = files
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for url, sha256, message in (
            (last, "0", f"{last} has changed, or was damaged on its way"),
            (f"{last}.zip", files[last], "404 Client Error"),
            (f"http://127.0.0.1:{silent.getsockname()[1]}/", "0", "Read timed out"),
        ):
            monkeypatch.setattr(mnist, "PATIENCE", 0.2 if "timed" in message else 30)
            wrong = {each: files[each] for each in files if each != last} | {url: sha256}
            with pytest.raises(FileNotFoundError, match=message) as caught:
                mnist.download(wrong, tmp_path)
            assert list(tmp_path.iterdir()) == []  # nothing that a later run could believe
            for word in (*FILE_NAMES, *wrong, str(tmp_path), "--mnist-dir", "MNIST_DIR"):
                assert word in str(caught.value)


def test_an_interrupted_download_leaves_nothing(files, tmp_path):
    class Interrupted(dict):
        def items(self):
            yield from islice(super().items(), 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mnist.download(Interrupted(files), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_registered_files_are_mnist_without_tensorflow(capfd):
    files = mnist.registered_files()
    assert sorted(url.rsplit("/", 1)[-1] for url in files) == sorted(f"{n}.gz" for n in FILE_NAMES)
    assert "tensorflow" not in sys.modules
    assert capfd.readouterr().err == ""
    for url, checksum in files.items():
        path = Path(find_mnist() or "", url.rsplit("/", 1)[-1])
        if not path.is_file():
            pytest.skip("needs MNIST's four original .gz files: set MNIST_DIR")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == checksum


def test_tensorflow_datasets_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(FileNotFoundError, match=r"pip install(.|\n)*--mnist-dir"):
        mnist.registered_files()
