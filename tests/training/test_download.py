"""MNIST is downloaded once, whole, or not at all: against an HTTP server on the loopback."""

import gzip
import hashlib
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.idx_files import small_mnist
from training.data import mnist
from training.data.mnist import FILE_NAMES, download_dir, find_mnist, load_mnist

CONTENTS = {f"{name}.gz": gzip.compress(content) for name, content in small_mnist().items()}
BROKEN = "t10k-images-idx3-ubyte.gz"  # the third: by then there are two that could be kept


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENTS; the file BROKEN in the way that `server.how` says."""

    def do_GET(self):
        name = self.path.rsplit("/", 1)[-1]
        how, content = self.server.how if name == BROKEN else "whole", CONTENTS[name]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        sent = {"whole": content, "changed": content[:-1] + b"?"}
        self.wfile.write(sent.get(how, content[:100]))
        self.wfile.flush()
        if how == "interrupted":
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)  # as Ctrl-C does
        if how not in sent:
            self.server.stop.wait(60)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    """A server of CONTENTS; `.files` is what may be downloaded from it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(mnist, "PATIENCE", 30)  # a busy machine
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.how, server.stop = "whole", threading.Event()
        server.files = {
            f"http://127.0.0.1:{server.server_port}/{name}": hashlib.sha256(content).hexdigest()
            for name, content in CONTENTS.items()
        }
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server
        server.stop.set()
        server.shutdown()


def test_first_run_downloads_and_the_second_does_not(server, tmp_path, monkeypatch, capfd):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(mnist, "registered_files", lambda: server.files)
    assert find_mnist() is None
    first = load_mnist(None, 2)
    assert first.checksum == hashlib.sha256(b"".join(small_mnist().values())).hexdigest()
    assert capfd.readouterr().err == ""
    assert find_mnist() == download_dir()
    kept = {path.name: path.read_bytes() for path in download_dir().iterdir()}
    assert kept == CONTENTS and tmp_path in download_dir().parents

    monkeypatch.setattr(mnist, "registered_files", lambda: pytest.fail("not needed"))
    assert load_mnist(None, 2).checksum == first.checksum


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("changed", f"/{BROKEN} has changed, or was damaged on its way"),
        ("stalled", "Read timed out"),
    ],
)
def test_failed_downloads_leave_nothing_and_say_why(server, tmp_path, monkeypatch, how, message):
    server.how = how
    if how == "stalled":
        monkeypatch.setattr(mnist, "PATIENCE", 0.5)
    with pytest.raises(FileNotFoundError, match=message) as caught:
        mnist.download(server.files, tmp_path)
    assert list(tmp_path.iterdir()) == []  # nothing that a later run could believe
    expected = [*FILE_NAMES, *server.files, str(tmp_path), "--mnist-dir", "MNIST_DIR"]
    assert [word for word in expected if word not in str(caught.value)] == []


def test_nowhere_to_keep_the_files(server, tmp_path):
    (tmp_path / "a-file").write_bytes(b"")
    with pytest.raises(FileNotFoundError, match=r"a-file(.|\n)*--mnist-dir"):
        mnist.download(server.files, tmp_path / "a-file" / "mnist")


def test_an_interrupted_download_leaves_nothing(server, tmp_path, monkeypatch):
    server.how = "interrupted"
    monkeypatch.setattr(mnist, "PATIENCE", 5)  # until a signal is seen that comes before a read
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # else a shell's & ignores it
    with pytest.raises(KeyboardInterrupt):
        mnist.download(server.files, tmp_path)
    signal.signal(signal.SIGINT, before)
    assert list(tmp_path.iterdir()) == []


def test_registered_files_are_mnist_without_tensorflow(capfd):
    files = mnist.registered_files()
    assert sorted(url.rsplit("/", 1)[-1] for url in files) == sorted(CONTENTS)
    assert "tensorflow" not in sys.modules
    assert capfd.readouterr().err == ""
    folder = find_mnist()
    if not folder or not all((folder / name).is_file() for name in CONTENTS):
        pytest.skip("needs MNIST's four original .gz files: set MNIST_DIR")
    for url, checksum in files.items():
        content = (folder / url.rsplit("/", 1)[-1]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == checksum


def test_tensorflow_datasets_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(FileNotFoundError, match=r"pip install(.|\n)*--mnist-dir"):
        mnist.registered_files()
