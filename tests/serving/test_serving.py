"""The server for real: probes, password, clients, logs, and its end."""

import hashlib
import json
import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from harness.pictures import data_uri, draw, encoded
from harness.server import started
from model import Recognizer
from model.network.weights import SHIPPED
from serving import server

SEVENS = draw([[(x, 0), (x + 0.5, 0), (x + 0.1, 1)] for x in (-0.2, 0.7)], size=110, brush=8)


def test_ready_means_that_a_digit_is_read() -> None:
    served = Recognizer.load(SHIPPED)
    client = TestClient(Starlette(routes=server.probes(lambda: served)))
    assert client.get("/readyz").status_code == client.head("/readyz").status_code == 200
    served.network.parameters.flags.writeable = True
    served.network.parameters[:] = 0
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == client.head("/livez").status_code == 200


def test_it_is_where_gradios_variables_say_and_tells_what_it_does(tmp_path: Path) -> None:
    settings = {"GRADIO_ROOT_PATH": "/digits", "RATE_LIMIT": "0.01", "LOG_FORMAT": "json"}
    settings |= {"AUTH": "ann:secret:1", "FORWARDED_ALLOW_IPS": "::1", "TRAINING": "0"}
    bodies = [{"data": [{"composite": data_uri(encoded(each))}]} for each in (SEVENS, draw([]))]
    bodies += [{"data": [5]}] * 9
    with (
        started(tmp_path, host="[::1]", **settings) as (url, _),
        httpx.Client(headers={"x-forwarded-for": "203.0.113.1"}, auth=("ann", "secret:1")) as ann,
    ):
        config = ann.get(f"{url}/config")
        with pytest.raises(httpx.ConnectError):
            ann.get(url.replace("[::1]", "127.0.0.1"))
        replies = [ann.post(f"{url}/gradio_api/run/predict", json=each) for each in bodies]
        counted = ann.get(f"{url}/metrics").text
        probed = [ann.get(f"{url}/{name}").json() for name in ("livez", "readyz", "version")]
    assert config.json()["root"] == f"{url}/digits"
    assert config.json()["analytics_enabled"] is False
    assert '"pad"' in config.text and '"charts"' not in config.text  # nobody can train
    assert probed[:2] == [{"alive": True}, {"ready": True}]
    assert probed[2]["weights_sha256"] == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert [reply.status_code for reply in replies] == [200] * 2 + [422] * 8 + [429]
    assert 'digits_answers_total{certain="true",digit="7"} 2.0' in counted
    assert 'digits_answers_total{certain="false",digit="none"} 1.0' in counted
    assert 'digits_refusals_total{status="422"} 8.0' in counted
    log = [json.loads(line) for line in (tmp_path / "server.log").read_text().splitlines()]
    (refused,) = [line for line in log if line.get("status") == 429]
    assert (refused["event"], refused["client"]) == ("refusal", "203.0.113.1")
    (answered, _) = [line for line in log if line["event"] == "answer"]
    assert answered.keys() == {"time", "level", "event", "text", "certain", "ms"}  # no drawing
    assert (answered["text"], answered["certain"]) == ("77", True)


def test_it_ends_when_told_to_and_answers_what_was_asked(tmp_path: Path) -> None:
    """By SIGTERM; the servers of all other tests are ended by SIGINT."""
    body, settings = b'{"data": [5]}', {"FORWARDED_ALLOW_IPS": "192.0.2.1", "RATE_LIMIT": "1"}
    head = f"POST /gradio_api/run/predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    with (
        started(tmp_path, **settings) as (url, process),
        httpx.Client(base_url=url, timeout=60) as client,
        client.stream("GET", "/gradio_api/heartbeat/somebody") as beating,
    ):
        place = client.base_url.host, client.base_url.port
        with socket.create_connection(place) as asking, socket.create_connection(place) as stuck:
            for each in (asking, stuck):
                each.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body[:5])
            proxies = [{"x-forwarded-for": f"203.0.113.{number}"} for number in range(11)]
            asked = [client.post("/gradio_api/upload", headers=each) for each in proxies]
            assert asked[-1].status_code == 429  # no other proxy is believed
            os.kill(process.pid, signal.SIGTERM)
            assert set(beating.iter_lines()) <= {"data: ALIVE", ""}  # until it ends
            asking.sendall(body[5:])
            assert b"Expected" in asking.makefile("rb").read()
        process.join(20)
        assert process.exitcode == 0
    assert (tmp_path / "server.log").read_text() == f"Draw at {url}\n"
    assert list((tmp_path / "cache").iterdir()) == []


def test_it_may_be_stopped_while_it_starts(tmp_path: Path) -> None:
    with started(tmp_path):
        pass


@pytest.mark.parametrize("size", [10, 50_000])  # what is small counts, too, as do folders
def test_what_is_old_goes_and_the_oldest_of_too_much(tmp_path, monkeypatch, size: int) -> None:
    def put(name: str, age: float) -> Path:
        """An uploaded file, in a folder of its own."""
        path = tmp_path / name / "image.png"
        path.parent.mkdir()
        path.write_bytes(bytes(size))
        for place in (path, path.parent):
            os.utime(place, 2 * (time.time() - age,))
        return path

    old = put("old", server.MOST_SECONDS + 60)
    paths = [put(str(age), age) for age in range(0, 60, 10)]
    server.sweep(tmp_path)
    assert [path.exists() for path in (old, *paths)] == [False] + [True] * 6
    os.utime(old.parent, (0, 0))  # emptied long ago
    (tmp_path / "arriving").mkdir()
    each = server.FEWEST_BYTES + max(size, server.FEWEST_BYTES)
    monkeypatch.setattr(server, "MOST_BYTES", 3 * each + server.FEWEST_BYTES)
    server.sweep(tmp_path)
    assert [path.exists() for path in paths] == [True, True, True, False, False, False]
    assert not old.parent.exists() and (tmp_path / "arriving").exists()
