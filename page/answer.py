"""The answer as HTML: the verdict on a drawing, and the details behind it."""

import base64
from html import escape
from io import BytesIO

import numpy as np
from PIL import Image

from model.recognizer import Prediction, Reading
from page.hints import hints

NOTHING = np.zeros((28, 28), np.float32)


def choose_photo(words: dict[str, str]) -> str:
    """The photo button; and, for pad.js, the canvas's accessible name and the language."""
    return (
        f'<label>{escape(words["photo"])}<input type="file" accept="image/*"></label>'
        f'<i hidden lang="{words["language"]}">{escape(words["canvas"])}</i>'
    )


def confidences(reading: Reading) -> dict[str, float] | None:
    """Data for `gr.Label`: all ten digits, or a number alone; None if nothing is drawn."""
    if not reading.digits:
        return None
    if len(reading.digits) > 1:
        return {reading.text: min(digit.confidence for digit in reading.digits)}
    return {str(digit): float(p) for digit, p in enumerate(reading.digits[0].probabilities)}


def verdict(reading: Reading | None, words: dict[str, str]) -> str:
    """The number in large type, and the confidence or the reasons for doubt."""
    if not reading or not reading.digits:
        return f"<p>{escape(words['blank'])}</p>"
    doubts = hints(reading, words)
    least = min(prediction.confidence for prediction in reading.digits)
    said = " ".join(doubts) if doubts else words["sure"].format(percent=_percent(least))
    long = ' class="long"' if len(reading.text) > 4 else ""
    return f"<p><strong{long}>{reading.text}</strong></p><p>{escape(said)}</p>"


def refusal(words: dict[str, str]) -> str:
    """The verdict on an unreadable picture."""
    return f"<p>{escape(words['unreadable'])}</p>"


def details(reading: Reading | None, words: dict[str, str]) -> str:
    """What the network saw of each digit, with its confidence; of one digit, all ten bars."""
    digits = reading.digits if reading else ()
    if len(digits) > 1:
        seen = "".join(_picture(digit, words, caption=True) for digit in digits)
        return f"<figure>{seen}<figcaption>{escape(words['seen'])}</figcaption></figure>"
    if digits:
        seen, sure = _picture(digits[0], words), digits[0].probabilities
    else:
        seen, sure = f'<img src="{_uri(NOTHING)}" alt="">', np.zeros(10)
    bars = "".join(
        f'<li style="--sure: {p:.3f}"><span>{_percent(p) if p >= 0.01 else ""}</span>'
        f"<i></i><b>{digit}</b></li>"
        for digit, p in enumerate(sure)
    )
    return (
        f"<figure>{seen}<figcaption>{escape(words['seen'])}</figcaption></figure>"
        f'<ul aria-label="{escape(words["bars"])}">{bars}</ul>'
    )


def _picture(prediction: Prediction, words: dict[str, str], caption: bool = False) -> str:
    alt = escape(words["seen_alt"].format(digit=prediction.digit))
    doubt = "" if prediction.certain else "?"
    below = f"<b>{prediction.digit}{doubt}</b> {_percent(prediction.confidence)}" * caption
    return f'<span><img src="{_uri(prediction.image)}" alt="{alt}">{below}</span>'


def _percent(probability: float) -> str:
    """A whole percentage, at most 99%: nothing is certain."""
    return f"{min(round(100 * probability), 99)}%"


def _uri(image: np.ndarray) -> str:
    """The 28×28 picture as a data URI: no file to store or delete."""
    png = BytesIO()
    Image.fromarray(np.uint8(image * 255)).save(png, "PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
