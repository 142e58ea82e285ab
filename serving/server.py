"""The server: arguments of Gradio's `launch()`, probes, uploaded files, and the shutdown."""

import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image
from prometheus_client import generate_latest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from model import Recognizer
from serving import VERSION, records
from serving.middleware import Guard
from serving.settings import Settings

# Requests in Gradio's queue. Without a limit, 2,000 whose answers are not fetched stop it for good.
WAITING = 64
OFF = ("share", "ssr_mode", "pwa", "mcp_server", "enable_monitoring")
# For all uploads, since `delete_cache` has no limit: half of a small tmpfs. Each is at least 25 kB.
MOST_BYTES, FEWEST_BYTES, MOST_SECONDS = 48_000_000, 25_000, 600


@contextmanager
def prepared(settings: Settings) -> Iterator[threading.Event]:
    """Set up the process; yield what a signal to stop sets. Raises OSError if the port is taken."""
    host, is_ipv6 = settings.host.strip("[]"), ":" in settings.host
    family = socket.AF_INET6 if is_ipv6 else socket.AF_INET
    try:
        socket.create_server((host, settings.port), family=family).close()
    except OSError as error:
        raise OSError(f"{error}; set GRADIO_SERVER_NAME and GRADIO_SERVER_PORT") from None
    # A private folder, since Gradio's is shared and must not be swept.
    place = os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()
    Path(place).mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory("-digits", dir=place, ignore_cleanup_errors=True) as folder,
        records.logged(settings.log_format),
    ):
        os.environ |= {
            "FORWARDED_ALLOW_IPS": settings.proxies,
            "GRADIO_ANALYTICS_ENABLED": "False",
            "GRADIO_RUN_HISTORY": "False",
            "GRADIO_SERVER_NAME": "127.0.0.1" if is_ipv6 else host,  # Gradio fails on IPv6 here
            "GRADIO_TEMP_DIR": str(Path(folder).resolve()),
            "SYSTEM": "",  # "spaces" on a Space would make Gradio reload code
            "no_proxy": "*",  # for launch(), which requests its own address
        }
        # Gradio 6.25 puts uploads in progress into the general folder for temporary files.
        tempfile.tempdir = os.environ["GRADIO_TEMP_DIR"]
        # The event loop waits less for Python's lock; with 0.005, 32 people wait 1.2 times as long.
        sys.setswitchinterval(0.0005)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        yield stop


def launch_options(settings: Settings, current: Callable[[], Recognizer]) -> dict[str, Any]:
    """Arguments of `launch()`, without the theme. `current` returns the recognizer in use."""
    # For 0.0.0.0, launch() would look up "localhost", which a container may not have.
    host = "0" if settings.host == "0.0.0.0" else settings.host.strip("[]")
    # For what Gradio cannot handle. uvicorn logs the error, and closes the connection.
    misunderstood = JSONResponse({"detail": "Not understood."}, 400, {"connection": "close"})
    return dict.fromkeys(OFF, False) | {
        "server_name": f"[{host}]" if ":" in host else host,
        "server_port": settings.port,
        "root_path": settings.root_path.rstrip("/"),
        "prevent_thread_lock": True,
        "quiet": True,
        "num_workers": 0,  # workers would serve files around the middleware
        "state_session_capacity": 64,  # Gradio keeps their last values, a whole body per input
        "app_kwargs": {
            "middleware": [Middleware(Guard, settings)],
            "routes": probes(current),
            "exception_handlers": {Exception: lambda *_: misunderstood},
        },
    }


def probes(current: Callable[[], Recognizer]) -> list[Route]:
    """/livez, /readyz, /version and /metrics, for orchestrators."""
    one = Image.new("L", (60, 60), "white")
    one.paste("black", (28, 10, 33, 50))

    async def livez(request: Request) -> JSONResponse:
        return JSONResponse({"alive": True})

    def readyz(request: Request) -> JSONResponse:
        ready = current().recognize(one).digit == 1
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    def version(request: Request) -> JSONResponse:
        about = current().metadata
        weights, scores = about.get("sha256"), about.get("scores", {})
        return JSONResponse({"version": VERSION, "weights_sha256": weights, "scores": scores})

    def metrics(request: Request) -> PlainTextResponse:
        return PlainTextResponse(generate_latest())

    return [Route(f"/{each.__name__}", each) for each in (livez, readyz, version, metrics)]


def serve_until(stop: threading.Event, demo: gr.Blocks) -> None:
    """Serve and sweep uploads until `stop` is set; then finish requests in progress."""
    logging.getLogger("uvicorn").handlers.clear()  # log through the root logger instead
    logging.getLogger("uvicorn").propagate = True
    records.SERVER.info("Draw at %s", demo.local_url.rstrip("/").replace("//0:", "//0.0.0.0:"))
    while not stop.wait(1):  # often, since clients can upload quickly
        sweep(Path(os.environ["GRADIO_TEMP_DIR"]))
    demo.server.config.timeout_graceful_shutdown = 3  # seconds
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # or it reports open streams
    demo.close(verbose=False)


def sweep(folder: Path) -> None:
    """Delete old files, the oldest ones beyond MOST_BYTES, and empty folders."""
    total, now = 0, time.time()
    with suppress(OSError):  # a file was deleted meanwhile; the next sweep is soon
        for path in sorted(folder.rglob("*"), key=lambda path: path.stat().st_mtime, reverse=True):
            about = path.stat()
            total += max(about.st_size, FEWEST_BYTES)
            with suppress(OSError):  # the folder is not empty
                if path.is_dir() and now - about.st_mtime > 1:
                    path.rmdir()
                elif total > MOST_BYTES or now - about.st_mtime > MOST_SECONDS:
                    path.unlink()
