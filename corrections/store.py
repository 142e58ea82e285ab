"""Corrections in a single SQLite file.

Only this module knows the schema. SQLite's rollback journal, not the write-ahead log, keeps it one
file that can be copied, and read on a read-only disk.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from model.picture.ink import LARGEST
from model.picture.prepare import SIDE

FORMAT_VERSION = 1
NO_DIGIT = 10  # the label of what is no digit
MOST_CORRECTIONS = 10_000  # beyond this, the oldest are deleted
MOST_BYTES = 64 * 2**20  # likewise; 10,000 pen drawings take half of it, 10,000 of noise more
PATIENCE = 10  # seconds to wait for a lock

TABLE = """
CREATE TABLE corrections (
    number INTEGER PRIMARY KEY,  -- one more than the newest
    time TEXT NOT NULL,          -- ISO 8601, UTC
    label INTEGER NOT NULL,      -- what it was, by the person who drew it; 10: no digit
    answer INTEGER NOT NULL,     -- what the network answered
    image BLOB NOT NULL UNIQUE,  -- the digit in MNIST's box: 28×28 bytes, row by row
    drawing BLOB NOT NULL        -- the ink as drawn, reduced: a PNG
)
"""
# A second correction of the same drawing replaces the first.
ADD = """
INSERT INTO corrections (time, label, answer, image, drawing) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (image) DO UPDATE SET (time, label, answer, drawing)
    = (excluded.time, excluded.label, excluded.answer, excluded.drawing)
"""
ALL = "SELECT number, time, label, answer, image, drawing FROM corrections ORDER BY number"
FORGET = "DELETE FROM corrections WHERE number <= (SELECT max(number) FROM corrections) - ?"
FORGET_OLDEST = "DELETE FROM corrections WHERE number = (SELECT min(number) FROM corrections)"


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class Correction:
    """One drawing and its label."""

    number: int  # ascending, in the order added
    time: datetime  # UTC
    label: int  # what it was, 0..9 or NO_DIGIT
    answer: int  # what the network answered, 0..9
    image: np.ndarray  # the digit in MNIST's box: (28, 28) float32 in 0..1
    png: bytes  # `drawing`, encoded

    @property
    def drawing(self) -> np.ndarray:
        """The ink as drawn, reduced: (H, W) uint8, 0 is page. Raises ValueError if damaged."""
        try:
            return np.asarray(Image.open(BytesIO(self.png)).convert("L"))
        except (OSError, SyntaxError, TypeError, ValueError) as error:
            raise ValueError(f"the drawing of correction {self.number} is damaged") from error


class Corrections:
    """A file of at most MOST_CORRECTIONS corrections, in at most MOST_BYTES plus one drawing.

    Threads and processes may add and read concurrently: each call opens a connection and adds in
    one transaction. SQLite's errors are raised as ValueError naming the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def create(self) -> None:
        """Create the file if it is missing, and check that it is writable.

        Raises ValueError if it is not, or if it is another kind of file.
        """
        with self._writing():
            pass

    def add(self, image: np.ndarray, drawing: np.ndarray, label: int, answer: int) -> None:
        """Add a correction; for an image already in the file, replace the old one.

        `image` is from `prepare_ink`, (28, 28) float32 in 0..1; `drawing` is the ink as drawn,
        (H, W) uint8, from `Reading.ink`; `label` is what it was, 0..9 or NO_DIGIT, and
        `answer` what the network answered, 0..9.

        Raises ValueError for anything else.
        """
        if image.shape != (SIDE, SIDE) or not (image.min() >= 0 and 0 < image.max() <= 1):
            raise ValueError(
                f"the image is {image.shape}; expected {SIDE}×{SIDE} in 0..1, not all 0"
            )
        if not (drawing.ndim == 2 and min(drawing.shape) > 0 and max(drawing.shape) <= LARGEST):
            raise ValueError(
                f"the drawing is {drawing.shape}; expected 1 to {LARGEST} pixels a side"
            )
        if drawing.dtype != np.uint8:
            raise ValueError(f"the drawing has dtype {drawing.dtype}; expected uint8")
        if label not in range(NO_DIGIT + 1) or answer not in range(10):
            raise ValueError(
                f"label and answer are {label} and {answer}; expected 0 to {NO_DIGIT}, and 0 to 9"
            )
        pixels, png = np.uint8(np.rint(255 * image)), BytesIO()
        Image.fromarray(drawing).save(png, "PNG")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = (now, int(label), int(answer), pixels.tobytes(), png.getvalue())
        with self._writing() as connection:
            connection.execute(ADD, row)
            _make_room(connection)

    def read(self) -> list[Correction]:
        """All corrections, oldest first.

        Raises FileNotFoundError if the file is missing, ValueError if it is damaged or not ours.
        """
        if not self.path.is_file():
            raise FileNotFoundError(
                f"{self.path}: no such file; `CORRECTIONS={self.path} python app.py` creates one"
            )
        with self._connected("rw") as connection:
            rows = connection.execute(ALL).fetchall() if self._version(connection) else []
        try:
            return [_correction(*row) for row in rows]
        except (TypeError, ValueError) as error:
            raise ValueError(f"{self.path}: its content is damaged ({error})") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A write transaction; creates the file if needed."""
        with self._connected("rwc") as connection:
            connection.execute("BEGIN IMMEDIATE")  # lock for writing now: no deadlock later
            if not self._version(connection):
                connection.execute(TABLE)
            # Writes even if nothing changes, so that a read-only file fails here.
            connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _connected(self, mode: str) -> Iterator[sqlite3.Connection]:
        address = f"{self.path.absolute().as_uri()}?mode={mode}"
        try:
            with closing(
                sqlite3.connect(address, PATIENCE, isolation_level=None, uri=True)
            ) as connection:
                yield connection
        except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter from SQLite's messages
            raise ValueError(
                f"{self.path}: {error}; expected an undamaged file of corrections in an existing"
                " folder, both writable; fix that, or name another file"
            ) from error

    def _version(self, connection: sqlite3.Connection) -> int:
        """FORMAT_VERSION, or 0 if the file is empty. Raises ValueError if it is anything else."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
        if (version == 0 and not tables) or (version == FORMAT_VERSION and "corrections" in tables):
            return version
        raise ValueError(
            f"{self.path}: format {version}, with {', '.join(tables) or 'nothing'} in it; expected"
            f" corrections in format {FORMAT_VERSION}; name another file"
        )


def _make_room(connection: sqlite3.Connection) -> None:
    """Delete the oldest corrections while there are too many, or too many bytes."""
    connection.execute(FORGET, (MOST_CORRECTIONS,))
    while _bytes_used(connection) > MOST_BYTES and connection.execute(FORGET_OLDEST).rowcount:
        pass  # freed pages are reused: the file does not grow


def _bytes_used(connection: sqlite3.Connection) -> int:
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def _correction(
    number: int, time: str, label: int, answer: int, image: bytes, png: bytes
) -> Correction:
    if label not in range(NO_DIGIT + 1) or answer not in range(10):
        raise ValueError(f"number {number} has label {label} and answer {answer}")
    pixels = np.frombuffer(image, np.uint8).reshape(SIDE, SIDE)
    image_seen = pixels / np.float32(255)
    return Correction(number, datetime.fromisoformat(time), label, answer, image_seen, png)
