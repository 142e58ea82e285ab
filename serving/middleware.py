"""ASGI middleware: allow-list, authentication, limits. What it refuses never reaches Gradio."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from fastapi import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from serving import records
from serving.auth import Passwords
from serving.exchange import DIRECT, PAGE, QUEUED, UPLOAD, Exchange
from serving.limits import TokenBuckets, client_of
from serving.settings import Settings

# The allow-list: what the page and API clients need. Gradio also fetches URLs, proxies, and edits
# its own source.
PROBES = ("/livez", "/readyz")  # need no password: orchestrators have none
READABLE = re.compile(
    r"/(livez|readyz|version|metrics|config|theme\.css|favicon\.ico|manifest\.json|robots\.txt)?/?|/train"
    r"|/(static|assets|svelte|pwa_icon|page)/.*"
    r"|/gradio_api/(info|openapi\.json|app_id|startup-events|queue/data)/?"
    r"|/gradio_api/(heartbeat/|call/|file=/).*"
)
CONTROLS = ("/gradio_api/cancel", "/gradio_api/reset")
BURST_SECONDS = 10  # of the rate limit: what a client may send at once


class Middleware:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        # A proxy may leave the path in requests; a full URL is for Gradio alone.
        self._root_path = settings.root_path if settings.root_path.startswith("/") else ""
        self._passwords = Passwords(settings.users) if settings.users is not None else None
        rate = settings.rate_limit
        self._buckets = {
            paths: TokenBuckets(rate, BURST_SECONDS * max(rate, 1))
            for paths in ((*DIRECT, *PAGE, *QUEUED), UPLOAD)
            if rate
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close"})  # Gradio uses none
        scope = self.below_root(scope)
        exchange = Exchange(scope, receive, send)
        try:
            self.check(scope)
            exchange.check_size(int(dict(scope["headers"]).get(b"content-length", b"0")))
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except HTTPException as refusal:
            detail = {"detail": refusal.detail}
            response = JSONResponse(detail, refusal.status_code, refusal.headers)
            await response(scope, exchange.receive, exchange.send)
        except Exception as error:
            if not exchange.refused:  # else the error follows from the refusal
                log_failure(scope, error)

    def below_root(self, scope: Scope) -> Scope:
        """The request without the root path, which most proxies remove themselves."""
        path = scope["path"]
        if not self._root_path or not f"{path}/".startswith(f"{self._root_path}/"):
            return scope
        path = path.removeprefix(self._root_path) or "/"
        return {**scope, "path": path, "raw_path": path.encode()}

    def check(self, scope: Scope) -> None:
        """Raise HTTPException unless the request is allowed."""
        path, method = scope["path"], scope["method"]
        if self._passwords and path not in PROBES:
            self._passwords.check(scope)
        if method in ("GET", "HEAD"):
            known = READABLE.fullmatch(path) and ".." not in path and "://" not in path
        else:
            known = path.startswith((*DIRECT, *PAGE, *QUEUED, *UPLOAD, *CONTROLS))
        if not known:
            raise HTTPException(404, "Not found.")
        if method not in ("GET", "HEAD", "POST", "OPTIONS"):
            raise HTTPException(405, "Only GET and POST are allowed.")
        for paths, buckets in self._buckets.items():
            counts = method == "POST" and path.startswith(paths)
            if counts and (wait := buckets.take(client_of(scope))):
                after = {"retry-after": str(int(wait) + 1)}
                raise HTTPException(429, "Too many requests: wait a little.", after)


def log_failure(scope: Scope, error: Exception) -> None:
    """Log an error within Gradio in one line; `server.malformed` has already answered."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    records.SERVER.warning("Failed: %s %r: %r (%s)", scope["method"], scope["path"], error, place)
