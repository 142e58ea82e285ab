"""Which requests pass the middleware, and what becomes of their bodies and answers: no server."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from prometheus_client import REGISTRY
from starlette.testclient import TestClient

from serving.exchange import LARGEST, LARGEST_OTHER, QUEUED, UPLOAD
from serving.middleware import Middleware
from serving.settings import Settings

AUTH = ("ann", "secret:1")


def client(app: Callable | None = None, **settings: object) -> TestClient:
    """A client of `app` behind the middleware; by default of one that answers what it was asked."""

    async def echo(scope: dict, receive: Callable, send: Callable) -> None:
        body = await Request(scope, receive).body()
        asked = {"path": scope["path"], "query": scope["query_string"].decode(), "size": len(body)}
        await JSONResponse(asked)(scope, receive, send)

    return TestClient(Middleware(app or echo, Settings(**settings)))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=http://169.254.169.254/"),
        ("GET", "/gradio_api/file=http:/x/../y"),
        ("GET", "/gradio_api/proxy=https://x.hf.space/"),
        ("GET", "/gradio_api/upload_progress"),
        ("GET", "/gradio_api/custom_component/x/client/y/z.js"),
        ("GET", "/gradio_api/vibe-code/"),
        ("POST", "/gradio_api/vibe-edit/"),
        ("POST", "/gradio_api/component_server"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/source/app.py"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("GET", "/configuration"),
        ("GET", "/static/%2e%2e/%2e%2e/app.py"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/login"),
        ("DELETE", "/gradio_api/run/predict"),
    ],
)
def test_what_the_page_does_not_need_is_not_there(method: str, path: str) -> None:
    assert client().request(method, path).status_code in (404, 405)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in ("/", "/config", "/config/", "/theme.css", "/assets/x.js")),
        *(("GET", f"/gradio_api/{name}") for name in ("info", "heartbeat/x", "call/predict/x")),
        *(("GET", path) for path in ("/livez", "/readyz", "/version", "/metrics")),
        *(("POST", f"/gradio_api/{name}") for name in ("run/predict", "queue/join", "upload")),
    ],
)
def test_what_the_page_and_programs_need_is_there(method: str, path: str) -> None:
    assert client().request(method, path).status_code == 200


def test_a_root_path_is_taken_away_if_the_proxy_left_it() -> None:
    below = client(root_path="/digits")
    assert below.get("/digits/config").json()["path"] == "/config"
    assert below.get("/digits").json()["path"] == "/"
    assert below.get("/config").json()["path"] == "/config"
    assert below.get("/digitsconfig").status_code == 404
    assert client(root_path="https://x.org/digits").get("/digits/config").status_code == 404


def test_an_upload_loses_its_name() -> None:
    assert client().post("/gradio_api/upload?upload_id=x").json()["query"] == ""
    assert client().post("/gradio_api/run/predict?a=b").json()["query"] == "a=b"


@pytest.mark.parametrize("path", [*QUEUED, *UPLOAD, "/gradio_api/run/predict"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_may_be_so_large_and_no_larger(path: str, chunked: bool) -> None:
    limit = next((n for paths, n in LARGEST.items() if path.startswith(paths)), LARGEST_OTHER)
    for size, status in ((limit, 200), (limit + 1, 413)):
        content = bytes(size)
        parts = iter([content[: size // 2], content[size // 2 :]])
        reply = client(raising()).post(path, content=parts if chunked else content)
        assert reply.status_code == status
        if status == 413:
            assert reply.json() == {"detail": f"Send {limit:,} bytes at most."}
            assert reply.headers.get("connection") == ("close" if not chunked else None)


def raising() -> FastAPI:
    """An application that takes anything, and answers with an error where it is told to."""
    app = FastAPI()

    @app.post("/{path:path}")
    async def post(request: Request) -> JSONResponse:
        body = await request.body()
        if body == b"a caller's mistake":
            return JSONResponse({"error": "Send a picture."}, 500)
        if body == b"ours":
            return JSONResponse({"error": None}, 500)
        return JSONResponse({})

    return app


def test_the_slow_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.exchange.SECONDS_TO_SEND", -1)
    reply = client(raising()).post("/gradio_api/run/predict", content=b"x")
    assert (reply.status_code, "within" in reply.json()["detail"]) == (408, True)


def test_a_callers_mistake_is_a_4xx_and_ours_is_not() -> None:
    asking = client(raising())
    reply = asking.post("/gradio_api/run/predict", content=b"a caller's mistake")
    assert (reply.status_code, reply.json()) == (422, {"error": "Send a picture."})
    assert asking.post("/gradio_api/run/predict", content=b"ours").status_code == 500
    assert asking.post("/gradio_api/run/predict", content=b"x").status_code == 200


def test_refusals_are_counted() -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("digits_refusals_total", {"status": "404"}) or 0

    before = counted()
    client().get("/nothing")
    assert counted() == before + 1


def test_what_the_application_trips_over_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async def trips(scope: dict, receive: Callable, send: Callable) -> None:
        await JSONResponse({}, 400)(scope, receive, send)
        raise KeyError("inside")

    assert client(trips).get("/config").status_code == 400
    (message,) = [record.getMessage() for record in caplog.records if "inside" in record.message]
    assert message.startswith("Failed: GET '/config': KeyError('inside')")
    assert "\n" not in message


def test_each_client_has_a_rate_of_its_own() -> None:
    app = client(rate_limit=2)
    replies = [app.post("/gradio_api/run/predict") for _ in range(30)]
    assert [reply.status_code for reply in replies[:20]] == [200] * 20
    assert replies[-1].status_code == 429
    assert int(replies[-1].headers["retry-after"]) >= 1
    assert app.post("/gradio_api/upload").status_code == 200  # counted for itself
    assert app.get("/config").status_code == 200
    other = TestClient(app.app, client=("203.0.113.2", 1))
    assert other.post("/gradio_api/run/predict").status_code == 200


def test_a_password_opens_everything_but_the_probes() -> None:
    app = client(users=dict([AUTH]))
    for path in ("/", "/config", "/gradio_api/info", "/version", "/metrics", "/gradio_api/upload"):
        reply = app.get(path)
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"].startswith("Basic")
    for wrong in (("ann", "secret"), ("bob", "secret:1"), ("", "")):
        assert app.get("/", auth=wrong).status_code == 401
    for nonsense in ("Basic é", "Basic !!!", "Basic", "Bearer x"):
        headers = {"authorization": nonsense.encode("latin-1")}
        assert app.get("/", headers=headers).status_code == 401
    assert app.get("/", auth=AUTH).status_code == 200
    assert app.get("/readyz").status_code == 200


def test_guessing_passwords_is_slowed_but_not_for_those_who_know() -> None:
    app = client(users=dict([AUTH]))
    guesser, neighbour = (TestClient(app.app, client=(f"203.0.113.{n}", 1)) for n in (9, 8))

    def enter(client: httpx.Client, password: str) -> int:
        return client.get("/", auth=("ann", password)).status_code

    assert enter(neighbour, AUTH[1]) == 200
    for each in (guesser, neighbour):
        assert {enter(each, str(n)) for n in range(15)} == {401, 429}
    assert enter(guesser, AUTH[1]) == 429  # else guessing would go on at any speed
    assert enter(neighbour, AUTH[1]) == 200


def test_a_refusal_within_the_application_is_told() -> None:
    async def refusing(scope: dict, receive: Callable, send: Callable) -> None:
        raise HTTPException(403, "Not this one.")

    assert client(refusing).get("/config").json() == {"detail": "Not this one."}
