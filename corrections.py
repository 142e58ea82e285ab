"""Corrections, drawings with the labels people gave them: the page writes, the trainer reads.

They are in an SQLite file, or in a PostgreSQL database that several servers share. SQLite has its
rollback journal, not a write-ahead log, so the file can be copied, and read on a read-only disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from model.picture.prepare import SIDE
from model.reading import NO_DIGIT

MOST_CORRECTIONS = 10_000  # beyond this, the oldest are deleted
MOST_BYTES = 64 * 2**20  # likewise, with about 4,096 beside each drawing
AWAY = 3  # seconds to wait for PostgreSQL to connect, and for each answer

TABLE = sa.Table(
    "corrections",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True),  # ascending
    sa.Column("time", sa.Text, nullable=False),  # ISO 8601, UTC
    sa.Column("label", sa.Integer, nullable=False),  # by the person who drew it; 10: no digit
    sa.Column("answer", sa.Integer, nullable=False),  # the network's
    sa.Column("image", sa.LargeBinary, nullable=False, unique=True),  # in MNIST's box: 28×28 bytes
    sa.Column("drawing", sa.LargeBinary, nullable=False),  # the ink as drawn, reduced: a PNG
)
DELETE_OLDEST = sa.text("""
    DELETE FROM corrections WHERE number IN (
        SELECT number FROM (
            SELECT number, count(*) OVER newer AS corrections,
                sum(length(drawing) + 4096) OVER newer AS bytes
            FROM corrections WINDOW newer AS (ORDER BY number DESC)
        ) AS counted
        WHERE corrections > :most OR bytes > :most_bytes
    )
""")


class DatabaseError(ConnectionError):
    """The database cannot be reached now; nothing was saved."""


@dataclass(frozen=True, eq=False)  # eq=False: arrays do not compare to one bool
class Correction:
    """One drawing and its label. Raises ValueError for an impossible label or answer."""

    number: int  # ascending, in the order added
    time: datetime  # UTC
    label: int  # what it was, 0..9 or NO_DIGIT
    answer: int  # what the network answered, 0..9
    image: np.ndarray  # the digit in MNIST's box: (28, 28) float32 in 0..1
    png: bytes  # `drawing`, encoded

    def __post_init__(self) -> None:
        if self.label not in range(NO_DIGIT + 1) or self.answer not in range(10):
            raise ValueError(
                f"label {self.label}, answer {self.answer}: expected 0..{NO_DIGIT}, 0..9"
            )

    @property
    def drawing(self) -> np.ndarray:
        """The ink as drawn, reduced: (H, W) uint8, 0 for page. Raises ValueError if damaged."""
        try:
            return np.asarray(Image.open(BytesIO(self.png)).convert("L"))
        except (OSError, SyntaxError, TypeError, ValueError) as error:
            raise ValueError(f"the drawing of correction {self.number} is damaged") from error


class Corrections:
    """At most MOST_CORRECTIONS corrections, in at most MOST_BYTES.

    Threads, processes and servers may add and read concurrently: each call is one transaction on
    its own connection. All raise ValueError for what the database refuses, or DatabaseError if
    another try may help; neither contains the password.
    """

    def __init__(self, place: Path | str) -> None:
        """`place` is an SQLite file, or postgresql://user:password@host/database."""
        self.path = None if "://" in str(place) else Path(place).absolute()
        self.name = str(place)
        if self.path:
            url = sa.URL.create("sqlite", database=str(self.path))
            options = {"timeout": 10}  # seconds to wait for its lock
        else:
            url = _postgresql(self.name)
            self.name = url.set(query={}).render_as_string()  # hides the password
            options = {"connect_timeout": AWAY, "tcp_user_timeout": 1000 * AWAY}
        try:
            self._engine = sa.create_engine(url, connect_args=options, poolclass=sa.NullPool)
        except ImportError:
            raise ValueError(f"{self.name}: needs `pip install 'psycopg[binary]'`") from None

    def create(self) -> None:
        """Create the table if needed, and check that it is writable."""
        with self._writing():
            pass

    def add(self, image: np.ndarray, drawing: np.ndarray, label: int, answer: int) -> None:
        """Add a correction, with values as in `Correction`, or replace that of the same image."""
        if image.shape != (SIDE, SIDE) or not (image.min() >= 0 and 0 < image.max() <= 1):
            raise ValueError(f"image {image.shape}: expected {SIDE}×{SIDE} in 0..1, not all 0")
        if drawing.ndim != 2 or drawing.dtype != np.uint8 or not drawing.size:
            raise ValueError(f"drawing {drawing.shape} of {drawing.dtype}: expected (H, W) uint8")
        png = BytesIO()
        Image.fromarray(drawing).save(png, "PNG")
        new = Correction(0, datetime.now(UTC), label, answer, image, png.getvalue())
        row = {
            "time": new.time.isoformat(timespec="seconds"),
            "label": int(label),
            "answer": int(answer),
            "image": np.uint8(np.rint(255 * image)).tobytes(),
            "drawing": new.png,
        }
        insert = (sqlite if self.path else postgresql).insert(TABLE).values(row)
        with self._writing() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["image"], set_=row))
            connection.execute(DELETE_OLDEST, {"most": MOST_CORRECTIONS, "most_bytes": MOST_BYTES})

    def read(self) -> list[Correction]:
        """All corrections, oldest first. Raises FileNotFoundError if the file is missing."""
        if self.path and not self.path.is_file():
            raise FileNotFoundError(
                f"{self.name}: no such file; `CORRECTIONS={self.name} python app.py` creates one"
            )
        with self._connected() as connection:
            is_there = sa.inspect(connection).has_table(TABLE.name)
            query = sa.select(TABLE).order_by(TABLE.c.number)
            rows = connection.execute(query).all() if is_there else []
        try:
            return [_parse(*row) for row in rows]
        except (TypeError, ValueError) as error:
            raise ValueError(f"{self.name}: its content is damaged ({error})") from error

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """Open a write transaction, and create the table if needed."""
        with self._connected() as connection:
            if self.path:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # lock now: no deadlock later
            else:
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{AWAY}s'")
            inspector = sa.inspect(connection)
            if not inspector.has_table(TABLE.name):
                if not self.path:  # one of several servers creates it, the others wait
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(28_784_100)))
                elif names := inspector.get_table_names():
                    raise ValueError(f"{self.name}: has {', '.join(names)}; expected corrections")
                TABLE.create(connection, checkfirst=True)
            if self.path:  # always write, so that a read-only file fails here
                connection.exec_driver_sql("PRAGMA user_version = 1")
            yield connection

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        """Open a connection, and translate errors."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, UnicodeDecodeError) as error:  # the latter for SQLite's messages
            message = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            if not self.path and isinstance(error, (OperationalError, InterfaceError)):
                raise DatabaseError(f"{self.name}: {message}; it may be back soon") from None
            raise ValueError(
                f"{self.name}: {message}; expected an undamaged file of corrections in an existing"
                " folder, both writable, or a database with such a table; fix that, or name another"
            ) from None


def _parse(number: int, time: str, label: int, answer: int, image: bytes, png: bytes) -> Correction:
    pixels = np.frombuffer(image, np.uint8).reshape(SIDE, SIDE) / np.float32(255)
    return Correction(number, datetime.fromisoformat(time), label, answer, pixels, png)


def _postgresql(address: str) -> sa.URL:
    """Parse an address for SQLAlchemy. Raises ValueError, without the address and its password."""
    with suppress(SQLAlchemyError, ValueError):  # their messages contain the address
        url = sa.make_url(address)
        if url.get_backend_name() == "postgresql":
            return url.set(drivername="postgresql+psycopg")
    raise ValueError("CORRECTIONS: expected a file, or postgresql://user:password@host/database")
