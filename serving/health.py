"""Is it alive, can it read, which version is it: for orchestrators, apart from the page."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

import numpy as np
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from model import Recognizer
from serving import VERSION

SECONDS = 5  # for which one look at the recognizer holds: nobody can make it work by asking


def built_in_one() -> np.ndarray:
    """A drawn 1: (60, 60) uint8, black on white."""
    drawing = np.full((60, 60), 255, np.uint8)
    drawing[10:50, 28:33] = 0
    return drawing


class Health:
    """What is being served: the recognizer may be replaced while the server runs."""

    def __init__(self, current: Callable[[], Recognizer]) -> None:
        """`current` gives the recognizer in use."""
        self._current = current
        self._looked = float("-inf")
        self._reads = False

    def ready(self) -> bool:
        """Whether the weights are there and a built-in digit is recognised."""
        if monotonic() - self._looked > SECONDS:
            try:
                self._reads = self._current().recognize(built_in_one()).digit == 1
            except Exception:  # whatever it is, this server cannot answer
                self._reads = False
            self._looked = monotonic()
        return self._reads

    def version(self) -> dict[str, Any]:
        """The product's version, the weights' SHA-256, and the scores that they came with."""
        about = self._current().metadata
        return {
            "version": VERSION,
            "weights_sha256": about.get("sha256"),
            "scores": about.get("scores", {}),
        }


def routes(health: Health, registry: CollectorRegistry) -> APIRouter:
    """/livez, /readyz, /version and /metrics; none waits for Gradio."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> JSONResponse:
        return JSONResponse({"alive": True})

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        ready = health.ready()
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    @router.get("/version")
    def version() -> JSONResponse:
        return JSONResponse(health.version())

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
