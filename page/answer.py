"""What the page shows, as HTML: the verdict on a drawing, and how the network came to it."""

import base64
from html import escape
from io import BytesIO

import numpy as np
from PIL import Image

from model.recognizer import Prediction, Reading
from page.hints import hints

NOTHING = np.zeros((28, 28), np.float32)


def choose_photo(words: dict[str, str]) -> str:
    """The button for a photo; and, for pad.js, what the canvas is called in which language."""
    return (
        f'<label>{escape(words["photo"])}<input type="file" accept="image/*"></label>'
        f'<i hidden lang="{words["language"]}">{escape(words["canvas"])}</i>'
    )


def confidences(reading: Reading) -> dict[str, float] | None:
    """For `gr.Label`: of one digit all ten, of a number itself alone; None if nothing is drawn."""
    if not reading.digits:
        return None
    if len(reading.digits) > 1:
        return {reading.text: min(digit.confidence for digit in reading.digits)}
    return {str(digit): float(p) for digit, p in enumerate(reading.digits[0].probabilities)}


def verdict(reading: Reading | None, words: dict[str, str]) -> str:
    """The number in large type, and in a sentence how sure the network is, or why it is not."""
    if not reading or not reading.digits:
        return f"<p>{escape(words['blank'])}</p>"
    doubts = hints(reading, words)
    least = min(prediction.confidence for prediction in reading.digits)
    said = " ".join(doubts) if doubts else words["sure"].format(percent=_percent(least))
    long = ' class="long"' if len(reading.text) > 4 else ""
    return f"<p><strong{long}>{reading.text}</strong></p><p>{escape(said)}</p>"


def refusal(words: dict[str, str]) -> str:
    """Instead of a verdict, on what is no picture."""
    return f"<p>{escape(words['unreadable'])}</p>"


def details(reading: Reading | None, words: dict[str, str]) -> str:
    """What the network saw of each digit, and how sure it is of it: of one digit, all ten."""
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
    """In whole percents, which never claim certainty."""
    return f"{min(round(100 * probability), 99)}%"


def _uri(image: np.ndarray) -> str:
    """The 28×28 picture inside its own address: no file to keep, nor to delete."""
    png = BytesIO()
    Image.fromarray(np.uint8(image * 255)).save(png, "PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
