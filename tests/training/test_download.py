"""training/download.py, against an HTTP server on the loopback."""

import gzip
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.idx_files import small_mnist
from training.mnist import download as downloading
from training.mnist import files as mnist_files
from training.mnist.download import FILE_NAMES, RemoteFile, download
from training.mnist.files import load_mnist

ROOT = Path(__file__).parents[2]


class Handler(BaseHTTPRequestHandler):
    """Serves `server.contents`; the file `server.broken` in the way that `server.how` says."""

    def do_GET(self):
        server, name = self.server, self.path.rsplit("/", 1)[-1]
        how = server.how if name == server.broken else "whole"
        if how == "status 404":
            self.send_error(404)
            return
        content = server.contents[name]
        if how == "changed":
            content = content[:-1] + b"?"
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content if how in ("whole", "changed") else content[: len(content) // 2])
        self.wfile.flush()
        if how == "stalled":
            server.stop.wait(60)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        # Once a file has failed, the downloader hangs up on the others.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture
def server(monkeypatch):
    """An HTTP server with the small MNIST, packed; `.files` is what may be downloaded from it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Server(("127.0.0.1", 0), Handler)
    server.contents = {f"{n}.gz": gzip.compress(c) for n, c in small_mnist().items()}
    server.broken, server.how, server.stop = None, "whole", threading.Event()
    server.files = remote_files(server.contents, server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.stop.set()
    server.shutdown()
    thread.join()
    server.server_close()


def remote_files(contents: dict[str, bytes], port: int) -> list[RemoteFile]:
    return [
        RemoteFile(f"http://127.0.0.1:{port}/{n}", len(c), hashlib.sha256(c).hexdigest())
        for n, c in contents.items()
    ]


def test_first_run_downloads_and_the_second_does_not(server, tmp_path, monkeypatch, capfd):
    # Should anything import TensorFlow, it gets this one, which ends the program.
    (tmp_path / "tensorflow.py").write_text("raise SystemExit('TensorFlow was imported')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "kept"))
    monkeypatch.setattr(mnist_files, "registered_files", lambda: server.files)
    first = load_mnist(None, 2)
    assert first.checksum == hashlib.sha256(b"".join(small_mnist().values())).hexdigest()
    assert capfd.readouterr().err == ""
    kept = downloading.download_dir()
    assert sorted(p.name for p in kept.iterdir()) == sorted(server.contents)

    server.contents = {}  # From now on every request fails.
    monkeypatch.setattr(mnist_files, "registered_files", lambda: pytest.fail("not needed"))
    assert load_mnist(None, 2).checksum == first.checksum


def assert_fails(files: list[RemoteFile], folder: Path) -> str:
    """Check what every failed download has in common; return the message."""
    start = time.monotonic()
    with pytest.raises(FileNotFoundError) as caught:
        download(files, folder)
    assert time.monotonic() - start < 15
    assert list(folder.iterdir()) == []  # Nothing that a later run could believe.
    message = str(caught.value)
    expected = [*FILE_NAMES, *(f.url for f in files), str(folder), "--mnist-dir", "MNIST_DIR"]
    assert [word for word in expected if word not in message] == []
    assert "Traceback" not in message
    return message


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("changed", r"/train-images-idx3-ubyte\.gz, downloaded to .* has wrong checksum"),
        ("cut", "IncompleteRead"),
        ("stalled", "nothing arrived for 2 seconds"),
        ("status 404", r"Failed to get url .*/train-images-idx3-ubyte\.gz. HTTP code: 404"),
    ],
)
def test_failed_downloads_leave_nothing_and_say_why(
    server, tmp_path, monkeypatch, capfd, how, message
):
    if how == "stalled":
        monkeypatch.setattr(downloading, "PATIENCE_SECONDS", 2)
    server.broken, server.how = "train-images-idx3-ubyte.gz", how
    assert re.search(message, assert_fails(server.files, tmp_path))
    assert capfd.readouterr().err == ""


def test_connection_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as closed:
        port = closed.server_port
    contents = {f"{name}.gz": b"" for name in FILE_NAMES}
    assert "refused" in assert_fails(remote_files(contents, port), tmp_path)


def test_name_that_does_not_resolve(tmp_path):
    files = [RemoteFile(f"http://mnist.invalid/{n}.gz", 1, "0" * 64) for n in FILE_NAMES]
    assert "mnist.invalid" in assert_fails(files, tmp_path)


def test_nowhere_to_keep_the_files(server, tmp_path):
    (tmp_path / "a-file").write_bytes(b"")
    with pytest.raises(FileNotFoundError, match=r"a-file(.|\n)*--mnist-dir"):
        download(server.files, tmp_path / "a-file" / "mnist")


def test_interrupt_ends_the_download_at_once(server, tmp_path):
    server.broken, server.how = "train-images-idx3-ubyte.gz", "stalled"
    code = (
        "import json, sys; from pathlib import Path\n"
        "from training.mnist.download import RemoteFile, download\n"
        "files = [RemoteFile(**file) for file in json.loads(sys.argv[1])]\n"
        "try: download(files, Path(sys.argv[2]))\n"
        "except KeyboardInterrupt: print('interrupted')"
    )
    files = json.dumps([asdict(file) for file in server.files])
    command = [sys.executable, "-c", code, files, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while not list(tmp_path.rglob("*.tmp.*")):  # Until the download is on its way.
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # As Ctrl-C does: to parent and child.
        assert process.communicate(timeout=5)[0].strip() == "interrupted"
    assert list(tmp_path.iterdir()) == []


def test_registered_files_come_without_tensorflow():
    code = (
        "import sys; from training.mnist.download import registered_files\n"
        "print(*[f.name for f in registered_files()], 'tensorflow' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert sorted(result.stdout.split()) == ["False", *sorted(f"{n}.gz" for n in FILE_NAMES)]
    assert result.stderr == ""


def test_tensorflow_datasets_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(FileNotFoundError, match=r"pip install(.|\n)*--mnist-dir"):
        downloading.registered_files()


def test_real_mnist_passes_the_registered_checksums(mnist, server, tmp_path):
    """The download as it will be, but for the host: real files, their registered checksums."""
    source = mnist_files.mnist_dir_from_environment() or downloading.download_dir()
    registered = downloading.registered_files()
    if not all((source / file.name).is_file() for file in registered):
        pytest.skip(f"needs the original .gz files, which are not all in {source}")
    server.contents = {file.name: (source / file.name).read_bytes() for file in registered}
    host = f"http://127.0.0.1:{server.server_port}"
    files = [RemoteFile(f"{host}/{f.name}", f.size, f.sha256) for f in registered]
    download(files, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == server.contents
