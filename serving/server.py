"""The server: what Gradio's `launch()` does, hardened for strangers."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
import warnings
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from gradio.exceptions import InvalidPathError
from gradio.utils import get_upload_folder
from starlette.routing import Mount
from starlette.types import ASGIApp

from model import Recognizer
from serving import gradio_patches, health
from serving.middleware import Middleware
from serving.pictures import MOST_BYTES, limit_pictures
from serving.records import SERVER, set_up_logs
from serving.settings import Settings
from serving.storage import SWEEP_SECONDS, sweep

SECONDS_TO_FINISH = 3  # for running requests, at shutdown
# In Gradio's queue, which only API clients use. Unbounded, 2,000 requests whose answers nobody
# fetches stop it for good: it drops the first while they still wait, and fails on them.
WAITING = 64
# The event loop waits this long for Python's lock whenever a thread recognizes a drawing. With
# Python's own 0.005, 32 people wait 1.2 times as long (docs/performance.md).
SWITCH_SECONDS = 0.0005
CONNECTIONS = 1_000  # concurrent


def serve(
    page: gr.Blocks,
    current: Callable[[], Recognizer],
    settings: Settings,
    at_end: Sequence[Callable[[], None]] = (),
    **look: Any,
) -> None:
    """Serve `page` until SIGTERM or Ctrl-C; running requests are finished.

    `current` returns the recognizer in use; `at_end` is called when the server is to end, to close
    what would keep it; `look` goes to `build_server`. The page must have been built within
    `storage.private_folder`.

    Raises OSError if the address is not available, ValueError if Gradio is not the tested version.
    """
    listener = listen(settings.host, settings.port)
    set_up_logs(settings.log_format)
    sys.setswitchinterval(SWITCH_SECONDS)
    config = configured(build_server(page, current, settings, **look), settings)
    # uvicorn raises the signal again after its shutdown: ignore it then, for a clean exit.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    SERVER.info("Draw at http://%s:%d", host, settings.port)
    Server(config, page, at_end).run(sockets=[listener])


def configured(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """The configuration of uvicorn."""
    return uvicorn.Config(
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


def listen(host: str, port: int) -> socket.socket:
    """Bind a socket to the address, or raise OSError; never fall back to another port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror or error
        raise OSError(
            f"{host}:{port}: {reason}; choose with GRADIO_SERVER_NAME and GRADIO_SERVER_PORT"
        ) from None
    # asyncio sets this only on its own sockets; without it, each response's second packet waits
    # 40 ms for an acknowledgement of the first. Accepted sockets inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def build_server(
    page: gr.Blocks,
    current: Callable[[], Recognizer],
    settings: Settings,
    routes: Sequence[APIRouter] = (),
    noscript: str = "",
    **look: Any,
) -> ASGIApp:
    """Build the application: the page, its own `routes` and probes, wrapped in the middleware.

    `noscript` is shown without JavaScript; `look` is Gradio's options for the look of a page:
    theme, head, footer_links and so on.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = str(WAITING)
    limit_pictures()
    page.queue(max_size=WAITING)
    gradio_patches.protect(page)
    gradio_patches.say_without_javascript(noscript)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(sweep_for_ever(page))
        yield
        sweeping.cancel()

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.add_exception_handler(RequestValidationError, invalid)
    for router in (health.routes(current), *routes):
        app.include_router(router)
    # Gradio warns of what is not asked for here, as soon as there are two pages.
    warnings.filterwarnings("ignore", "SSR mode is not supported")
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        root_path=settings.root_path,
        max_file_size=MOST_BYTES,
        show_error=False,
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        **look,
    )
    mounted = next(route.app for route in app.routes if isinstance(route, Mount))
    mounted.add_exception_handler(Exception, malformed)
    gradio_patches.finish_mounting(page, mounted)
    return Middleware(app, settings)


async def sweep_for_ever(page: gr.Blocks) -> None:
    """Bound the disk and memory of a running page."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        await asyncio.to_thread(sweep, Path(get_upload_folder()), time.time())
        gradio_patches.forget_the_gone(page)


async def malformed(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that Gradio fails on: its own pages send none. The middleware logs it."""
    status = 403 if isinstance(error, InvalidPathError) else 400
    return JSONResponse({"detail": "This request cannot be understood."}, status)


async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Answer a request of the wrong form, without sending back what was sent."""
    first = error.errors()[0]
    return JSONResponse({"detail": f"{'.'.join(map(str, first['loc']))}: {first['msg']}."}, 422)


class Server(uvicorn.Server):
    """Ends, at shutdown, the connections that would be kept open for ever: Gradio's, and others."""

    def __init__(
        self, config: uvicorn.Config, page: gr.Blocks, at_end: Sequence[Callable[[], None]] = ()
    ) -> None:
        super().__init__(config)
        self._page, self._at_end = page, at_end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        gradio_patches.stop_streams(self._page)
        for end in self._at_end:
            end()
        await super().shutdown(sockets)
