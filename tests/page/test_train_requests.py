"""Training over HTTP: the stream, the queue, what is kept, and what strangers try."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from harness.pictures import seven
from harness.server import forked, serving
from harness.training import SETTINGS, SLOW, forgotten, gone_within, training, workers
from model import Recognizer
from model.network.weights import SHIPPED
from page.train import training as page_training
from page.train.endpoints import Start, TrainEndpoints
from page.train.form import parse
from page.train.queue import MOST, Queue
from page.train.training import Training
from page.train.words import ENGLISH

ROOT = Path(__file__).parents[2]
SEVEN = "data:image/png;base64," + base64.b64encode(seven()).decode()


@pytest.fixture
def folder(train_folder: Path) -> Path:
    return train_folder


@pytest.fixture
def client(train_client: httpx.Client) -> httpx.Client:
    return train_client


@pytest.fixture
def url(train_url: str) -> str:
    return train_url


def copies(trained: Path) -> list[Path]:
    """What is kept, once there is something: it is copied when nobody listens any more."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not list(trained.glob("*.npz")):
        time.sleep(0.05)
    return list(trained.iterdir())


def test_a_training_and_the_same_from_the_command_line(
    url: str, folder: Path, client: httpx.Client
) -> None:
    with training(url, picture=SEVEN) as heard:
        begin = heard.until("begin")
        assert begin["data"] == "mnist" and begin["train"] == 400
        heard.until("drawing")
        heard.until("finished")
        kinds = [told["kind"] for told in heard.told]
        assert kinds.index("yours") < kinds.index("point") < kinds.index("finished")
        heard.until("styles")
        downloaded = heard.file()
        drawn = client.post(
            "/page/train/draw", json={"token": heard.token, "picture": SEVEN}
        ).json()
        assert drawn["shipped"]["digit"] == 7 and drawn["shipped"]["certain"]
        assert len(drawn["trained"]["outputs"]) == 10
        command = shlex.split(heard.told[0]["command"])
    assert downloaded.headers["content-disposition"].endswith('filename="nnmodel.npz"')
    typed = folder / "typed.npz"
    subprocess.run(
        [sys.executable, *command[1:], "--output", str(typed)],
        cwd=ROOT, env=os.environ | {"MNIST_DIR": str(folder / "mnist")}, check=True,
        capture_output=True,
    )  # fmt: skip
    assert downloaded.content == typed.read_bytes()
    assert Recognizer.load(typed).network.sizes == (784, 12, 10)
    kept = copies(folder / "trained")  # because TRAINED is set
    assert all(re.fullmatch(r"[0-9-]{17}-[\w-]{6}\.npz", each.name) for each in kept)
    assert downloaded.content in [each.read_bytes() for each in kept]
    assert forgotten(heard)


def test_steps_pauses_and_stops(url: str) -> None:
    with training(url, mode="batch", **SLOW) as heard:
        heard.until("yours")
        assert heard.until("point")["update"] == 1
        assert heard.until("state")["state"] == "paused"
        assert heard.tell("batch") == 204
        assert heard.until("point")["update"] == 2
        heard.tell("go")
        later = heard.until("point", where=lambda told: told["update"] > 60)
        assert later["left"] > 0
        heard.tell("pause")
        heard.until("state", where=lambda told: told["state"] == "paused")
        heard.tell("stop")
        assert heard.until("failed")["why"] == "stopped"  # before the first epoch was over
        assert heard.file().status_code == 404


def test_the_next_one_waits_watches_and_does_not_see_the_drawing(url: str, folder: Path) -> None:
    with training(url, picture=SEVEN, **SLOW) as first:
        first.until("drawing")
        with training(url, picture=SEVEN, **SLOW) as second, training(url) as third:
            assert second.until("place")["place"] == 1
            assert third.until("place")["place"] == 2
            second.until("watching")
            for kind in ("begin", "point", "weights", "digits"):
                second.until(kind)
            first.until("point")
            second.until("point")
            assert len(workers(str(folder))) == 1
            assert "drawing" not in [told["kind"] for told in second.told]
            first.tell("stop")
            second.until("yours", 5)
            second.until("drawing")
            third.until("place", where=lambda told: told["place"] == 1)


def test_who_leaves_ends_the_training_within_five_seconds(url: str, folder: Path) -> None:
    with training(url, **SLOW) as heard:
        heard.until("yours")
        heard.until("point")
        assert len(workers(str(folder))) == 1
    assert gone_within(str(folder), 5)


def test_a_killed_process_is_told_and_the_next_one_trains(url: str, folder: Path) -> None:
    with training(url, **SLOW) as heard:
        heard.until("yours")
        heard.until("point")
        for pid in workers(str(folder)):
            os.kill(pid, signal.SIGKILL)
        assert heard.until("failed", 5)["why"] == "killed"
        with training(url) as again:
            again.until("finished")


def test_the_process_gives_way_to_drawings_and_is_bounded(url: str, folder: Path) -> None:
    with training(url, **SLOW) as heard:
        heard.until("yours")
        heard.until("point")
        (pid,) = workers(str(folder))
        assert os.getpriority(os.PRIO_PROCESS, pid) >= 10
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert re.search(r"Max address space +3000000000", limits)
        assert len(list(Path(f"/proc/{pid}/task").iterdir())) <= 3  # commands, the next epoch


def test_what_is_asked_is_checked(url: str, client: httpx.Client) -> None:
    def sentences(**settings: str) -> dict:
        reply = client.post("/page/train/check", json={"settings": SETTINGS | settings})
        return reply.json()

    assert sentences(seed="4") == {
        "command": "python -m training --recipe tutorial --hidden 12 --epochs 3 --seed 4"
        " --output nnmodel.npz"
    }
    assert list(sentences(epochs="101", seed="x")["sentences"]) == ["epochs", "seed"]
    asked = {"settings": SETTINGS | {"hidden": "1000000"}}
    refused = client.post("/page/train/start", json=asked)
    assert refused.status_code == 422 and "300" in refused.json()["sentences"]["hidden"]


WRONG = (None, 5, "x", [], {}, True, [[]], {"x": {}}, "9" * 1000, 10**400, {"recipe": 5})


@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:20])
def test_wrong_types_and_huge_numbers_are_refused(
    url: str, value: object, client: httpx.Client
) -> None:
    for name, bodies in {
        "check": [value, {"settings": value}, {"settings": SETTINGS | {"seed": value}}],
        "start": [value, {"settings": value}, {"settings": SETTINGS, "mode": value or 0}],
        "tell": [value, {"token": value, "command": "go"}, {"token": "x", "command": value}],
        "draw": [value, {"picture": value}, {"picture": "x", "token": value or 0}],
    }.items():
        for body in bodies:
            reply = client.post("/page/train/{name}", json=body)
            known = reply.status_code == 200 and name in ("check", "draw")
            assert known or 400 <= reply.status_code < 500, (name, body, reply.text)
            assert len(reply.content) < 2_000 and "Traceback" not in reply.text
    many = {"settings": {str(number): "x" for number in range(1000)}}
    assert client.post("/page/train/start", json=many).status_code == 422
    assert client.get(f"/page/train/{value!r:.30}/nnmodel.npz").status_code == 404


def test_strangers_tell_nothing_to_the_training_of_another(url: str, client: httpx.Client) -> None:
    with training(url, **SLOW) as heard:
        heard.until("yours")
        heard.until("point")
        for token in ("", "x", heard.token[:-1], heard.token + "x"):
            reply = client.post("/page/train/tell", json={"token": token, "command": "stop"})
            assert reply.status_code == 404
        heard.until("point")


def memory(url: str) -> float:
    text = httpx.get(f"{url}/metrics").text
    return float(re.search(r"^process_resident_memory_bytes (\S+)", text, re.M)[1]) / 1e6


def test_hundreds_of_starts_that_nobody_listens_to(url: str, folder: Path) -> None:
    """Each takes the smallest place, all at once; then all are gone, and one may train."""

    asked = {"settings": SETTINGS | SLOW, "picture": SEVEN}
    limits = httpx.Limits(max_connections=50)
    with httpx.Client(base_url=url, timeout=60, limits=limits) as client:

        def start(number: int) -> int:
            with client.stream("POST", "/page/train/start", json=asked) as reply:
                if reply.status_code == 200:
                    next(reply.iter_lines())
                return reply.status_code

        with ThreadPoolExecutor(50) as pool:
            assert set(pool.map(start, range(50))) <= {200, 503}
            before = memory(url)
            assert set(pool.map(start, range(200))) <= {200, 503}
    assert memory(url) - before < 30
    assert gone_within(str(folder), 5)
    with training(url) as heard:
        heard.until("finished")


def test_a_full_house_is_said() -> None:
    endpoints = TrainEndpoints(
        lambda: Recognizer.load(SHIPPED), Queue(0, None, lambda outcome, seconds: None)
    )
    request = SimpleNamespace(headers={})

    async def fill() -> None:
        for _ in range(MOST):
            assert (await endpoints.start(Start(settings=SETTINGS), request)).status_code == 200
        refused = await endpoints.start(Start(settings=SETTINGS), request)
        assert refused.status_code == 503 and b"Too many people" in refused.body
        endpoints.queue.close()

    with ThreadPoolExecutor(1) as other:  # in this thread, the browser's tests have their loop
        other.submit(asyncio.run, fill()).result()


def test_after_ten_minutes_it_has_to_stop_with_what_it_has(monkeypatch, train_folder) -> None:
    monkeypatch.setattr(page_training, "SECONDS", 1.5)
    ended: list[str] = []
    queue = Queue(1, None, lambda outcome, seconds: ended.append(outcome))
    quick = SETTINGS | {"epochs": "100", "batch_size": "1"}
    asked = parse(quick, is_mnist=True, words=ENGLISH)
    training = Training(asked, train_folder / "mnist", None, "go")

    async def train() -> None:
        queue.join(training)
        await asyncio.wait_for(training.task, 20)

    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, train()).result()
    kinds = [page_training.kind_of(line) for line in training.lines]
    assert kinds.index("late") < kinds.index("finished")
    assert ended == ["finished"]
    assert Recognizer.load(training.file).metadata["config"]["epochs"] == 100
    training.close()
    assert not training.file.parent.exists()


def test_without_training_there_is_no_such_page(tmp_path: Path) -> None:
    with serving(tmp_path, start=forked, TRAINING="0") as address:
        assert httpx.get(f"{address}/train").status_code == 404
        for name in ("start", "check", "tell", "draw"):
            assert httpx.post(f"{address}/page/train/{name}", json={}).status_code in (404, 405)
