"""The gate that every request passes before Gradio sees it: which are let in, and whose."""

from __future__ import annotations

import asyncio
import base64
import hmac
import traceback
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.limits import (
    LARGEST_BODY,
    LARGEST_UPLOAD,
    LARGEST_WAITING,
    BoundedBody,
    Refusal,
    TokenBuckets,
    client_of,
)
from serving.records import SERVER, Records

API = "/gradio_api"
# What the page and the API's clients ask for. Gradio offers more: it fetches addresses, proxies,
# edits its own source; none of that is for strangers.
PAGES = ("/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt")
PROBES = ("/livez", "/readyz")  # open even with a password: orchestrators have none
TOLD = ("/version", "/metrics")
READ = ("info", "openapi.json", "app_id", "startup-events", "queue/data")
FOLDERS = ("/static/", "/assets/", "/svelte/", "/pwa_icon/", "/source/")
READ_FOLDERS = ("heartbeat/", "call/", "file=/")
QUEUED = (f"{API}/call/", f"{API}/queue/join")
ANSWERS = (f"{API}/run/", f"{API}/api/", *QUEUED)
UPLOADS = (f"{API}/upload", f"{API}/component_server")
CONTROLS = (f"{API}/cancel", f"{API}/reset")

READABLE = {*PAGES, *PROBES, *TOLD, *(f"{API}/{name}" for name in READ)}
READABLE_BELOW = (*FOLDERS, *(f"{API}/{name}" for name in READ_FOLDERS))

LINGER_SECONDS, LINGER_BYTES = 5, 128_000_000  # of a refused body
ADMITTED = 10_000  # clients whose password was right, remembered
BURST = 10  # seconds' worth of requests that a client may send at once


class Gate:
    """Wraps the whole application; what it refuses costs next to nothing."""

    def __init__(
        self,
        app: ASGIApp,
        records: Records,
        root_path: str = "",
        rate: float = 0,
        users: Mapping[str, str] | None = None,
    ) -> None:
        self.app, self.records, self.users = app, records, users
        self.root_path = root_path if root_path.startswith("/") else ""
        kinds = (ANSWERS, UPLOADS) if rate else ()
        self.buckets = {paths: TokenBuckets(rate, BURST * max(rate, 1)) for paths in kinds}
        self.attempts = TokenBuckets(0.2, 10)  # wrong passwords, per client
        # Clients that once gave these credentials: nobody else's guesses shut them out.
        self.admitted: OrderedDict[tuple[str, bytes], None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close"})  # Gradio has none
        scope = self._below_root(scope)
        try:
            self._check(scope)
        except Refusal as refusal:
            return await self._refuse(refusal, scope, receive, send)
        limit = LARGEST_BODY
        if scope["path"].startswith(QUEUED):
            limit = LARGEST_WAITING
        if scope["path"].startswith(UPLOADS):
            limit = LARGEST_UPLOAD
            # Of an upload that has a name Gradio remembers the name and the progress for ever.
            scope = {**scope, "query_string": b""}
        body = BoundedBody(receive, send, limit)
        try:
            body.check(int(dict(scope["headers"]).get(b"content-length", b"0")))
            await self.app(scope, body.receive, body.send)
        except Refusal as refusal:
            body.refusal = refusal
        except Exception as error:
            if not body.refusal:  # else it is what follows from that
                log_failure(scope, error)
        if body.refusal and not body.started:
            await self._refuse(body.refusal, scope, receive, send)

    def _below_root(self, scope: Scope) -> Scope:
        """The request as if the proxy had taken the root path away, as most do."""
        path = scope["path"]
        if not self.root_path or not f"{path}/".startswith(f"{self.root_path}/"):
            return scope
        path = path.removeprefix(self.root_path) or "/"
        return {**scope, "path": path, "raw_path": path.encode()}

    def _check(self, scope: Scope) -> None:
        path, method = scope["path"], scope["method"]
        if self.users is not None and path not in PROBES:
            self._check_password(scope)
        if method in ("GET", "HEAD"):
            below = path.startswith(READABLE_BELOW) and ".." not in path and "://" not in path
            known = below or path in READABLE or path.rstrip("/") in READABLE
        else:
            known = path.startswith((*ANSWERS, *UPLOADS, *CONTROLS))
        if not known:
            raise Refusal(404, "unknown", "There is nothing here.")
        if method not in ("GET", "HEAD", "POST", "OPTIONS"):
            raise Refusal(405, "method", "Only GET and POST are understood here.")
        if method == "POST":
            self._check_rate(path, client_of(scope))

    def _check_rate(self, path: str, client: str) -> None:
        for paths, buckets in self.buckets.items():
            if path.startswith(paths) and (wait := buckets.take(client)):
                after = str(int(wait) + 1)
                raise Refusal(
                    429, "rate", "Too many requests: wait a little.", **{"retry-after": after}
                )

    def _check_password(self, scope: Scope) -> None:
        """HTTP's own Basic scheme: it needs no session, so any replica can check it."""
        given = dict(scope["headers"]).get(b"authorization", b"")
        kind, _, text = given.partition(b" ")
        headers = {"www-authenticate": 'Basic realm="Draw a digit", charset="UTF-8"'}
        if kind.lower() != b"basic":
            raise Refusal(401, "password", "A name and a password are needed.", **headers)
        visitor = client_of(scope), given
        if visitor in self.admitted:
            return self.admitted.move_to_end(visitor)
        if self.attempts.is_empty(visitor[0]):  # then not even the right one is looked at
            raise Refusal(429, "password", "Too many wrong passwords: wait a little.")
        try:
            name, _, password = base64.b64decode(text, validate=True).decode().partition(":")
        except ValueError:
            name = password = ""
        expected = (self.users or {}).get(name, "")
        if not (hmac.compare_digest(password.encode(), expected.encode()) and expected):
            self.attempts.take(visitor[0])
            raise Refusal(401, "password", "A name and a password are needed.", **headers)
        self.admitted[visitor] = None
        if len(self.admitted) > ADMITTED:
            self.admitted.popitem(last=False)

    async def _refuse(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        self.records.refusal(refusal.reason, refusal.status, client_of(scope))
        # Of a body that was not read, the next request on this connection must not be made.
        headers = {"connection": "close", **refusal.headers}
        response = JSONResponse({"detail": refusal.detail}, refusal.status, headers)

        async def send_and_linger(message: Message) -> None:
            if message["type"] == "http.response.body":
                await send({**message, "more_body": True})
                await throw_away_body(receive)
                message = {"type": "http.response.body"}
            await send(message)

        await response(scope, receive, send_and_linger)


async def throw_away_body(receive: Receive) -> None:
    """A connection closed with bytes unread is reset, and the client never sees why."""
    thrown_away = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while thrown_away < LINGER_BYTES:
                message = await receive()
                thrown_away += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def log_failure(scope: Scope, error: Exception) -> None:
    """One line for what Gradio tripped over; `server.malformed` has answered it already."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    SERVER.warning("Failed: %s %r: %r (%s)", scope["method"], scope["path"], error, place)
