"""Accuracy on real pen drawings, with our preparation and with others'.

    python -m benchmarks.drawings FILE [--weights FILE]

FILE holds digits as strokes: JSON, optionally gzipped, {"digits": [{"label": 8, "strokes": [[[x,
y], …], …]}, …]}, y pointing down. Each is drawn on the page's canvas with a round brush of 1.5 to
7.5% of the canvas, at 30 to 85% of its size, at a random position: the same drawings every time.
Also reports the accuracy if drawings may be numbers, on what is no digit, and on numbers.
"""

import argparse
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.samples import (
    PenDigit,
    composed,
    drawings_of,
    load_digits,
    non_digits,
    numbers_of,
    touching,
)
from model.inside.comparison import shrunk
from model.inside.explain import explain
from model.network.weights import SHIPPED
from model.picture.ink import ink_of
from model.reading import Prediction
from model.recognizer import Recognizer
from training.evaluation import Evaluation

# What is composed of the digits, and how many digits it has.
NUMBERS = ((composed, 2), (composed, 3), (composed, 4), (touching, 2), (touching, 3))


def centered(canvas: Image.Image) -> np.ndarray:
    """(28, 28) float32: cropped, the longer side scaled to 20, centred by mass, as MNIST was."""
    ink = 255 - np.asarray(canvas)
    left, top, width, height = cv2.boundingRect(np.uint8(ink > 30))
    crop = Image.fromarray(ink[top : top + height, left : left + width])
    size = [max(1, round(20 * side / max(crop.size))) for side in crop.size]
    digit = np.asarray(crop.resize(size, Image.Resampling.BOX), np.float32) / 255
    y, x = np.indices(digit.shape).reshape(2, -1) @ digit.ravel() / digit.sum()
    move = np.array([[1, 0, round(14 - x)], [0, 1, round(14 - y)]], np.float32)
    return cv2.warpAffine(digit, move, (28, 28))


def are_certain(predictions: list[Prediction]) -> np.ndarray:
    """(N,) bool: which of them are certain."""
    return np.array([prediction.certain for prediction in predictions])


def report_preparations(
    recognizer: Recognizer, drawings: list[Image.Image], y: np.ndarray
) -> list[Prediction]:
    """Print the accuracy and the time after each preparation; return the answers after ours."""
    preparations = {
        "shrinking the canvas": lambda drawing: shrunk(ink_of(drawing)),
        "crop, box, centre": centered,
    }
    for name, prepare in preparations.items():
        X = np.array([prepare(drawing).ravel() for drawing in drawings])
        accuracy = (recognizer.network.predict(X).argmax(axis=1) == y).mean()
        print(f"  {name:22} {accuracy:.2%} right")
    predictions, texts, seconds = [], [], []
    for drawing in drawings:
        times = [time.perf_counter()]
        predictions.append(recognizer.recognize(drawing))
        times.append(time.perf_counter())
        texts.append(recognizer.read(drawing).text)
        times.append(time.perf_counter())
        explain(recognizer.network, predictions[-1].image)
        times.append(time.perf_counter())
        seconds.append(np.diff(times))
    accuracy = np.mean([prediction.digit == label for prediction, label in zip(predictions, y)])
    as_numbers = np.mean([text == str(label) for text, label in zip(texts, y)])
    once, read, explained = 1000 * np.median(seconds, axis=0)
    print(f"  our preparation        {accuracy:.2%} right, in {once:.1f} ms")
    print(f"  if it may be a number  {as_numbers:.2%} right, in {read:.1f} ms")
    print(f"explaining an answer takes {explained:.1f} ms more")
    return predictions


def report_digits(predictions: list[Prediction], y: np.ndarray) -> None:
    """Print accuracy per digit, calibration, and uncertain answers."""
    answers = np.array([prediction.digit for prediction in predictions])
    confidence = np.array([prediction.confidence for prediction in predictions])
    certain, right = are_certain(predictions), answers == y
    evaluation = Evaluation(answers, confidence, y)
    print(f"\n{evaluation.table()}\n")
    print(f"calibration error: {evaluation.calibration_error:.2%}")
    print(f"certain: {certain.mean():.2%}, of which {right[certain].mean():.2%} right")


def report_non_digits(recognizer: Recognizer, count: int) -> None:
    """Print how many non-digits are accepted as digits."""
    accepted = {
        name: are_certain([recognizer.recognize(drawing) for drawing in drawings]).mean()
        for name, drawings in non_digits(count).items()
    }
    print(f"non-digits accepted: {np.mean(list(accepted.values())):.2%}; ", end="")
    print(", ".join(f"{name} {share:.0%}" for name, share in accepted.items()))


def report_numbers(recognizer: Recognizer, digits: list[PenDigit], count: int) -> None:
    """Print how many numbers are read correctly, and how many are called uncertain."""
    for compose, length in NUMBERS:
        texts, pictures = zip(*numbers_of(digits, length, count, compose))
        readings = [recognizer.read(picture) for picture in pictures]
        right = np.array([reading.text == text for reading, text in zip(readings, texts)])
        uncertain = np.array([not reading.certain for reading in readings])
        doubted = f"{uncertain[~right].mean():.0%}" if not right.all() else "-"
        print(f"{compose.__name__} numbers of {length} digits: {right.mean():.1%} right;", end=" ")
        print(f"uncertain: {uncertain.mean():.0%}, of those read wrongly {doubted}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path, help="digits as strokes, in JSON")
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    options = parser.parse_args()

    recognizer = Recognizer.load(options.weights)
    digits = load_digits(options.file)
    y = np.array([digit.label for digit in digits])
    print(f"{len(digits):,} drawings, read by {options.weights} after ...")
    report_digits(report_preparations(recognizer, drawings_of(digits), y), y)
    report_non_digits(recognizer, count=min(100, len(digits)))
    report_numbers(recognizer, digits, count=min(500, len(digits)))


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
