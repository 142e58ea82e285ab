"""The server for real: probes, password, clients, logs, and its end."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from harness.server import APP, free_port, serving
from model import Recognizer
from model.network.weights import SHIPPED
from serving.health import Health
from serving.records import Records
from serving.server import listen

AUTH = ("ann", "secret:1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guarded")


@pytest.fixture(scope="module")
def guarded(folder: Path) -> Iterator[str]:
    """At another address, with a password, few requests per second, and logs for a machine."""
    variables = {"AUTH": ":".join(AUTH), "RATE_LIMIT": "2", "LOG_FORMAT": "json"}
    with serving(folder, host="127.0.0.2", GRADIO_ROOT_PATH="/digits", **variables) as url:
        yield url


def test_probes_tell_what_is_served(server: str) -> None:
    assert httpx.get(f"{server}/livez").json() == {"alive": True}
    assert httpx.get(f"{server}/readyz").json() == {"ready": True}
    version = httpx.get(f"{server}/version").json()
    assert version["weights_sha256"] == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert version["scores"]["mnist_test"]["accuracy"] > 0.95
    assert "process_resident_memory_bytes" in httpx.get(f"{server}/metrics").text


def test_ready_means_that_a_digit_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.health.SECONDS", -1)
    served = Recognizer.load(SHIPPED)
    health = Health(lambda: served)
    assert health.ready()
    served = None
    assert not health.ready()


def test_records_count_and_log_but_keep_no_drawing(caplog: pytest.LogCaptureFixture) -> None:
    records = Records()
    with caplog.at_level("INFO", "digits.events"):
        records.answer("2026", True, 3.14)
        records.answer("", False, 1)
        records.refusal("rate", 429, "192.0.2.7")
    value = records.registry.get_sample_value
    assert value("digits_answers_total", {"digit": "2", "certain": "true"}) == 2
    assert value("digits_answers_total", {"digit": "none", "certain": "false"}) == 1
    assert value("digits_answer_seconds_count") == 2
    assert value("digits_refusals_total", {"reason": "rate"}) == 1
    assert caplog.records[0].fields == {"text": "2026", "certain": True, "ms": 3.1}


def test_a_password_opens_everything_but_the_probes(guarded: str) -> None:
    for path in ("/", "/config", "/gradio_api/info", "/version", "/metrics", "/gradio_api/upload"):
        reply = httpx.get(f"{guarded}{path}")
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"].startswith("Basic")
    for wrong in (("ann", "secret"), ("bob", "secret:1"), ("", "")):
        assert httpx.get(f"{guarded}/", auth=wrong).status_code == 401
    for nonsense in ("Basic é", "Basic !!!", "Basic", "Bearer x"):
        headers = {"authorization": nonsense.encode("latin-1")}
        assert httpx.get(f"{guarded}/", headers=headers).status_code == 401
    assert httpx.get(f"{guarded}/", auth=AUTH).status_code == 200
    assert httpx.get(f"{guarded}/readyz").status_code == 200


def test_it_is_where_gradios_variables_say(guarded: str) -> None:
    assert httpx.get(f"{guarded}/config", auth=AUTH).json()["root"].endswith("/digits")
    with pytest.raises(httpx.ConnectError):
        httpx.get(guarded.replace("127.0.0.2", "127.0.0.1"))


def test_guessing_passwords_is_slowed_but_not_for_those_who_know(guarded: str) -> None:
    headers = {"x-forwarded-for": "203.0.113.9"}  # the guesser's, as a proxy tells it

    def enter(password: str, headers: dict[str, str]) -> int:
        return httpx.get(f"{guarded}/", auth=("ann", password), headers=headers).status_code

    neighbour = {"x-forwarded-for": "203.0.113.8"}
    assert enter(AUTH[1], neighbour) == 200
    for client in (headers, neighbour):
        assert {enter(str(n), client) for n in range(15)} == {401, 429}
    assert enter(AUTH[1], headers) == 429  # else guessing would go on at any speed
    assert enter(AUTH[1], neighbour) == 200


def test_each_client_has_a_rate_of_its_own(guarded: str, folder: Path) -> None:
    def ask(client: str) -> httpx.Response:
        headers = {"x-forwarded-for": client}
        url = f"{guarded}/gradio_api/run/predict"
        return httpx.post(url, json={"data": [5]}, headers=headers, auth=AUTH)

    replies = [ask("203.0.113.1") for _ in range(40)]
    assert replies[0].status_code != 429
    refusals = [reply for reply in replies if reply.status_code == 429]
    assert int(refusals[-1].headers["retry-after"]) >= 1
    assert ask("203.0.113.2").status_code != 429
    lines = [json.loads(line) for line in (folder / "server.log").read_text().splitlines()]
    refused = [line for line in lines if line.get("reason") == "rate"]
    assert refused[-1]["client"] == "203.0.113.1"
    assert refused[-1]["status"] == 429


def test_a_client_cannot_say_who_it_is_unless_its_proxy_is_trusted(tmp_path: Path) -> None:
    with serving(tmp_path, RATE_LIMIT="1", FORWARDED_ALLOW_IPS="192.0.2.1") as url:
        codes = [
            httpx.post(
                f"{url}/gradio_api/run/predict",
                json={"data": [5]},
                headers={"x-forwarded-for": f"203.0.113.{number}"},
            ).status_code
            for number in range(30)
        ]
        assert 429 in codes


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with listen("127.0.0.1", free_port()) as listener:
        address = listener.getsockname()
        with socket.create_connection(address), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        with pytest.raises(OSError, match=str(address[1])):
            listen(*address)


def test_a_wrong_setting_is_one_line() -> None:
    environment = os.environ | {"GRADIO_VIBE_MODE": "False"}
    run = subprocess.run([sys.executable, APP], env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.startswith("Cannot start: GRADIO_VIBE_MODE")
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to_and_answers_what_was_asked(tmp_path: Path, number: int) -> None:
    port = free_port()
    environment = {"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(tmp_path)}
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, APP], env=os.environ | environment, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            httpx.get(f"{url}/livez")
            break
        except httpx.TransportError:
            time.sleep(0.2)
    body = b'{"data": [5]}'
    head = f"POST /gradio_api/run/predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as asking,
        httpx.stream("GET", f"{url}/gradio_api/heartbeat/somebody") as beating,
        ThreadPoolExecutor() as pool,
    ):
        next(beating.iter_raw())  # a page that is left open
        asking.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body[:5])
        time.sleep(0.3)
        process.send_signal(number)
        time.sleep(0.3)
        asking.sendall(body[5:])
        answer = pool.submit(asking.makefile("rb").read)
        assert process.wait(20) == 0
        assert b"EditorData" in answer.result()
    assert "Traceback" not in log.read_text()
