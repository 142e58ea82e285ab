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
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field

from corrections import NO_DIGIT, Corrections
from model import Recognizer
from model.inside.explain import explain
from model.picture.segmentation import MOST_DIGITS
from model.reading import Reading
from page import answer, inside
from page.about import CODE, ROOT, about
from page.examples import EXAMPLES
from page.neighbours import map_of_digits
from page.pictures import LONGEST_ADDRESS, picture_at, picture_of
from page.words import Words, a_digit, words_for

STATIC = Path(__file__).parent / "static"
FILES = StaticFiles(directory=STATIC)
Digit = Annotated[int, Field(ge=0, le=9)]
Record = Callable[[str, bool, float], None]  # text, certain, milliseconds

log = logging.getLogger(__name__)


class Drawing(BaseModel):
    """A picture as a data URI."""

    picture: Annotated[str, Field(max_length=LONGEST_ADDRESS)]


class Correction(Drawing):
    """What a drawing was: its digits, or "none"."""

    label: Annotated[str, Field(pattern=r"^([0-9]{1,10}|none)$")]


class Look(Drawing):
    """A look inside: at which digit of a number, and which two digits to compare."""

    place: Annotated[int, Field(ge=0, lt=MOST_DIGITS)] = 0
    pair: tuple[Digit, Digit] | None = None


class LookAtNeuron(Drawing):
    """A look at one neuron of the first layer."""

    place: Annotated[int, Field(ge=0, lt=MOST_DIGITS)] = 0
    neuron: Annotated[int, Field(ge=0, lt=100_000)]


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
        router.post("/inside", response_class=HTMLResponse)(self.inside)
        router.post("/neuron", response_class=HTMLResponse)(self.neuron)
        router.get("/map", response_class=HTMLResponse)(self.map)
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
        is_photo = picture.format == "JPEG"  # as the script sends photos
        if reading.digits:
            return answer.answer(reading, words, is_photo)
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

    def inside(self, look: Look, request: Request) -> str:
        """What happens to a drawing on its way to the answer; "" if there is nothing to read."""
        recognizer, words = self.current(), words_for(request)
        reading = _readable(recognizer, look.picture)
        if not reading:
            return ""
        return inside.section(reading, recognizer, look.place, look.pair, words)

    def neuron(self, look: LookAtNeuron, request: Request) -> str:
        """One neuron, as it sees the drawing; "" if there is nothing to read, or no such neuron."""
        recognizer, words = self.current(), words_for(request)
        reading = _readable(recognizer, look.picture)
        if not reading or look.neuron >= recognizer.network.sizes[1]:
            return ""
        return inside.one_neuron(reading, recognizer, look.place, look.neuron, words)

    def map(self, request: Request) -> str:
        """The map of digits that the drawing is compared with."""
        return map_of_digits(self.current().network, words_for(request))

    def explain(self, drawing: dict[str, Any]) -> dict[str, Any]:
        """Explain how a picture is read.

        Send the picture as `composite`. Returns `text`, what was read, and `digits`: for each of
        its digits the numbers of the page's "Look inside": the hidden layers' sums and activations,
        what each hidden neuron adds to each digit, what each of 28×28 pixels adds to the difference
        between the best two digits (integrated gradients), and the smallest patch of ink without
        which the answer would be another.
        """
        try:
            recognizer = self.current()
            reading = recognizer.read(picture_of(drawing))
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None
        digits = [explain(recognizer.network, digit.image) for digit in reading.digits]
        return {"text": reading.text, "digits": digits}

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


def _readable(recognizer: Recognizer, address: str) -> Reading | None:
    """The reading of a picture that has something to read."""
    try:
        reading = recognizer.read(picture_at(address))
    except ValueError:
        return None
    return reading if reading.digits else None


async def static(name: str, request: Request) -> Response:
    """A script or style sheet of the page. The browser asks each time whether it has changed."""
    response = await FILES.get_response(name, request.scope)
    response.headers["cache-control"] = "no-cache"
    return response


def code(name: str) -> PlainTextResponse:
    """One of the files that the page names: the code that runs."""
    if name not in CODE:
        raise HTTPException(404, "Not found.")
    return PlainTextResponse((ROOT / name).read_text(encoding="utf-8"))
