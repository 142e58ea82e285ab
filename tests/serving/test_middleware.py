"""Which requests pass the middleware, and what becomes of their bodies and answers: no server."""

import asyncio
import pickle
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient

from serving.clients import Limit, client_of
from serving.middleware import Guard
from serving.settings import Settings

AUTH, RUN = ("ann", "secret:1"), "/gradio_api/run/predict"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Of uploaded files."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    return tmp_path


async def echo(scope: dict, receive: Callable, send: Callable) -> None:
    """Answer what was asked."""
    body = await Request(scope, receive).body()
    asked = {"path": scope["path"], "query": scope["query_string"].decode(), "size": len(body)}
    await JSONResponse(asked)(scope, receive, send)


def client(app: Callable = echo, root_path: str = "", **variables: str) -> TestClient:
    """A client of `app` behind the middleware."""
    return TestClient(Guard(app, Settings.from_environment(variables)), root_path=root_path)


@pytest.mark.parametrize(
    "path",
    [
        *("file=http://169.254.169.254/", "file=http:/x/../y", "proxy=https://x.hf.space/"),
        *("upload_progress", "custom_component/x/client/y/z.js", "vibe-code/", "../source/app.py"),
        *("../configuration", "../static/%2e%2e/%2e%2e/app.py", "mcp/", "//etc/passwd"),
    ],
)
def test_what_the_page_does_not_need_is_not_there(path: str) -> None:
    path = f"/gradio_api/{path}".replace("/gradio_api/..", "")
    for method in ("GET", "POST", "DELETE"):
        assert client().request(method, path).status_code == 404


def test_what_the_page_needs_is_there_protected_and_only_read_or_sent() -> None:
    """Tests in a browser need the rest."""
    for method, path in (("GET", "/config/"), ("HEAD", "/"), ("POST", "/gradio_api/cancel")):
        replies = [client().request(each, path) for each in (method, "DELETE")]
        assert [reply.status_code for reply in replies] == [200, 404]
        for reply in replies:
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert reply.headers["referrer-policy"] == "same-origin"


def test_a_root_path_may_be_left_in_by_the_proxy() -> None:
    below = client(root_path="/digits")
    paths = ("/digits/config", "/digits", "/config", "/digitsconfig", "/digits/digits/config")
    assert [below.get(path).status_code for path in paths] == [200, 200, 200, 404, 404]


def test_deep_links_are_not_followed_and_uploads_lose_their_names() -> None:
    for method, path in (("GET", "/"), ("GET", "/config"), ("POST", "/gradio_api/upload")):
        assert client().request(method, f"{path}?deep_link=x&upload_id=x").json()["query"] == ""
    assert client().get("/gradio_api/queue/data?session_hash=x").json()["query"] == "session_hash=x"


@pytest.mark.parametrize(
    ("name", "most"),
    [("run/x", 1_000_000), ("queue/join", 500_000), ("upload", 5_100_000), ("cancel", 10_000)],
)
def test_a_body_may_be_so_large_and_no_larger(name: str, most: int) -> None:
    path, body = f"/gradio_api/{name}", b'{"data": []}'.ljust(most)
    assert client().post(path, content=body).json()["size"] > 0
    reply = client().post(path, content=body + b" ")
    assert (reply.status_code, reply.json()["detail"]) == (413, f"Send {most:,} bytes at most.")
    assert client().post(path, content=iter([b"{}"])).status_code == 411


def test_bodies_that_would_fill_the_memory_together_are_put_off(monkeypatch) -> None:
    monkeypatch.setattr("serving.middleware.MOST_BYTES", 400_000)
    told: list[int] = []

    async def asking(scope: dict, receive: Callable, send: Callable) -> None:
        """Asks itself before it answers: at each depth there is one more request under way."""
        inner = httpx.AsyncClient(transport=httpx.ASGITransport(app.app), base_url="http://x")
        told.append((await inner.get("/config")).status_code)
        await JSONResponse({})(scope, receive, send)

    app = client(asking)
    for _ in range(2):  # when they have gone there is room again
        app.get("/config")
    assert told == 2 * [503, 200]


def test_the_slow_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.middleware.SECONDS_TO_SEND", 0)
    guarded = client().app

    async def stuck(scope: dict, receive: Callable, send: Callable) -> None:
        await guarded(scope, asyncio.Event().wait, send)

    reply = TestClient(stuck).post(RUN)
    assert reply.status_code == 408 and "within 0 seconds" in reply.text


def test_a_callers_mistake_is_a_4xx_and_ours_is_not() -> None:
    mistake, failure = ({"error": said} for said in ("Send a picture.", None))
    for content, status, told in ((mistake, 500, 422), (failure, 500, 500), ({}, 200, 200)):
        reply = client(JSONResponse(content, status)).post(RUN, json={"data": []})
        assert (reply.status_code, reply.json()) == (told, content)


def test_each_client_has_a_rate_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    now, app = 1000.0, client(RATE_LIMIT="2")
    monkeypatch.setattr("time.monotonic", lambda: now)

    def statuses(client: httpx.Client, count: int) -> list[int]:
        paths = [("/gradio_api/upload", RUN)[n % 2] for n in range(count)]
        return [client.post(path, json={}).status_code for path in paths]

    assert statuses(app, 22) == [200] * 20 + [429] * 2
    assert app.get("/config").status_code == 200
    assert statuses(TestClient(app.app, client=("203.0.113.2", 1)), 1) == [200]
    now += 4
    assert app.post(RUN, json={}).headers["retry-after"] == "7"
    now += 6
    assert statuses(app, 21) == [200] * 20 + [429]
    limit = Limit(1, seconds=0)  # forgets who has gone: else its memory would grow for ever
    assert {limit.wait(str(n)) for n in range(1_000)} == {0} and len(pickle.dumps(limit)) < 500


def test_a_client_is_an_address_or_an_ipv6_network() -> None:
    hosts = ("192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1", "2001:db8::ffff:1", "fe80::1%eth0")
    clients = [client_of({"client": (host, 1)}) for host in hosts]
    assert clients == [*["192.0.2.7"] * 2, *["2001:db8::/64"] * 2, "fe80::/64"]
    assert client_of({"client": None}) == "unknown"


def test_a_password_opens_everything_but_the_probes() -> None:
    app = client(AUTH=":".join(AUTH))
    for path in ("/", "/config", "/version", "/metrics", "/gradio_api/upload"):
        reply = app.get(path)
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"].startswith("Basic")
    for wrong in (("ann", "secret"), ("bob", "secret:1"), ("", "")):
        assert app.get("/", auth=wrong).status_code == 401
    for nonsense in (b"Basic \xe9", b"Basic", b"Bearer x"):
        assert app.get("/", headers={"authorization": nonsense}).status_code == 401
    assert app.get("/", auth=AUTH).status_code == app.get("/readyz").status_code == 200


def test_guessing_passwords_is_slowed_but_not_for_those_who_know() -> None:
    app = client(AUTH=":".join(AUTH))
    guesser, neighbour = (TestClient(app.app, client=(f"203.0.113.{n}", 1)) for n in (9, 8))

    def enter(client: httpx.Client, password: str) -> int:
        return client.get("/", auth=("ann", password)).status_code

    assert enter(neighbour, AUTH[1]) == 200
    for each in (guesser, neighbour):
        assert {enter(each, str(n)) for n in range(15)} == {401, 429}
    assert enter(guesser, AUTH[1]) == 429  # else guessing would go on at any speed
    assert enter(neighbour, AUTH[1]) == 200
