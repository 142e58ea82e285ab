"""ASGI middleware: allow-list, passwords, limits. What it refuses never reaches Gradio."""

import asyncio
import json
import os
import re
from collections import Counter
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving import records
from serving.bodies import checked
from serving.clients import Limit, Passwords, client_of
from serving.settings import Settings

# The allow-list: what the page and API clients need. Gradio also fetches addresses, proxies, and
# edits its own source.
READABLE = re.compile(
    r"/(livez|readyz|version|metrics|config|theme\.css|favicon\.ico|manifest\.json|robots\.txt)?/?"
    r"|/(static|assets)/.*|/gradio_api/(heartbeat|call)/.*"
    r"|/gradio_api/(info|app_id|startup-events|queue/data)/?"
)
WRITABLE = re.compile(r"/gradio_api/((run|api|call)/.*|(queue/join|upload|cancel|reset)/?)")
DIRECT = ("/gradio_api/run/", "/gradio_api/api/")
QUEUED = ("/gradio_api/call/", "/gradio_api/queue/join")
UPLOAD = ("/gradio_api/upload",)
# Need no password: orchestrators have none, and neither has Gradio's own launch().
OPEN = ("/livez", "/readyz", "/gradio_api/startup-events")
LARGEST_FILE = 5_000_000  # bytes
LARGEST = {DIRECT: 1_000_000, QUEUED: 500_000, UPLOAD: LARGEST_FILE + 100_000}  # bodies
LARGEST_OTHER = 10_000
SECONDS_TO_SEND = 30  # a whole body
BURST_SECONDS = 10  # of the rate limit: what a client may send at once
# Of bodies under way, uploads and others. Each counts as 0.2 MB at least: 1,000 requests at once.
MOST_BYTES, FEWEST_BYTES = 200_000_000, 200_000
HEADERS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
FAILED = b'{"error": "This could not be answered: the server failed."}'


class Guard:
    """Wraps Gradio's application, inside of Gradio's own middleware."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._folder = app, Path(os.environ["GRADIO_TEMP_DIR"])
        self._passwords = Passwords(settings.users) if settings.users is not None else None
        rate = settings.rate_limit
        self._limits = {
            paths: Limit(BURST_SECONDS * max(rate, 1), BURST_SECONDS * max(1, 1 / rate))
            for paths in ((*DIRECT, *QUEUED), UPLOAD)
            if rate
        }
        self._bytes = Counter[bool]()  # under way, of uploads and others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        # Most proxies remove the root path, and else Starlette does.
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        size = int(dict(scope["headers"]).get(b"content-length", b"0"))
        kind, weight = path.startswith(UPLOAD), max(size, FEWEST_BYTES)
        self._bytes[kind] += weight
        reply = Reply(path, client_of(scope), send)
        try:
            self.check(scope, path, size)
            messages = [{"type": "http.request", "body": await self.body(scope, receive, path)}]

            async def replay() -> Message:
                return messages.pop() if messages else await receive()

            await self._app(scope, replay, reply.send)
        except HTTPException as refusal:
            said = {"detail": refusal.detail}
            if path.startswith(DIRECT):
                said["error"] = refusal.detail  # this is what Gradio's page shows
            response = JSONResponse(said, refusal.status_code, refusal.headers)
            await response(scope, receive, reply.send)
        finally:
            self._bytes[kind] -= weight

    def check(self, scope: Scope, path: str, size: int) -> None:
        """Raise HTTPException unless the request is allowed."""
        method, client = scope["method"], client_of(scope)
        if self._passwords and path not in OPEN:
            self._passwords.check(scope)
        known = READABLE if method in ("GET", "HEAD") else WRITABLE
        if not known.fullmatch(path) or ".." in path or "://" in path:
            raise HTTPException(404, "Not found.")
        if method not in ("GET", "HEAD", "POST"):
            raise HTTPException(405, "Only GET and POST are allowed.")
        for paths, limit in self._limits.items():
            if method == "POST" and path.startswith(paths) and (wait := limit.wait(client)):
                after = {"retry-after": str(int(wait) + 1)}
                raise HTTPException(429, "Too many requests: wait a little.", after)
        most = next((n for paths, n in LARGEST.items() if path.startswith(paths)), LARGEST_OTHER)
        if size > most:
            raise HTTPException(413, f"Send {most:,} bytes at most.")
        if b"transfer-encoding" in dict(scope["headers"]):
            raise HTTPException(411, "Say how long the body is: Content-Length is needed.")
        if self._bytes[path.startswith(UPLOAD)] > MOST_BYTES:
            raise HTTPException(503, "Too many requests at once: try again.")

    async def body(self, scope: Scope, receive: Receive, path: str) -> bytes:
        """The body, for Gradio. Raises HTTPException if it is not fit for it."""
        try:
            async with asyncio.timeout(SECONDS_TO_SEND):
                body = await Request(scope, receive).body()
        except (TimeoutError, ClientDisconnect):
            raise HTTPException(408, f"Send it within {SECONDS_TO_SEND} seconds.") from None
        if path.startswith(UPLOAD) or not path.startswith("/gradio_api/"):
            # Gradio remembers an upload's ID for ever, and opens a file for a `deep_link`.
            scope["query_string"] = b""
        try:
            is_json = scope["method"] == "POST" and path.startswith((*DIRECT, *QUEUED))
            return checked(body, self._folder) if is_json else body
        except ValueError as error:  # gradio_client does not bear 422 from the queue
            status = 422 if path.startswith(DIRECT) else 400
            raise HTTPException(status, str(error)) from None


class Reply:
    """The `send` that Gradio gets: adds headers, and puts its failures in plain words."""

    def __init__(self, path: str, client: str, send: Send) -> None:
        self._path, self._client, self._send = path, client, send
        self._failure: Message | None = None  # the start of a 500, until its body tells why

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] == 500 and self._path.startswith(DIRECT):
                self._failure = message
            else:
                await self._begin(message)
            return
        if start := self._failure:
            self._failure = None
            if json.loads(message["body"]).get("error"):  # of gr.Error: a caller's mistake
                await self._begin(start | {"status": 422})
            else:
                headers = [each for each in start["headers"] if each[0] != b"content-length"]
                await self._begin(start | {"headers": headers})
                message["body"] = FAILED
        await self._send(message)

    async def _begin(self, start: Message) -> None:
        if 400 <= start["status"] < 500:
            records.refusal(start["status"], self._client)
        await self._send(start | {"headers": [*start["headers"], *HEADERS]})
