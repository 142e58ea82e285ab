"""`digits.npz`: digits that people wrote with a pen, as strokes, and whose they are.

python -m training.strokes.files FILE... packs it anew from JSON, gzipped or not: {"source": …,
"license": …, "digits": [{"label": 8, "writer": …, "strokes": [[[x, y], …], …]}, …]}.
"""

import gzip
import json
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from training.strokes.hand import Strokes, resampled

STROKES = Path(__file__).with_name("digits.npz")
SIZE = 10.0  # longer side of a digit
GRID = 120  # steps on that side in the file
APART = 0.5  # the points of a line, about


class WrittenDigit(NamedTuple):
    """A digit's strokes, (M, 2) float64 each, x to the right, y down; its label; who wrote it."""

    strokes: Strokes
    label: int
    writer: int


@cache
def digits() -> list[WrittenDigit]:
    """The digits. Each has its upper left corner at (0, 0), its longer side is SIZE."""
    with np.load(STROKES) as file:
        moves, lengths = file["moves"].astype(np.int64), file["lengths"]
        counts, labels, writers = file["counts"], file["labels"], file["writers"]
    # A stroke's first move is its first point; the others are from point to point.
    strokes = [
        np.cumsum(stroke, axis=0) * (SIZE / GRID)
        for stroke in np.split(moves, np.cumsum(lengths)[:-1])
    ]
    ends = np.cumsum(counts).tolist()
    return [
        WrittenDigit(strokes[end - count : end], int(label), int(writer))
        for end, count, label, writer in zip(ends, counts.tolist(), labels, writers)
    ]


def pack(sources: list[dict], path: Path) -> None:
    """Write the digits of parsed JSON to a file, with what must be said about them."""
    moves, lengths, counts, labels, writers = [], [], [], [], []
    names: dict[str, int] = {}
    for number, source in enumerate(sources):
        for digit in source["digits"]:
            strokes = [np.array(stroke, float) for stroke in digit["strokes"]]
            points = np.concatenate(strokes)
            corner, size = points.min(axis=0), np.ptp(points, axis=0).max()
            for stroke in strokes:
                line = resampled((stroke - corner) * (SIZE / size), APART)
                moves.append(np.diff(np.rint(line * GRID / SIZE), axis=0, prepend=0))
                lengths.append(len(line))
            counts.append(len(strokes))
            labels.append(digit["label"])
            writers.append(names.setdefault(f"{number} {digit['writer']}", len(names)))
    about = [{key: source[key] for key in ("source", "license")} for source in sources]
    np.savez_compressed(
        path,
        moves=np.concatenate(moves).astype(np.int8),
        lengths=np.array(lengths, np.uint16),
        counts=np.array(counts, np.uint8),
        labels=np.array(labels, np.uint8),
        writers=np.array(writers, np.uint8),
        metadata=json.dumps(about),
    )


if __name__ == "__main__":
    contents = [Path(name).read_bytes() for name in sys.argv[1:]]
    texts = [gzip.decompress(c) if c.startswith(b"\x1f\x8b") else c for c in contents]
    pack([json.loads(text) for text in texts], STROKES)
