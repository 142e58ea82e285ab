"""What strangers try: refused in words or with a 4xx, nothing read, no one called, still up."""

import os
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from benchmarks.load import stroke_event
from harness.pictures import data_uri, encoded, seven
from harness.server import started
from serving.bodies import FOREIGN

META = {"_type": "gradio.FileData"}
API = "/gradio_api"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attacked")


@pytest.fixture(scope="module")
def attacked(folder: Path) -> Iterator[httpx.Client]:
    with (
        started(folder, may_fail=True, RATE_LIMIT="0") as (url, process),
        httpx.Client(base_url=url, timeout=60, headers={"process": str(process.pid)}) as client,
    ):
        assert label(ask(client, uploaded(client, seven()))) == "7"  # what it loads then is loaded
        yield client
        assert label(ask(client, uploaded(client, seven()))) == "7"
    assert "Traceback" not in (folder / "server.log").read_text()


def uploaded(client: httpx.Client, content: bytes) -> dict[str, Any]:
    reply = client.post(f"{API}/upload", files={"files": ("x.png", content)})
    return {"composite": {"path": reply.raise_for_status().json()[0], "meta": META}}


def ask(client: httpx.Client, *values: Any, **body: Any) -> httpx.Response:
    return client.post(f"{API}/run/predict", json={"data": list(values)} | body)


def label(reply: httpx.Response) -> str:
    return reply.raise_for_status().json()["data"][0]["label"]


def assert_refused(reply: httpx.Response) -> str:
    """In words, or by a failure of which nothing is told."""
    assert 400 <= reply.status_code < 500 or reply.json() == {"error": None}, reply.text
    for inside in ("Traceback", "site-packages", 'File "'):
        assert inside not in reply.text
    return reply.text


def ask_as_the_page(client: httpx.Client, value: Any) -> None:
    """Ask all events of the page, private ones too, with the value in each input: none reads it."""
    for event in client.get("/config").json()["dependencies"]:
        reply = ask(client, *[value] * len(event["inputs"]), fn_index=event["id"])
        assert reply.status_code == 200 or assert_refused(reply)
        assert '"confidences"' not in reply.text


@contextmanager
def bounded(client: httpx.Client, megabytes: float) -> Iterator[None]:
    """The server's memory may not grow by more, not even for a while."""
    place = Path("/proc", client.headers["process"])
    (place / "clear_refs").write_text("5")  # from now on, the peak is the highest since now

    def peak() -> int:
        return int(re.search(r"VmHWM:\s+(\d+)", (place / "status").read_text())[1])

    before = peak()
    yield
    assert (peak() - before) / 1000 < megabytes


@pytest.mark.parametrize("index", [99, -1, 1, "x"])  # 1 has no answer
def test_events_that_gradio_does_not_expect(attacked: httpx.Client, index: Any) -> None:
    for path in ("run/predict", "call/predict", "queue/join", "call/v2/predict"):
        reply = attacked.post(f"{API}/{path}", json={"data": [], "fn_index": index})
        if reply.status_code != 200 or path == "run/predict":  # the queue refuses some later
            assert_refused(reply)


def test_no_file_is_opened_or_sent_and_no_address_called(
    attacked: httpx.Client, folder: Path
) -> None:
    paths = ["/etc/passwd", f"{folder}/cache/../server.log", "file:///etc/passwd", "app.py", ""]
    addresses = ["http://192.0.2.1/", "HTTP://127.0.0.1/", "https://example.com/x.png"]
    files = [{"path": each, "url": each, "meta": META} for each in (*paths, *addresses)]
    for file in files:
        for composite in (file, {"url": file["url"], "meta": META}, file["path"]):
            assert_refused(ask(attacked, {"composite": composite}))
        for name, value in (("layers", [file]), ("anything", file)):
            assert_refused(ask(attacked, {"composite": None, name: value}))
    for way in ("call/predict", "queue/join"):  # gradio_client fails on a 422 from the queue
        reply = attacked.post(f"{API}/{way}", json={"data": [{"composite": files[0]}]})
        assert (reply.status_code, reply.json()["detail"]) == (400, FOREIGN)
    for value in ("/etc/passwd", files[-1]):
        ask_as_the_page(attacked, value)
    # Clients add where they think that their upload can be seen; nobody looks there.
    mine = uploaded(attacked, seven())["composite"]
    assert label(ask(attacked, {"composite": mine | {"url": addresses[0]}})) == "7"
    for place in (*paths, *addresses, mine["path"], "/etc/nnmodel.npz"):
        assert attacked.get(f"{API}/file={place}").status_code in (403, 404)
    for path in ("/static/%2e%2e/%2e%2e/routes.py", "/assets/..%2froutes.py"):
        assert attacked.get(path).status_code in (403, 404)
    assert not list((folder / "cache").glob("**/passwd"))


@pytest.mark.parametrize("side", [12_000, 200])
def test_decompression_bombs_do_not_go_off(attacked: httpx.Client, side: int) -> None:
    """Small files of many pixels, or with a large colour profile: 10 MB in 10 kB."""
    bomb = encoded(Image.new("1", (side, side)), icc_profile=bytes(10_000_000) * (side == 200))
    with bounded(attacked, 60):
        refusal = assert_refused(ask(attacked, uploaded(attacked, bomb)))
        assert "not a picture that can be read" in refusal
        ask_as_the_page(attacked, data_uri(bomb))


def test_many_large_pictures_at_once_do_not_fill_the_memory(attacked: httpx.Client) -> None:
    """Each is allowed, and takes 50 MB, and as much for every copy."""
    large = Image.open(BytesIO(seven())).resize((3400, 3400)).convert("RGBA")
    value = uploaded(attacked, encoded(large))
    with bounded(attacked, 280), ThreadPoolExecutor(4) as pool:  # 4 at once would take 400 MB
        assert set(pool.map(lambda _: label(ask(attacked, value)), range(4))) == {"7"}


@pytest.mark.parametrize(
    "head",
    [
        *(f"POST {API}/upload HTTP/1.1\r\nContent-Length: {n}" for n in (-1, 9**30)),
        f"POST {API}/upload HTTP/1.1\r\nContent-Type: multipart/form-data\r\nContent-Length: 0",
        *("OPTIONS * HTTP/1.1", "POST x HTTP/1.1"),
        # Gradio trips over these before they reach the middleware.
        *("GET /livez HTTP/1.0\r\nOrigin: x", "GET / HTTP/1.1\r\nX-Forwarded-Host: \xff["),
    ],
)
def test_odd_requests(attacked: httpx.Client, head: str) -> None:
    head += "\r\nHost: x\r\nConnection: close\r\n\r\n" if "HTTP/1.1" in head else "\r\n\r\n"
    with socket.create_connection((attacked.base_url.host, attacked.base_url.port), 10) as raw:
        raw.sendall(head.encode("latin-1"))
        reply = raw.makefile("rb").read()
    assert re.match(rb"HTTP/1.1 4\d\d ", reply) and b"Traceback" not in reply


def test_abandoned_sessions_do_not_add_up(attacked: httpx.Client, folder: Path) -> None:
    """Each draws something large, some send a file, and none comes back."""
    event = stroke_event(attacked.get("/config").json())

    def abandon(number: int) -> None:
        large = [data_uri(os.urandom(350_000)), *event["data"][1:]]
        body = {"data": large, "session_hash": f"session{number}"}
        assert_refused(attacked.post(f"{API}/run/predict", json=event | body))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(abandon, range(66)))  # more than are kept
        with bounded(attacked, 16):  # the drawings alone are 19 MB
            list(pool.map(abandon, range(66, 106)))
    path = Path(uploaded(attacked, b"x")["composite"]["path"])
    assert path.parents[2] == folder / "cache"  # in a private folder, since others' is not swept
    os.utime(path, (0, 0))
    deadline = time.monotonic() + 20
    while path.exists():
        assert time.monotonic() < deadline  # until the sweeper has come round
        time.sleep(0.05)


def test_unfetched_answers_do_not_stop_the_queue(attacked: httpx.Client) -> None:
    """Gradio keeps the messages of 2,000 of them, and its queue ends when it misses more."""
    value = uploaded(attacked, encoded(Image.open(BytesIO(seven())).resize((500, 500))))

    def join(_: int = 0) -> httpx.Response:
        return attacked.post(f"{API}/call/predict", json={"data": [value]})

    with ThreadPoolExecutor(16) as pool:
        statuses = {reply.status_code for reply in pool.map(join, range(120))}
    assert statuses == {200, 503}  # no more than a few wait
    while (reply := join()).status_code == 503:
        time.sleep(0.05)
    with attacked.stream("GET", f"{API}/call/predict/{reply.json()['event_id']}") as events:
        lines = islice(events.iter_lines(), 12)  # of heartbeats, a minute's
        assert "event: complete" in lines
        assert '"label":"7"' in next(lines).replace(" ", "")
