"""The page on a server of ours: what launch() does for a page at home, for strangers."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from gradio.exceptions import InvalidPathError
from gradio.utils import LRUCache, get_upload_folder
from starlette.routing import Mount
from starlette.types import ASGIApp

from model import Recognizer
from serving import source
from serving.gate import Gate
from serving.health import Health, routes
from serving.inputs import check_inputs, guard_strokes
from serving.limits import PICTURE
from serving.pictures import limit_pictures, refusing
from serving.records import SERVER, Records, set_up_logs
from serving.settings import Settings
from serving.storage import SESSIONS, Sweeper, keep_no_values

SECONDS_TO_FINISH = 3  # for answers that are being computed when the end is asked for
SWITCH_SECONDS = 0.0005  # Python's own 0.005 makes every other request wait, not just once
# In Gradio's queue, which only programs use. Unbounded, two thousand questions whose answers nobody
# fetches stop it for good: it forgets the first while they still wait, and trips over them.
WAITING = 64
CONNECTIONS = 1_000  # at once


def serve(
    page: gr.Blocks,
    current: Callable[[], Recognizer],
    settings: Settings,
    records: Records,
    **look: Any,
) -> None:
    """Serves `page` until it is told to end, by SIGTERM or Ctrl-C; answers underway are finished.

    `current` gives the recognizer in use; `look` is what Gradio takes for the look of a page:
    theme, css, head, footer_links and so on. The page must have been built within
    `storage.private_folder`.

    Raises OSError if the address cannot be had.
    """
    listener = listen(settings.host, settings.port)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # The event loop waits this long for Python's lock whenever a thread is reading a drawing.
    sys.setswitchinterval(SWITCH_SECONDS)
    set_up_logs(settings.json_logs)
    app = build_server(page, Health(current), settings, records, **look)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    # The server raises the signal again when it is done: then, this is how the program ends.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    Server(config, page, settings).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, or OSError: never another port than was asked for."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
        # asyncio sets this only on sockets that it made; without it each answer's second packet
        # waits for the first to be acknowledged: 40 ms. What is accepted here inherits it.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        reason = error.strerror or error
        raise OSError(
            f"{host}:{port}: {reason}; choose with GRADIO_SERVER_NAME and GRADIO_SERVER_PORT"
        ) from None


def build_server(
    page: gr.Blocks, health: Health, settings: Settings, records: Records, **look: Any
) -> ASGIApp:
    """The page, its probes, and the gate before both."""
    pads = [block for block in page.blocks.values() if isinstance(block, gr.ImageEditor)]
    strokes = [guard_strokes(pad) for pad in pads]
    limit_pictures()
    for pad in pads:
        pad.preprocess = refusing(pad.preprocess)
    check_inputs(page)
    keep_no_values()
    page.state_session_capacity = SESSIONS
    page.delete_cache = None  # the sweeper does that
    page._queue.max_size = WAITING
    page._queue.ANALYTICS_MAX_EVENTS = WAITING
    page._queue.pending_messages_per_session = LRUCache(SESSIONS)
    folder = Path(get_upload_folder())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with Sweeper(page, folder, strokes):
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.include_router(routes(health, records.registry))
    app.include_router(source.routes())
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        root_path=settings.root_path,
        max_file_size=PICTURE,
        show_error=False,
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        **look,
    )
    # What launch() does and mounting leaves out. Without the first, Gradio does not look which
    # files of the server it is asked for.
    page.has_launched = True
    page.app = page.server_app = next(r.app for r in app.routes if isinstance(r, Mount))
    page.app.add_exception_handler(Exception, malformed)
    return Gate(app, records, settings.root_path, settings.rate_limit, settings.users)


async def malformed(request: Request, error: Exception) -> JSONResponse:
    """What Gradio trips over was no request that its own pages make. The gate logs it."""
    status = 403 if isinstance(error, InvalidPathError) else 400
    return JSONResponse({"detail": "This request cannot be understood."}, status)


class Server(uvicorn.Server):
    """Says where the page is, and ends the connections that Gradio would keep open for ever."""

    def __init__(self, config: uvicorn.Config, page: gr.Blocks, settings: Settings) -> None:
        super().__init__(config)
        self._page, self._settings = page, settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self._settings.host, self._settings.port
            host = f"[{host}]" if ":" in host else host
            SERVER.info("Draw at http://%s:%d", host, port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._page.app.stop_event.set()
        await super().shutdown(sockets)
