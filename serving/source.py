"""The code that runs, to be read in the browser: the page links to it, and people learn from it."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

ROOT = Path(__file__).parents[1]
PATTERNS = ("app.py", "model/*.py", "page/*.*", "serving/*.py", "training/*.py")


def routes() -> APIRouter:
    """/source/model/network/network.py and so on; the files are looked up now, so no other can be asked."""
    router = APIRouter(include_in_schema=False)
    files = {
        path.relative_to(ROOT).as_posix(): path
        for pattern in PATTERNS
        for path in ROOT.glob(pattern)
    }

    @router.get("/source/{name:path}")
    def source(name: str) -> PlainTextResponse:
        if name not in files:
            return PlainTextResponse("There is no such file.", 404)
        return PlainTextResponse(files[name].read_text(encoding="utf-8"))

    return router
