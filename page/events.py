"""What happens on the page: a drawing comes, an answer goes. Nothing is remembered in between."""

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
Record = Callable[[str, bool, float], None]  # what was read, whether for certain, in how many ms

log = logging.getLogger(__name__)


class Events:
    """The page's events and its API.

    `current` gives the recognizer to use for the next drawing; `corrections` is where people's
    corrections are kept, if they are; `record` is told of each answer.
    """

    def __init__(
        self, current: Callable[[], Recognizer], corrections: Corrections | None, record: Record
    ) -> None:
        self.current = current
        self.corrections = corrections
        self.record = record

    def greet(self, request: gr.Request) -> tuple[Any, ...]:
        """The empty page in the browser's language: each of its texts, from the top down."""
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
        """The verdict on a drawing, its details, and no thanks yet; None: nothing is drawn."""
        words = words_for(request)
        try:
            reading = self._read(picture_at(address)) if address else None
        except ValueError:
            return answer.refusal(words), answer.details(None, words), ""
        return answer.verdict(reading, words), answer.details(reading, words), ""

    def correct(self, key: str, address: str | None, request: gr.Request) -> str:
        """Keeps a drawing and what it was, "0" to "9", and says thank you."""
        words = words_for(request)
        try:
            reading = self.current().read(picture_at(address)) if address else None
            if key not in KEYS or not reading or len(reading.digits) != 1:
                return ""  # the page has no such keys, or does not show them
            (said,) = reading.digits
            self.corrections.add(said.image, reading.ink, int(key), said.digit)
        except ValueError as error:
            log.error("A correction was not kept. %s", error)
            return words["not_kept"]
        return words["kept"].format(digit=key)

    def predict(self, drawing: dict[str, Any]) -> dict[str, float] | None:
        """Which digit or number a picture shows.

        Send the picture as `composite`. Answers the digit as `label`, and how sure the network is
        of each of the ten as `confidences`. Of several digits side by side the label is the number,
        and its one confidence that of the least sure of them. An empty picture has no label.
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
