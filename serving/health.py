"""/livez, /readyz, /version and /metrics, for orchestrators. None waits for Gradio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from model import Recognizer
from serving import VERSION


def reads_a_digit(recognizer: Recognizer) -> bool:
    """Whether a built-in drawing of a 1, black on white, is recognized."""
    drawing = np.full((60, 60), 255, np.uint8)
    drawing[10:50, 28:33] = 0
    return recognizer.recognize(drawing).digit == 1


def routes(current: Callable[[], Recognizer]) -> APIRouter:
    """The endpoints; `current` returns the recognizer in use, which can change at runtime."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, bool]:
        return {"alive": True}

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        ready = reads_a_digit(current())
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    @router.get("/version")
    def version() -> dict[str, Any]:
        about = current().metadata
        return {
            "version": VERSION,
            "weights_sha256": about.get("sha256"),
            "scores": about.get("scores", {}),
        }

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
