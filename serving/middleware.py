"""ASGI middleware: allow-list, passwords, limits. What it refuses never reaches Gradio."""

import asyncio
import os
import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving import records
from serving.bodies import checked
from serving.clients import Limit, Passwords, client_of
from serving.settings import Settings

# The allow-list, for the page and API clients. Gradio has more paths, which fetch addresses, proxy,
# and edit its source.
READABLE = re.compile(
    r"/(livez|readyz|version|metrics|config|theme\.css|favicon\.ico|manifest\.json|robots\.txt)?/?"
    r"|/(static|assets)/.*|/gradio_api/((heartbeat|call)/.*|file=/.*/nnmodel\.npz)"
    r"|/gradio_api/(info|app_id|startup-events|queue/data)/?"
)
WRITABLE = re.compile(r"/gradio_api/((run|api|call)/.*|(queue/join|upload|cancel|reset)/?)")
DIRECT = ("/gradio_api/run/", "/gradio_api/api/")
QUEUED = ("/gradio_api/call/", "/gradio_api/queue/join")
UPLOAD = ("/gradio_api/upload",)
# Open without a password: orchestrators have none, nor has Gradio's launch().
OPEN = ("/livez", "/readyz", "/gradio_api/startup-events")
# Bytes of each body, and of all in progress, each counted as at least 0.2 MB.
LARGEST, LARGEST_OTHER = {DIRECT: 1_000_000, QUEUED: 500_000, UPLOAD: 5_100_000}, 10_000
MOST_BYTES, FEWEST_BYTES = 200_000_000, 200_000
SECONDS_TO_SEND = 30  # for a whole body
HEADERS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
FAILED = b'{"error":null}'  # Gradio's response if a function fails
STREAMS = ("/gradio_api/call/", "/gradio_api/queue/data")
# Gradio's message for an unknown event, after which it breaks off the stream; and ours.
UNKNOWN = b'"404: Not Found"'
ELSEWHERE = b'"No such event here: it has ended, or another replica has it."'


class Guard:
    """ASGI middleware around Gradio's application, inside of Gradio's own middleware."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._folder = app, Path(os.environ["GRADIO_TEMP_DIR"])
        self._passwords = Passwords(settings.users) if settings.users is not None else None
        most, rate = 10 * max(settings.rate_limit, 1), settings.rate_limit  # in ten seconds
        self._limit = Limit(most, most / rate) if rate else None
        self._bytes = 0  # under way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        # Most proxies remove the root path; otherwise it is removed here.
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        size = int(dict(scope["headers"]).get(b"content-length", b"0"))

        async def reply(message: Message) -> None:
            await send(rewritten(message, path, client_of(scope)))

        self._bytes += max(size, FEWEST_BYTES)
        try:
            self.check(scope, path, size)
            messages = [{"type": "http.request", "body": await self.body(scope, receive, path)}]

            async def replay() -> Message:
                return messages.pop() if messages else await receive()

            await self._app(scope, replay, reply)
        except HTTPException as refusal:
            # Gradio's page shows `error` in some places, and `detail` in others.
            said = dict.fromkeys(("error", "detail"), refusal.detail)
            response = JSONResponse(said, refusal.status_code, refusal.headers)
            await response(scope, receive, reply)
        except RuntimeError as error:  # Starlette's, after ELSEWHERE
            if not (path.startswith(STREAMS) and isinstance(error.__cause__, HTTPException)):
                raise
        finally:
            self._bytes -= max(size, FEWEST_BYTES)

    def check(self, scope: Scope, path: str, size: int) -> None:
        """Raise HTTPException unless the request is allowed."""
        if self._passwords and path not in OPEN:
            self._passwords.check(scope)
        known = {"GET": READABLE, "HEAD": READABLE, "POST": WRITABLE}.get(scope["method"])
        if not known or not known.fullmatch(path) or ".." in path:
            raise HTTPException(404, "Not found.")
        is_costly = path.startswith((*DIRECT, *QUEUED, *UPLOAD))
        if self._limit and is_costly and (wait := self._limit.wait(client_of(scope))):
            after = {"retry-after": str(int(wait) + 1)}
            raise HTTPException(429, "Too many requests: wait a little.", after)
        most = next((n for paths, n in LARGEST.items() if path.startswith(paths)), LARGEST_OTHER)
        if size > most:
            raise HTTPException(413, f"Send {most:,} bytes at most.")
        if b"transfer-encoding" in dict(scope["headers"]):
            raise HTTPException(411, "Say how long the body is: Content-Length is needed.")
        if self._bytes > MOST_BYTES:
            raise HTTPException(503, "Too many requests at once: try again.")

    async def body(self, scope: Scope, receive: Receive, path: str) -> bytes:
        """Read and check the body. Raises HTTPException."""
        try:
            async with asyncio.timeout(SECONDS_TO_SEND):
                body = await Request(scope, receive).body()
        except (TimeoutError, ClientDisconnect):
            raise HTTPException(408, f"Send it within {SECONDS_TO_SEND} seconds.") from None
        if path.startswith(UPLOAD) or not path.startswith("/gradio_api/"):
            # Gradio keeps an upload's ID forever, and opens a file for a `deep_link`.
            scope["query_string"] = b""
        try:
            is_json = scope["method"] == "POST" and path.startswith((*DIRECT, *QUEUED))
            return checked(body, self._folder) if is_json else body
        except ValueError as error:  # gradio_client fails on a 422 from the queue
            status = 422 if path.startswith(DIRECT) else 400
            raise HTTPException(status, str(error)) from None


def rewritten(message: Message, path: str, client: str) -> Message:
    """Gradio's message, with our headers and readable errors."""
    if "status" not in message:
        if path.startswith(STREAMS) and UNKNOWN in (body := message.get("body", b"")):
            return message | {"body": body.replace(UNKNOWN, ELSEWHERE), "more_body": False}
        return message
    status, length = message["status"], dict(message["headers"]).get(b"content-length")
    if status == 500 and path.startswith(DIRECT) and length != b"%d" % len(FAILED):
        status = 422  # a gr.Error is the caller's mistake
    if 400 <= status < 500:
        records.refusal(status, client)
    return message | {"status": status, "headers": [*message["headers"], *HEADERS]}
