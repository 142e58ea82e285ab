"""Accuracy on real pen drawings, with our preparation and with others'.

    python -m benchmarks.drawings FILE [--weights FILE] [--sheet PNG]

FILE holds digits as strokes: JSON, optionally gzipped, {"digits": [{"label": 8, "strokes": [[[x,
y], …], …]}, …]}, y pointing down. Each is drawn on the page's canvas with a round brush of 1.5 to
7.5% of the canvas, at 30 to 85% of its size, at a random position: the same drawings every time.
Also reports the accuracy if drawings may be numbers, and on numbers composed of the digits, with
gaps or touching.

If the digits name their "writer", every second one is held out: only counted, never shown. Whoever
improves the network by looking at the failures of the others finds here what strangers can expect.
"""

import argparse
import gzip
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.pen_numbers import (
    CANVAS,
    report_cramped,
    report_numbers,
    report_touching,
    strokes_of,
)
from benchmarks.preparations import centered, shrunk
from model.network.weights import SHIPPED
from model.recognizer import Prediction, Recognizer
from training.calibration import expected_calibration_error
from training.evaluation import Evaluation
from training.strokes.drawing import draw, placed
from training.strokes.hand import moved, sketched

# Non-digits, for evaluation only: training has others, in training/strokes/signs.txt.
NON_DIGITS = {
    "yen": "0,0 3,5! 6,0 ; 3,5 3,10 ; 1,7 5,7",
    "house": "0,5 3,1! 6,5! 6,10! 0,10! 0,5 6,5 ; 2.4,10 2.4,7.4! 3.8,7.4! 3.8,10",
    "flower": "3,10 3,5 ; 3,5 .6,3.6 1,.8 3,0 5,.8 5.4,3.6 3,5 ; 3,8 1.2,6.6 ; 3,8.6 5,7",
    "smile": "1,0 1,.4 ; 4,0 4,.4 ; 0,3 1,4.6 2.5,5 4,4.6 5,3",
    "zigzag": "0,6 1.2,2! 2.4,7! 3.6,1! 4.8,8! 6,2! 7.2,6.6! 8.4,3",
    "three bars": "0,2 6,2 ; 0,5 6,5 ; 0,8 6,8",
    "turned A": "0,0 3,10! 6,0 ; 1.4,5 4.6,5",
    "N in three strokes": ".4,0 .4,10 ; 5.6,0 5.6,10 ; .4,.4 5.6,9.6",
    "crown": "0,4 2,0! 4,4! 6,0! 8,4! 8,10! 0,10! 0,4",
    "man": "3,0 3,6 ; 3,6 0,10 ; 3,6 6,10 ; 0,3 6,3 ; 3,0 2,-1.4 3,-2.6 4,-1.4 3,0",
    "filled": "0,0 9,.5! 0,1! 9,1.5! 0,2! 9,2.5! 0,3! 9,3.5! 0,4! 9,4.5! 0,5! 9,5.5! 0,6! 9,6.5",
    "three dots": "0,0 0,.3 ; 4,.2 4,.5 ; 8,0 8,.3",
}


def load_digits(path: Path) -> list[dict[str, Any]]:
    """Load the digits in FILE. Raises FileNotFoundError, or ValueError for another format."""
    content = path.read_bytes()
    try:
        text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        return json.loads(text)["digits"]
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise ValueError(f"{path}: not digits as strokes in JSON ({error!r})") from error


def held_out(digits: list[dict[str, Any]]) -> np.ndarray:
    """(N,) bool: whether a digit's writer is only counted, never shown. False without a writer."""
    writers = sorted({digit["writer"] for digit in digits if "writer" in digit})
    counted = set(writers[1::2])
    return np.array([digit.get("writer") in counted for digit in digits])


def drawn(digit: dict[str, Any], rng: np.random.Generator) -> Image.Image:
    """Draw a digit on the page's canvas with random brush, size and position."""
    strokes = strokes_of(digit)
    brush = CANVAS * rng.uniform(0.015, 0.075)
    size = CANVAS * rng.uniform(0.3, 0.85)
    extent = np.ptp(np.concatenate(strokes), axis=0)
    room = CANVAS - brush - extent / max(extent.max(), 1) * (size - brush)
    return draw(placed(strokes, size, brush, at=tuple(rng.uniform(0, room))), CANVAS, brush)


def report(predictions: list[Prediction], y: np.ndarray) -> None:
    """Print accuracy per digit, the confusion matrix, calibration, and uncertain answers."""
    answers = np.array([prediction.digit for prediction in predictions])
    evaluation = Evaluation.of(answers, y)
    certain = np.array([prediction.certain for prediction in predictions])
    probabilities = np.array([prediction.probabilities for prediction in predictions])
    print(f"\n{evaluation.table()}\n")
    print("answers:  " + "".join(f"{digit:5}" for digit in range(10)))
    for digit, row in enumerate(evaluation.confusion):
        print(f"digit {digit}   " + "".join(f"{count:5}" for count in row))
    print(f"\nright: {evaluation.accuracy:.2%}")
    print(f"calibration error: {expected_calibration_error(probabilities, y):.2%}")
    print(f"called uncertain: {1 - certain.mean():.2%} of all drawings,", end=" ")
    print(f"{1 - certain[answers != y].mean():.0%} of those read wrongly")


def report_non_digits(recognizer: Recognizer, samples: int) -> None:
    """Print how many non-digits are accepted as digits, or read as numbers."""
    rng = np.random.default_rng(0)
    accepted, numbers = {}, []
    for name, sign in NON_DIGITS.items():
        canvases = [
            drawn({"strokes": moved(sketched(sign, rng), rng)}, rng) for _ in range(samples)
        ]
        accepted[name] = np.mean([recognizer.recognize(canvas).certain for canvas in canvases])
        readings = [recognizer.read(canvas) for canvas in canvases]
        numbers += [(len(reading.digits) > 1, reading.certain) for reading in readings]
    print(f"non-digits accepted: {np.mean(list(accepted.values())):.2%}; ", end="")
    print(", ".join(f"{name} {share:.0%}" for name, share in accepted.items()))
    is_number, is_certain = np.array(numbers).T
    print(f"non-digits read as numbers: {is_number.mean():.2%};", end=" ")
    print(f"with every digit certain: {(is_number & is_certain).mean():.2%}")


def contact_sheet(
    path: Path,
    drawings: list[Image.Image],
    predictions: list[Prediction],
    y: np.ndarray,
    shown: np.ndarray,
) -> None:
    """Write a contact sheet of the failures whose numbers are in `shown`, 240 at most: the drawing,
    the network's input, the label and the answer."""
    wrong = sorted(shown[:240].tolist(), key=lambda n: y[n])
    columns, width, height = 15, 128, 80
    sheet = Image.new("L", (columns * width, -(-len(wrong) // columns) * height), 90)
    pen = ImageDraw.Draw(sheet)
    for place, n in enumerate(wrong):
        x, top = place % columns * width, place // columns * height
        seen = Image.fromarray(np.uint8(255 * predictions[n].image))
        sheet.paste(drawings[n].resize((60, 60)), (x + 2, top + 2))
        sheet.paste(seen.resize((60, 60), Image.Resampling.NEAREST), (x + 64, top + 2))
        doubt = "" if predictions[n].certain else " ?"
        pen.text((x + 4, top + 65), f"{y[n]} read as {predictions[n].digit}{doubt}", fill=255)
    sheet.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path, help="digits as strokes, in JSON")
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    parser.add_argument("--sheet", type=Path, help="write a contact sheet of the failures (PNG)")
    options = parser.parse_args()

    recognizer = Recognizer.load(options.weights)
    digits = load_digits(options.file)
    y = np.array([digit["label"] for digit in digits])
    drawings = [drawn(d, np.random.default_rng([2026, n])) for n, d in enumerate(digits)]

    print(f"{len(digits):,} drawings, read by {options.weights} after ...")
    for name, prepare in (("shrinking the canvas", shrunk), ("crop, box, centre", centered)):
        X = np.array([prepare(drawing).ravel() for drawing in drawings])
        accuracy = (recognizer.network.predict(X).argmax(axis=1) == y).mean()
        print(f"  {name:22} {accuracy:.2%} right")
    predictions, readings, seconds = [], [], []
    for drawing in drawings:
        start = time.perf_counter()
        predictions.append(recognizer.recognize(drawing))
        then = time.perf_counter()
        readings.append(recognizer.read(drawing))
        seconds.append((then - start, time.perf_counter() - then))
    accuracy = np.mean([prediction.digit == label for prediction, label in zip(predictions, y)])
    right = np.mean([reading.text == str(label) for reading, label in zip(readings, y)])
    (middle, longer), (most, _) = 1000 * np.quantile(seconds, [0.5, 0.95], axis=0)
    print(f"  our preparation        {accuracy:.2%} right, in {middle:.1f} ms (95%: {most:.1f} ms)")
    print(f"  if it may be a number  {right:.2%} right, in {longer / middle:.2f} times as long")
    hidden = held_out(digits)
    is_right = np.array([prediction.digit for prediction in predictions]) == y
    if hidden.any():
        print(f"  of writers that may be looked at {is_right[~hidden].mean():.2%} right,", end=" ")
        print(f"of those held out {is_right[hidden].mean():.2%}")
    report(predictions, y)
    report_non_digits(recognizer, samples=min(100, len(digits)))
    report_numbers(recognizer, digits)
    report_cramped(recognizer, digits)
    if hidden.any():
        halves = ((~hidden, " of writers that may be looked at"), (hidden, " of those held out"))
    else:
        halves = ((~hidden, ""),)
    for half, whose in halves:
        report_touching(recognizer, [d for d, mine in zip(digits, half) if mine], whose)
    failures = np.flatnonzero(~is_right & ~hidden)
    if options.sheet and len(failures):
        contact_sheet(options.sheet, drawings, predictions, y, failures)
    if options.sheet:
        print(f"failures: {options.sheet if len(failures) else 'no failures to show'}")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
