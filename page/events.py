"""The page's event handlers: a drawing in, an answer out. They keep no state."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

import gradio as gr

from corrections import Corrections
from model import Recognizer
from model.recognizer import Reading
from page import about, answer
from page.pictures import picture_at, picture_of
from page.words import words_for

KEYS = tuple("0123456789")
Record = Callable[[str, bool, float], None]  # text, certain, milliseconds

log = logging.getLogger(__name__)


class Events:
    """The page's events and its API.

    `current` returns the recognizer for the next drawing; `corrections` stores people's
    corrections, unless None; `record` is called with each answer.
    """

    def __init__(
        self, current: Callable[[], Recognizer], corrections: Corrections | None, record: Record
    ) -> None:
        self.current = current
        self.corrections = corrections
        self.record = record

    def greet(self, request: gr.Request) -> tuple[Any, ...]:
        """The empty page in the browser's language: its texts, top to bottom."""
        words = words_for(request)
        facts = about.text(self.current(), words, self.corrections is not None)
        return (
            f"# {words['title']}\n{words['invitation']}",
            answer.choose_photo(words),
            answer.verdict(None, words),
            answer.details(None, words),
            words["not_right"],
            gr.Accordion(words["about"]),
            facts,
        )

    def show(self, address: str | None, request: gr.Request) -> tuple[str, str, str]:
        """The verdict on a drawing, its details, and an empty thank-you; None: nothing is drawn."""
        words = words_for(request)
        try:
            reading = self._read(picture_at(address)) if address else None
        except ValueError:
            return answer.refusal(words), answer.details(None, words), ""
        return answer.verdict(reading, words), answer.details(reading, words), ""

    def correct(self, key: str, address: str | None, request: gr.Request) -> str:
        """Store a drawing with its label, "0" to "9", and return a thank-you."""
        words = words_for(request)
        try:
            reading = self.current().read(picture_at(address)) if address else None
            if key not in KEYS or not reading or len(reading.digits) != 1:
                return ""  # no such key, or the keys are hidden
            (said,) = reading.digits
            self.corrections.add(said.image, reading.ink, int(key), said.digit)
        except ValueError as error:
            log.error("A correction was not kept. %s", error)
            return words["not_kept"]
        return words["kept"].format(digit=key)

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

    def _read(self, drawing: Any) -> Reading:
        start = perf_counter()
        reading = self.current().read(drawing)
        self.record(reading.text, reading.certain, 1000 * (perf_counter() - start))
        return reading
