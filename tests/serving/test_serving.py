"""The server for real: probes, password, clients, logs, and its end."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.testclient import TestClient

from harness.server import forked, free_port, serving
from model import Recognizer
from model.network.weights import SHIPPED
from serving import records
from serving.server import prepared, probes
from serving.settings import Settings


def test_probes_tell_what_is_served(server: str) -> None:
    assert httpx.get(f"{server}/livez").json() == {"alive": True}
    assert httpx.get(f"{server}/readyz").json() == {"ready": True}
    version = httpx.get(f"{server}/version").json()
    assert version["weights_sha256"] == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert version["scores"]["mnist_test"]["accuracy"] > 0.95
    assert "process_resident_memory_bytes" in httpx.get(f"{server}/metrics").text


def test_ready_means_that_a_digit_is_read() -> None:
    served = Recognizer.load(SHIPPED)
    client = TestClient(Starlette(routes=probes(lambda: served)))
    assert client.get("/readyz").status_code == client.head("/readyz").status_code == 200
    served.network.parameters.flags.writeable = True
    served.network.parameters[:] = 0
    assert client.get("/readyz").status_code == 503
    served = None
    assert client.get("/readyz").json() == {"ready": False}
    assert client.get("/livez").status_code == client.head("/livez").status_code == 200


def test_records_count_and_log_but_keep_no_drawing(caplog: pytest.LogCaptureFixture) -> None:
    def counts() -> list[float]:
        value = REGISTRY.get_sample_value
        twos = value("digits_answers_total", {"digit": "2", "certain": "true"})
        nothing = value("digits_answers_total", {"digit": "none", "certain": "false"})
        return [twos or 0, nothing or 0, value("digits_answer_seconds_count")]

    before = counts()
    with caplog.at_level("INFO", "digits.events"):
        records.answer("2026", True, 3.14)
        records.answer("", False, 1)
    assert [now - then for now, then in zip(counts(), before)] == [2, 1, 2]
    assert caplog.records[0].fields == {"text": "2026", "certain": True, "ms": 3.1}


def test_it_is_where_gradios_variables_say_and_logs_who_is_refused(tmp_path: Path) -> None:
    settings = {"GRADIO_ROOT_PATH": "/digits", "RATE_LIMIT": "0.01", "LOG_FORMAT": "json"}
    with (
        serving(tmp_path, "127.0.0.2", AUTH="ann:secret:1", **settings) as url,
        httpx.Client(headers={"x-forwarded-for": "203.0.113.1"}, auth=("ann", "secret:1")) as ann,
    ):
        assert ann.get(f"{url}/config").json()["root"].endswith("/digits")
        with pytest.raises(httpx.ConnectError):
            ann.get(url.replace("127.0.0.2", "127.0.0.1"))
        replies = [ann.post(f"{url}/gradio_api/run/predict", json={"data": [5]}) for _ in range(11)]
    assert [reply.status_code for reply in replies] == [422] * 10 + [429]
    lines = map(json.loads, (tmp_path / "server.log").read_text().splitlines())
    (refused,) = [line for line in lines if line.get("status") == 429]
    assert (refused["event"], refused["client"]) == ("refusal", "203.0.113.1")


def test_a_taken_address_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with (
            pytest.raises(OSError, match=f"^127.0.0.1:{port}: .*GRADIO_SERVER_PORT$"),
            prepared(Settings(port=port)),
        ):
            pass


def test_it_is_served_by_ipv6_and_believes_no_other_proxy(tmp_path: Path) -> None:
    settings = {"FORWARDED_ALLOW_IPS": "192.0.2.1", "LOG_FORMAT": "json", "TRAINING": "0"}
    with serving(tmp_path, host="[::1]", **settings) as url:
        config = httpx.get(f"{url}/config").json()
        assert config["root"] == url
        names = {each["props"].get("elem_id") for each in config["components"]}
        assert "pad" in names and "charts" not in names  # nobody can train
        httpx.get(f"{url}/nothing", headers={"x-forwarded-for": "203.0.113.7"})
    assert '"client": "::/64"' in (tmp_path / "server.log").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to_and_answers_what_was_asked(tmp_path: Path, number: int) -> None:
    port, log = free_port(), tmp_path / "log"
    url, start = f"http://127.0.0.1:{port}", f"Draw at http://127.0.0.1:{port}\n"
    body = b'{"data": [5]}'
    head = f"POST /gradio_api/run/predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    event = {"data": [{"composite": "x"}], "session_hash": "somebody"}
    answers = "/gradio_api/queue/data?session_hash=somebody"
    with (
        forked(port, log, GRADIO_TEMP_DIR=str(tmp_path / "cache")) as process,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        while not log.exists() or log.read_text() != start:
            time.sleep(0.05)
            assert process.is_alive()
        client.post("/gradio_api/call/predict", json=event).raise_for_status()
        assert "process_completed" in client.get(answers).text
        with (
            client.stream("GET", "/gradio_api/heartbeat/somebody") as beating,
            client.stream("GET", answers),  # no more of them will come
            socket.create_connection(("127.0.0.1", port), timeout=60) as asking,
            socket.create_connection(("127.0.0.1", port)) as stuck,
        ):
            for each in (asking, stuck):
                each.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body[:5])
            client.get("/livez")  # answered after the server has seen the former
            os.kill(process.pid, number)
            assert set(beating.iter_lines()) <= {"data: ALIVE", ""}  # until it ends
            asking.sendall(body[5:])
            assert b"Expected" in asking.makefile("rb").read()
        process.join(20)
        assert process.exitcode == 0
    assert log.read_text() == start
    assert not list((tmp_path / "cache").glob("*"))
