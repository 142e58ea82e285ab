"""What the page asks the server: a drawing in, its answer as HTML out. Nothing is kept between.

Requests of the page's own, rather than Gradio's events: its script sees each one fail, so that an
answer never stays beside a drawing that it does not belong to.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import gradio as gr
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from pydantic import BaseModel, Field

from corrections import NO_DIGIT, Corrections
from model import Recognizer
from model.recognizer import Reading
from page import answer
from page.about import CODE, ROOT, about
from page.examples import EXAMPLES
from page.pictures import LONGEST_ADDRESS, picture_at, picture_of
from page.words import Words, a_digit, words_for

STATIC = Path(__file__).parent / "static"
Record = Callable[[str, bool, float], None]  # text, certain, milliseconds

log = logging.getLogger(__name__)


class Drawing(BaseModel):
    """A picture as a data URI."""

    picture: Annotated[str, Field(max_length=LONGEST_ADDRESS)]


class Correction(Drawing):
    """What a drawing was: its digits, or "none"."""

    label: Annotated[str, Field(pattern=r"^([0-9]{1,10}|none)$")]


class Endpoints:
    """The page's requests and its API.

    `current` returns the recognizer for the next drawing; `corrections` stores people's
    corrections, unless None; `record` is called with each answer; with `trains` the page links
    to /train.
    """

    def __init__(
        self,
        current: Callable[[], Recognizer],
        corrections: Corrections | None,
        record: Record,
        trains: bool = False,
    ) -> None:
        self.current = current
        self.trains = trains
        self.corrections = corrections
        self.record = record

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/page", include_in_schema=False)
        router.post("/read", response_class=HTMLResponse)(self.read)
        if self.corrections:
            router.post("/correct", response_class=PlainTextResponse)(self.correct)
        router.get("/code/{name:path}")(code)
        router.get("/{name}")(static)
        return router

    def page(self, request: gr.Request) -> str:
        """The whole page as HTML, in the browser's language."""
        words = words_for(request)
        return answer.TEMPLATES.get_template("page.html").render(
            w=words,
            examples=EXAMPLES,
            about=about(self.current(), words, self.corrections is not None),
            keeps_corrections=self.corrections is not None,
            trains=self.trains,
        )

    def read(self, drawing: Drawing, request: Request) -> str:
        """The card for a drawing; a sentence if there is nothing to read."""
        words = words_for(request)
        try:
            picture = picture_at(drawing.picture)
        except ValueError:
            return answer.sentence(words["unreadable"], words)
        reading = self._read(picture)
        if reading.digits:
            return answer.answer(reading, words)
        is_photo = picture.format == "JPEG"  # as the script sends photos
        return answer.sentence(words["no_ink"], words) if is_photo else answer.blank(words)

    def correct(self, correction: Correction, request: Request) -> str:
        """Store a drawing with what it was, digit by digit, and return a thank-you."""
        words = words_for(request)
        try:
            reading = self.current().read(picture_at(correction.picture))
            return self._keep(reading, correction.label, words)
        except ValueError as error:
            log.error("A correction was not kept. %s", error)
            return words["not_kept"]

    def _keep(self, reading: Reading, label: str, words: Words) -> str:
        count = len(reading.digits)
        labels = [NO_DIGIT] * count if label == "none" else [int(digit) for digit in label]
        if not count or len(labels) != count:
            return words["other_count"].format(count=count, said=len(labels))
        for said, digit in zip(reading.digits, labels):
            self.corrections.add(said.image, reading.ink, digit, said.digit)
        if label == "none":
            return words["kept_none"]
        return words["kept"].format(digit=a_digit(label, words))

    def predict(self, drawing: dict[str, Any]) -> dict[str, float] | None:
        """Recognize the digit or number in a picture.

        Send the picture as `composite`. Returns the digit as `label` and the probabilities of all
        ten digits as `confidences`; for several digits side by side, the number, and the confidence
        of its least certain digit. An empty picture has no label.
        """
        try:
            return answer.confidences(self._read(picture_of(drawing)))
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def _read(self, picture: Any) -> Reading:
        start = perf_counter()
        reading = self.current().read(picture)
        self.record(reading.text, reading.certain, 1000 * (perf_counter() - start))
        return reading


def static(name: str) -> FileResponse:
    """A script or style sheet of the page. The browser asks each time whether it has changed."""
    if name not in {path.name for path in STATIC.iterdir()}:
        raise HTTPException(404, "Not found.")
    return FileResponse(STATIC / name, headers={"cache-control": "no-cache"})


def code(name: str) -> PlainTextResponse:
    """One of the files that the page names: the code that runs."""
    if name not in CODE:
        raise HTTPException(404, "Not found.")
    return PlainTextResponse((ROOT / name).read_text(encoding="utf-8"))
