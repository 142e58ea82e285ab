"""Accuracy on synthetic photos of handwriting, per condition.

    python -m benchmarks.photos [--drawings FILE] [--count 200] [--weights FILE] [--sheet PNG]

Each shows 1 to 4 of the pen digits that training has or, with --drawings, others from a file for
`benchmarks.drawings`. `benchmarks.photography` composes them, the same every time. The columns:
correct; correct number of digits; wrong but certain; and of as many blank photos: read as
something and certain; read as something.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.drawings import load_digits
from benchmarks.photography import CONDITIONS, blank_photos, by_pen, by_shipped, some_photos
from model.network.weights import SHIPPED
from model.recognizer import Reading, Recognizer


def shares(readings: list[Reading], texts: list[str]) -> tuple[float, float, float]:
    """The shares that are correct, have the correct length, and are wrong but certain."""
    right = np.array([reading.text == text for reading, text in zip(readings, texts)])
    counted = [len(reading.text) == len(text) for reading, text in zip(readings, texts)]
    return right.mean(), np.mean(counted), np.mean(~right & certain(readings))


def certain(readings: list[Reading]) -> np.ndarray:
    """(N,) booleans: something was read, and every digit is certain."""
    return np.array([len(reading.digits) > 0 and reading.certain for reading in readings])


def contact_sheet(path: Path, photos: list[Image.Image], readings: list[Reading]) -> None:
    """Write a contact sheet: each photo above its ink, with the text read."""
    columns, side = 8, 240
    sheet = Image.new("RGB", (columns * side, -(-len(photos) // columns) * 2 * side), "gray")
    for n, (photo, reading) in enumerate(zip(photos, readings)):
        place = n % columns * side, n // columns * 2 * side
        sheet.paste(photo.reduce(2), place)
        sheet.paste(Image.fromarray(reading.ink), (place[0], place[1] + side))
        ImageDraw.Draw(sheet).text(place, reading.text, fill="red", font_size=24)
    sheet.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--drawings", type=Path, help="pen drawings: digits as strokes, in JSON")
    parser.add_argument("--count", type=int, default=200, help="photos per condition")
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    parser.add_argument("--sheet", type=Path, help="write a contact sheet of failures (PNG)")
    options = parser.parse_args()

    recognizer = Recognizer.load(options.weights)
    writer = by_pen(load_digits(options.drawings)) if options.drawings else by_shipped
    columns = ("right", "counted", "wrong", "blank", "seen")
    print(f"{f'{options.count} photos a row':26}" + "".join(f"{name:>9}" for name in columns))
    rows, failures = [], []
    for condition in CONDITIONS:
        texts, photos = zip(*some_photos(condition, writer, options.count))
        readings = [recognizer.read(photo) for photo in photos]
        blank = [recognizer.read(photo) for photo in blank_photos(condition, options.count)]
        something = np.mean([len(reading.digits) > 0 for reading in blank])
        rows.append((*shares(readings, texts), certain(blank).mean(), something))
        print(f"{condition.name:26}" + "".join(f"{share:9.1%}" for share in rows[-1]))
        failures += [x for x in zip(photos, readings, texts) if x[1].text != x[2]][:8]
    print(f"{'mean':26}" + "".join(f"{share:9.1%}" for share in np.mean(rows, axis=0)))
    if options.sheet and failures:
        photos, readings, _ = zip(*failures)
        contact_sheet(options.sheet, photos, readings)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
