"""What strangers try: refused in words or with a 4xx, nothing read, no one called, still serving.

The server of these tests may not call anyone (see harness.server.WATCH) and may not trip.
"""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from harness.pictures import black_png, chunk, data_uri, seven
from harness.server import serving

META = {"_type": "gradio.FileData"}
API = "/gradio_api"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attacked")


@pytest.fixture(scope="module")
def attacked(folder: Path) -> Iterator[httpx.Client]:
    with (
        serving(folder, may_fail=True, RATE_LIMIT="0") as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client
        assert read(client, seven()) == "7"
    log = (folder / "server.log").read_text()
    assert "Traceback" not in log, log


def upload(client: httpx.Client, content: bytes, name: str = "x.png") -> str:
    reply = client.post(f"{API}/upload", files={"files": (name, content)})
    return reply.raise_for_status().json()[0]


def ask(client: httpx.Client, *values: Any, **body: Any) -> httpx.Response:
    return client.post(f"{API}/run/predict", json={"data": list(values)} | body)


def file_value(path: Any) -> dict[str, Any]:
    return {"composite": {"path": path, "meta": META}}


def read(client: httpx.Client, content: bytes, name: str = "x.png") -> str:
    return ask(client, file_value(upload(client, content, name))).json()["data"][0]["label"]


def assert_refused(reply: httpx.Response) -> str:
    """A 4xx, or a sentence; never what went wrong inside."""
    assert reply.status_code >= 400, reply.text
    assert reply.status_code < 500 or reply.json()["error"], reply.text
    for inside in ("Traceback", "site-packages", 'File "'):
        assert inside not in reply.text
    return reply.text


def ask_as_the_page(client: httpx.Client, value: Any, **body: Any) -> list[httpx.Response]:
    """The replies of all events of the page, private ones too, to the value in each input."""
    events = client.get("/config").json()["dependencies"]
    return [
        ask(client, *[value] * len(event["inputs"]), fn_index=event["id"], **body)
        for event in events
    ]


VALUES = (None, 5, "x", [], {}, True, "data:image/png;base64,AAAA")
FIELDS = ("background", "layers", "composite", "id")


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("field", FIELDS)
def test_wrong_types_in_every_field(attacked, field, value) -> None:
    for drawing in ({field: value}, {field: [value]}, {field: {"path": value, "meta": value}}):
        assert_refused(ask(attacked, drawing))


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_wrong_types_instead_of_a_drawing(attacked, value) -> None:
    assert_refused(ask(attacked, value))
    assert_refused(attacked.post(f"{API}/run/predict", json={"data": value or 0}))
    assert_refused(attacked.post(f"{API}/run/predict", json=value))


def deep(value: Any = 0) -> Any:
    for _ in range(50):
        value = [value]
    return value


BODIES = {
    "nothing": b"",
    "half": b'{"data": [',
    "not UTF-8": b'{"data": ["\xff\xfe"]}',
    "NaN": b'{"data": [NaN]}',
    "deep": b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "less deep": json.dumps({"data": [deep()]}).encode(),
    "many": json.dumps({"data": [0] * 100_000}).encode(),
    "unknown event": b'{"data": [], "fn_index": 99}',
    "negative event": b'{"data": [], "fn_index": -1}',
    "event without answer": b'{"data": [], "fn_index": 1}',
    "large number": b'{"data": [' + b"9" * 100_000 + b"]}",
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("path", ["run/predict", "call/predict", "queue/join", "call/v2/predict"])
def test_malformed_json(attacked, path, kind) -> None:
    headers = {"content-type": "application/json"}
    reply = attacked.post(f"{API}/{path}", content=BODIES[kind], headers=headers)
    if path.startswith(("call", "queue")) and reply.status_code == 200:
        return  # it waits in the queue, and is refused there
    assert_refused(reply)
    assert "9999" not in reply.text


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\n"),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        ),
        ("multipart/form-data; boundary=" + "b" * 5000, b"--b--"),
        ("text/plain", b"x"),
    ],
)
def test_malformed_multipart(attacked, kind, content) -> None:
    reply = attacked.post(f"{API}/upload", content=content, headers={"content-type": kind})
    assert reply.status_code < 500
    assert reply.status_code >= 400 or reply.json() == []


def test_uploads_stay_in_their_folder(attacked, folder) -> None:
    for name in (
        "../../../evil.png",
        "/etc/evil",
        "..",
        ".",
        "a\\..\\b",
        "x" * 5000,
        "ü\u202e.png",
    ):
        reply = attacked.post(f"{API}/upload", files={"files": (name, b"x")})
        if reply.status_code == 200:
            assert Path(reply.json()[0]).is_relative_to(folder / "cache")
        else:
            assert_refused(reply)
    assert not Path("/etc/evil").exists()


def paths(folder: Path) -> list[str]:
    cache = folder / "cache"
    return [
        "/etc/passwd",
        "../../../../etc/passwd",
        f"{cache}/../server.log",
        "file:///etc/passwd",
        "/proc/self/environ",
        "app.py",
        str(Path(__file__).parents[2] / "docs" / "desktop.png"),
        "/gradio_api/file=/etc/passwd",
        "\0/etc/passwd",
        "~/.bashrc",
        ".",
        "",
    ]


def test_no_file_of_the_server_is_opened(attacked, folder) -> None:
    for path in paths(folder):
        for field in ("composite", "background"):
            assert_refused(ask(attacked, {"composite": None, field: {"path": path, "meta": META}}))
        layer = {"composite": None, "layers": [{"path": path, "meta": META}]}
        assert_refused(ask(attacked, layer))
        hidden = {"anything": [{"path": path, "meta": META}]}
        assert_refused(ask(attacked, hidden))
        for way in ("file=", "file/", "custom_component/x/client/component/"):
            reply = attacked.get(f"{API}/{way}{path}".replace("\0", "%00"))
            assert reply.status_code in (403, 404), path
    assert not list((folder / "cache").glob("**/passwd"))
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/%2e%2e/routes.py",
        "/assets/..%2f..%2froutes.py",
    ):
        assert attacked.get(path).status_code in (403, 404)


def test_what_somebody_uploaded_cannot_be_fetched(attacked) -> None:
    path = upload(attacked, seven())
    assert Path(path).is_file()
    assert attacked.get(f"{API}/file={path}").status_code == 404
    assert attacked.get(f"{API}/file=/etc/nnmodel.npz").status_code in (403, 404)


class Secret(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(seven())

    do_HEAD = do_POST = do_GET


@pytest.fixture
def secret() -> Iterator[str]:
    """Something on the loopback that only the server can reach."""
    with HTTPServer(("127.0.0.1", 0), Secret) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_no_address_is_called(attacked, secret) -> None:
    port = secret.rsplit(":", 1)[1]
    addresses = [
        secret,
        f"http://localhost:{port}",
        f"HTTP://127.0.0.1:{port}",
        f"http://2130706433:{port}",
        "http://169.254.169.254/latest/meta-data/",
        "https://example.com/x.png",
        "ftp://example.com/x.png",
        "http:/\\example.com",
    ]
    for address in addresses:
        for value in (
            file_value(address),
            {"composite": {"path": address, "url": address, "meta": META}},
            {"composite": {"url": address, "meta": META}},
            {"composite": None, "layers": [{"path": address, "meta": META}]},
            {"composite": None, "anything": {"path": address, "meta": META}},
        ):
            assert_refused(ask(attacked, value))
            for path, body in (("predict", {"data": [value]}), ("v2/predict", {"drawing": value})):
                joined = attacked.post(f"{API}/call/{path}", json=body)
                if joined.status_code == 200:  # it names no file
                    event = joined.json()["event_id"]
                    assert "event: error" in attacked.get(f"{API}/call/{path}/{event}").text
                else:
                    assert_refused(joined)
            for reply in ask_as_the_page(attacked, value):
                assert reply.status_code == 200 or assert_refused(reply)
        for way in ("file=", "proxy=", "file/"):
            assert attacked.get(f"{API}/{way}{address}").status_code in (403, 404)
    assert Secret.asked == []


def test_an_address_in_what_was_uploaded_here_is_not_called(attacked, secret) -> None:
    """Clients add where they think the upload can be seen; nobody looks there."""
    picture = {"path": upload(attacked, seven()), "url": secret, "meta": META}
    assert ask(attacked, {"composite": picture}).json()["data"][0]["label"] == "7"
    assert Secret.asked == []


def text_bomb() -> bytes:
    """A PNG whose comment unpacks to 100 MB."""
    whole = seven()
    comment = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(100_000_000), 9))
    return whole[:33] + comment + whole[33:]


def memory(client: httpx.Client) -> float:
    text = client.get("/metrics").text
    return float(re.search(r"^process_resident_memory_bytes (\S+)", text, re.M).group(1)) / 1e6


@pytest.mark.parametrize(
    "content",
    [black_png(20_000, 20_000), black_png(60_000, 60_000), text_bomb()],
    ids=["20k", "60k", "zTXt"],
)
def test_decompression_bombs_do_not_go_off(attacked, content) -> None:
    before = memory(attacked)
    refusal = assert_refused(ask(attacked, file_value(upload(attacked, content))))
    assert "not a picture that can be read" in refusal
    assert memory(attacked) - before < 60


def test_many_large_pictures_at_once_do_not_fill_the_memory(attacked) -> None:
    """Each is allowed, and takes 50 MB, and as much for every copy."""
    content = BytesIO()
    Image.open(BytesIO(seven())).resize((3400, 3400)).convert("RGBA").save(content, "PNG")
    value, before = file_value(upload(attacked, content.getvalue())), memory(attacked)
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: ask(attacked, value).json(), range(16)))
    assert [reply["data"][0]["label"] for reply in replies] == ["7"] * 16
    assert memory(attacked) - before < 500


ODD = {
    "16 bits": ("x.png", lambda: seven("I;16")),
    "CMYK": ("x.jpg", lambda: seven("CMYK", format="JPEG")),
    "black and white": ("x.png", lambda: seven("1")),
    "palette": ("x.gif", lambda: seven("P", format="GIF")),
    "animated": (
        "x.gif",
        lambda: seven(
            "L", format="GIF", save_all=True, append_images=[Image.new("L", (200, 200), 9)] * 50
        ),
    ),
    "TIFF": ("x.tif", lambda: seven("L", format="TIFF")),
    "WebP": ("x.webp", lambda: seven("RGB", format="WEBP")),
    "named otherwise": ("x.exe", seven),
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_pictures_are_read_or_refused(attacked, kind) -> None:
    name, make = ODD[kind]
    reply = ask(attacked, file_value(upload(attacked, make(), name)))
    if reply.status_code == 200:
        assert reply.json()["data"][0]["label"] == "7"
    else:
        assert_refused(reply)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP"])
def test_truncated_pictures_are_refused(attacked, format, share) -> None:
    whole = seven("L", format=format)
    reply = ask(attacked, file_value(upload(attacked, whole[: int(len(whole) * share)])))
    if reply.status_code == 200:  # the digit was in what is there
        assert reply.json()["data"][0] is None or "label" in reply.json()["data"][0]
    else:
        assert_refused(reply)


@pytest.mark.parametrize("path", ["upload", "run/predict", "queue/join"])
@pytest.mark.parametrize("chunked", [False, True])
def test_huge_bodies_are_not_taken_in(attacked, path, chunked) -> None:
    before = memory(attacked)
    kind, start = "application/json", b"["
    if path == "upload":
        kind = "multipart/form-data; boundary=b"
        start = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x"\r\n\r\n'
    parts = [start, *[b" " * 1_000_000] * 100]
    content = iter(parts) if chunked else b"".join(parts)
    reply = attacked.post(f"{API}/{path}", content=content, headers={"content-type": kind})
    assert reply.status_code == (411 if chunked else 413)
    assert memory(attacked) - before < 40


def test_small_bodies_that_unpack_to_much_are_not_kept(attacked) -> None:
    """Lists of lists take 25 times the memory that they take on their way."""
    lists = [[] for _ in range(240_000)]
    body, before = {"data": [lists]}, memory(attacked)
    for number in range(8):
        asked = body | {"session_hash": f"large{number}"}
        for path in ("run/predict", "call/predict", "queue/join"):
            reply = attacked.post(f"{API}/{path}", json=asked)
            assert "at most" in assert_refused(reply)
    assert memory(attacked) - before < 80  # one of them takes 20 MB


def test_a_lie_about_the_length(attacked) -> None:
    for length in ("-1", "x", "99999999999999999999", "5, 6"):
        with socket.create_connection((attacked.base_url.host, attacked.base_url.port), 10) as raw:
            head = f"POST {API}/upload HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
            raw.sendall(head.encode())
            raw.shutdown(socket.SHUT_WR)
            assert raw.makefile("rb").readline().split()[1] in (b"400", b"413")


@pytest.mark.parametrize("line", ["OPTIONS *", "GET http://127.0.0.1/", "GET //", "POST x"])
def test_odd_request_lines(attacked, line) -> None:
    with socket.create_connection((attacked.base_url.host, attacked.base_url.port), 10) as raw:
        raw.sendall(f"{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        status = int(raw.makefile("rb").readline().split()[1])
        assert 400 <= status < 500 or (status == 200 and line.startswith("GET"))


@pytest.mark.parametrize(
    "lines",
    [
        "GET /livez HTTP/1.0\r\nOrigin: http://x",  # without a host
        "GET /config HTTP/1.1\r\nHost: x\r\nX-Forwarded-Host: \xff[",
    ],
)
def test_what_gradio_trips_over_before_the_middleware(attacked, lines) -> None:
    with socket.create_connection((attacked.base_url.host, attacked.base_url.port), 10) as raw:
        raw.sendall(f"{lines}\r\n\r\n".encode("latin-1"))
        reply = raw.makefile("rb").read()
    assert reply.startswith(b"HTTP/1.1 400 ")
    assert reply.endswith(b'{"detail":"This request cannot be understood."}')


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/docs", "/openapi.json", "/login", "/monitoring", "/app.py", "//etc/passwd"]
    + [
        f"{API}/{name}"
        for name in ("vibe-code", "deep_link", "runs", "dev/reload", "mcp/", "component_server")
    ],
)
def test_unknown_places(attacked, path) -> None:
    assert attacked.get(path).status_code == 404
    assert attacked.post(path, json={}).status_code == 404
    assert attacked.delete(path).status_code == 404


@pytest.mark.parametrize(
    "drawing",
    [
        5,
        [],
        {},
        True,
        "x",
        "\0",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        {"path": "/etc/passwd", "meta": META},
        {"url": "http://127.0.0.1/"},
        "data:image/png;base64,",
        data_uri(b"x"),
        data_uri(seven()[:-50]),
        data_uri(seven(format="GIF")),
    ],
    ids=lambda drawing: repr(drawing)[:40],
)
def test_the_page_is_read_pictures_only(attacked, drawing) -> None:
    for reply in ask_as_the_page(attacked, drawing):
        assert reply.status_code == 200 or assert_refused(reply)
        assert '"confidences"' not in reply.text  # nothing was read


def test_bombs_do_not_go_off_on_the_page(attacked) -> None:
    before = memory(attacked)
    for content in (black_png(20_000, 20_000), text_bomb()):
        for reply in ask_as_the_page(attacked, data_uri(content)):
            assert reply.status_code == 200 or assert_refused(reply)
            assert '"confidences"' not in reply.text
    assert memory(attacked) - before < 60


def test_hundreds_of_abandoned_sessions_leave_memory_and_disk_flat(attacked, folder) -> None:
    """Each draws something large, asks in the queue, some send a file, and none comes back."""
    config = attacked.get("/config").json()
    pad = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "pad")
    pad_events = [event for event in config["dependencies"] if event["inputs"][:1] == [pad]]
    assert pad_events

    def abandon(number: int) -> None:
        drawing, session = data_uri(os.urandom(600_000)), {"session_hash": f"session{number}"}
        assert_refused(ask(attacked, {"composite": drawing}, **session))
        for event in pad_events:
            values = [drawing] + [None] * (len(event["inputs"]) - 1)
            assert_refused(ask(attacked, *values, fn_index=event["id"], **session))
        attacked.post(f"{API}/call/predict", json={"data": [{"composite": "x"}]})
        if number % 2 == 0:
            upload(attacked, os.urandom(1_000_000))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(abandon, range(100)))  # more than may wait
        before = memory(attacked)
        list(pool.map(abandon, range(100, 300)))
    assert memory(attacked) - before < 50  # the drawings alone were 160 MB
    for _ in range(60):  # until the sweeper has come round
        files = sum(len(names) for _, _, names in os.walk(folder / "cache"))
        if files < 60:  # of a megabyte each; 150 were sent
            break
        time.sleep(0.25)
    assert files < 60


def test_questions_whose_answers_nobody_fetches_do_not_stop_the_queue(attacked) -> None:
    """Gradio keeps the messages of 2,000 of them, and its queue ends when it misses more."""
    question = {"data": [{"composite": "x"}]}
    with ThreadPoolExecutor(16) as pool:
        asked = pool.map(
            lambda _: attacked.post(f"{API}/call/predict", json=question).status_code, range(2500)
        )
        assert set(asked) <= {200, 503}
    question = {"data": [file_value(upload(attacked, seven()))]}
    for _ in range(100):
        reply = attacked.post(f"{API}/call/predict", json=question)
        if reply.status_code == 200:
            break
    event = reply.json()["event_id"]
    assert '"label":"7"' in attacked.get(f"{API}/call/predict/{event}").text.replace(" ", "")
