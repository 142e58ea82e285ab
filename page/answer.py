"""The answer as HTML, from the templates: the verdict on a drawing, and the details behind it."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from model.reading import Prediction, Reading
from page.drawn import grey_uri
from page.examples import EXAMPLES
from page.hints import hints, is_no_digit
from page.words import Words, a_digit

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def percent(probability: float) -> str:
    """A whole percentage, at most 99%: nothing is certain."""
    return f"{min(round(100 * probability), 99)}%"


TEMPLATES.filters["percent"] = percent
TEMPLATES.filters["article"] = a_digit


def confidences(reading: Reading) -> dict[str, float] | None:
    """Data for `gr.Label`: all ten digits, or a number alone; None if nothing is drawn."""
    if not reading.digits:
        return None
    if len(reading.digits) > 1:
        return {reading.text: min(digit.confidence for digit in reading.digits)}
    return {str(digit): float(p) for digit, p in enumerate(reading.digits[0].probabilities)}


def blank(words: Words) -> str:
    """The card before anything is drawn, with examples to click."""
    return TEMPLATES.get_template("blank.html").render(w=words, examples=EXAMPLES)


def sentence(text: str, words: Words) -> str:
    """The card with a sentence alone."""
    return TEMPLATES.get_template("answer.html").render(w=words, digits=(), said=text)


def answer(reading: Reading, words: Words, is_photo: bool = False) -> str:
    """The card for a reading of at least one digit."""
    doubts = hints(reading, words)
    if doubts and is_photo:
        doubts.append(words["turn_it"])
    least = min(prediction.confidence for prediction in reading.digits)
    single = reading.digits[0]
    no_digit = len(reading.digits) == 1 and name_of(single, reading) == "?"
    return TEMPLATES.get_template("answer.html").render(
        w=words,
        digits=[_shown(digit, reading) for digit in reading.digits],
        doubts=doubts,
        said=" ".join(doubts) if doubts else words["sure"].format(percent=percent(least)),
        no_digit=no_digit,
        probabilities=single.probabilities,
        bars_are_of=words["bars_if_digit" if no_digit else "bars"],
    )


def name_of(prediction: Prediction, reading: Reading) -> str:
    """The digit, or "?" for what is none: its guess is in the sentence."""
    is_none = is_no_digit(prediction) or not reading.in_a_row
    return "?" if is_none else str(prediction.digit)


def _shown(prediction: Prediction, reading: Reading) -> dict[str, Any]:
    """One digit for the template. It is in doubt if all of its number is, too."""
    number_in_doubt = all(digit.certain for digit in reading.digits) and not reading.certain
    return {
        "name": name_of(prediction, reading),
        "certain": prediction.certain and not number_in_doubt,
        "confidence": prediction.confidence,
        "picture": grey_uri(prediction.image),
    }
