"""The server: arguments of Gradio's `launch()`, the probes, and the shutdown."""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from PIL import Image
from prometheus_client import generate_latest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from model import Recognizer
from serving import VERSION, records, storage
from serving.middleware import Guard
from serving.settings import Settings

# Requests in Gradio's queue. Without a limit, 2,000 whose answers are not fetched stop it for good.
WAITING = 64
SESSIONS = 64  # of which Gradio keeps the last values, up to a whole body per input
# The longest wait of the event loop for Python's lock while a thread recognizes a drawing. With
# Python's default of 0.005, 32 people wait 1.2 times as long (docs/performance.md).
SWITCH_SECONDS = 0.0005
SECONDS_TO_FINISH = 3  # for requests in progress, at shutdown
OFF = ("share", "ssr_mode", "pwa", "mcp_server", "enable_monitoring")


@contextmanager
def prepared(settings: Settings) -> Iterator[None]:
    """Prepare variables, folder and logs for a page. Raises OSError if its address is taken."""
    host, port, is_ipv6 = settings.host.strip("[]"), settings.port, ":" in settings.host
    family = socket.AF_INET6 if is_ipv6 else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        advice = "choose with GRADIO_SERVER_NAME and GRADIO_SERVER_PORT"
        raise OSError(f"{host}:{port}: {error.strerror or error}; {advice}") from None
    os.environ |= {
        "FORWARDED_ALLOW_IPS": settings.proxies,
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_ANALYTICS_MAX_EVENTS": str(WAITING),
        "GRADIO_RUN_HISTORY": "False",
        "GRADIO_SERVER_NAME": "127.0.0.1" if is_ipv6 else host,  # Gradio fails on IPv6 here
        "SYSTEM": "",  # "spaces" on a Space would make Gradio reload code
        "no_proxy": "*",  # for launch(), which requests its own address
    }
    sys.setswitchinterval(SWITCH_SECONDS)
    with storage.private_folder(), records.logged(settings.log_format):
        yield


def launch_options(settings: Settings, current: Callable[[], Recognizer]) -> dict[str, Any]:
    """Arguments of `launch()`, without the theme. `current` returns the recognizer in use."""
    # For 0.0.0.0, launch() would look up "localhost", which a container may not have.
    host = "0" if settings.host == "0.0.0.0" else settings.host.strip("[]")
    return dict.fromkeys(OFF, False) | {
        "server_name": f"[{host}]" if ":" in host else host,
        "server_port": settings.port,
        "root_path": settings.root_path.rstrip("/"),
        "prevent_thread_lock": True,
        "quiet": True,
        "num_workers": 0,  # workers would serve files around the middleware
        "state_session_capacity": SESSIONS,
        "app_kwargs": {
            "middleware": [Middleware(Guard, settings)],
            "routes": probes(current),
            "exception_handlers": {RequestValidationError: malformed, Exception: malformed},
        },
    }


async def malformed(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that Gradio cannot handle; its own page sends none."""
    said = {"detail": "This request cannot be understood."}
    return JSONResponse(said, 400, {"connection": "close"})  # uvicorn logs the error, and closes


def probes(current: Callable[[], Recognizer]) -> list[Route]:
    """/livez, /readyz, /version and /metrics, for orchestrators."""
    one = Image.new("L", (60, 60), "white")
    one.paste("black", (28, 10, 33, 50))

    async def livez(request: Request) -> JSONResponse:
        return JSONResponse({"alive": True})

    def readyz(request: Request) -> JSONResponse:
        ready = False
        with suppress(Exception):
            ready = current().recognize(one).digit == 1
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    def version(request: Request) -> JSONResponse:
        about = current().metadata
        weights, scores = about.get("sha256"), about.get("scores", {})
        return JSONResponse({"version": VERSION, "weights_sha256": weights, "scores": scores})

    def metrics(request: Request) -> PlainTextResponse:
        return PlainTextResponse(generate_latest())

    return [Route(f"/{each.__name__}", each) for each in (livez, readyz, version, metrics)]


def serve_until_stopped(demo: gr.Blocks) -> None:
    """Serve and sweep uploads until SIGTERM or Ctrl-C; then finish requests in progress."""
    logging.getLogger("uvicorn").handlers.clear()  # log through the root logger instead
    logging.getLogger("uvicorn").propagate = True
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    records.SERVER.info("Draw at %s", demo.local_url.rstrip("/").replace("//0:", "//0.0.0.0:"))
    while not stop.wait(1):  # often, since clients can upload quickly
        storage.sweep(Path(os.environ["GRADIO_TEMP_DIR"]))
    demo.server.config.timeout_graceful_shutdown = SECONDS_TO_FINISH
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # or it reports open streams
    demo.close(verbose=False)
