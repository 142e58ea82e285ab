"""Corrections in an SQLite file, or in a PostgreSQL database that several servers share.

Only this module knows the schema. SQLite's rollback journal, not the write-ahead log, keeps it one
file that can be copied, and read on a read-only disk.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    Text,
    bindparam,
    create_engine,
    delete,
    func,
    inspect,
    make_url,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from model.picture.ink import LARGEST
from model.picture.prepare import SIDE

FORMAT_VERSION = 1
NO_DIGIT = 10  # the label of what is no digit
MOST_CORRECTIONS = 10_000  # beyond this, the oldest are deleted
MOST_BYTES = 64 * 2**20  # likewise; 10,000 pen drawings take half of it, 10,000 of noise more
BESIDE = 4_096  # bytes, about, that a correction takes besides its drawing
PATIENCE = 10  # seconds to wait for a lock of SQLite's
AWAY = 3  # seconds to wait for a database that does not answer
LOCK = 28_784_100  # PostgreSQL's: held while the table is created

TABLE = Table(
    "corrections",
    MetaData(),
    Column("number", Integer, primary_key=True),  # ascending
    Column("time", Text, nullable=False),  # ISO 8601, UTC
    Column("label", Integer, nullable=False),  # by the person who drew it; 10: no digit
    Column("answer", Integer, nullable=False),  # the network's
    Column("image", LargeBinary, nullable=False, unique=True),  # in MNIST's box: 28×28 bytes
    Column("drawing", LargeBinary, nullable=False),  # the ink as drawn, reduced: a PNG
)
ROW = TABLE.c
INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# The oldest, while there are too many, or too many bytes.
_newer = select(
    ROW.number,
    func.count().over(order_by=ROW.number.desc()).label("count"),
    func.sum(func.length(ROW.drawing) + BESIDE).over(order_by=ROW.number.desc()).label("bytes"),
).subquery()
FORGET = delete(TABLE).where(
    ROW.number.in_(
        select(_newer.c.number).where(
            or_(_newer.c.count > bindparam("most"), _newer.c.bytes > bindparam("bytes"))
        )
    )
)


class DatabaseError(ConnectionError):
    """The database cannot be reached now; nothing was kept."""


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
    """At most MOST_CORRECTIONS corrections, in at most MOST_BYTES.

    `place` is the path of an SQLite file, or postgresql://user:password@host/database. Threads,
    processes and servers may add and read concurrently: each call is one transaction. The
    database's errors are raised as ValueError, or as DatabaseError if trying again may help; none
    names the password.
    """

    def __init__(self, place: Path | str) -> None:
        """Raises ValueError for an address of another kind; does not connect."""
        self.path = None if "://" in str(place) else Path(place).absolute()
        self.name = str(place)
        options = {"hide_parameters": True}
        if self.path:
            file = f"{self.path.as_uri()}?mode=rwc"
            self._engine = create_engine(
                "sqlite://",
                creator=lambda: sqlite3.connect(file, PATIENCE, isolation_level=None, uri=True),
                poolclass=NullPool,
                **options,
            )
            return
        try:
            url = make_url(self.name)
            if url.get_backend_name() != "postgresql":
                raise ValueError
        except (SQLAlchemyError, ValueError):  # these quote the whole address
            raise ValueError(
                "CORRECTIONS: expected a file, or postgresql://user:password@host/database"
            ) from None
        self.name = url.set(username=None, password=None, query={}).render_as_string()
        waiting = {"connect_timeout": AWAY, "tcp_user_timeout": 1000 * AWAY}
        url = url.set(drivername="postgresql+psycopg")
        try:  # `pool_pre_ping` connects anew to a database that was away
            self._engine = create_engine(url, connect_args=waiting, pool_pre_ping=True, **options)
        except ImportError:
            raise ValueError(f"{self.name}: needs `pip install 'psycopg[binary]'`") from None

    def create(self) -> None:
        """Create the table if it is missing, and check that it is writable.

        Raises ValueError if it is not, or if it is something else; DatabaseError.
        """
        with self._writing():
            pass

    def add(self, image: np.ndarray, drawing: np.ndarray, label: int, answer: int) -> None:
        """Add a correction; for an image that is already kept, replace the old one.

        `image` is from `steps_of`, (28, 28) float32 in 0..1; `drawing` is the ink as drawn,
        (H, W) uint8, from `Reading.ink`; `label` is what it was, 0..9 or NO_DIGIT, and
        `answer` what the network answered, 0..9.

        Raises ValueError for anything else; DatabaseError.
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
        row = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "label": int(label),
            "answer": int(answer),
            "image": pixels.tobytes(),
            "drawing": png.getvalue(),
        }
        insert = INSERT[self._engine.dialect.name](TABLE).values(row)
        new = {name: insert.excluded[name] for name in row if name != "image"}
        with self._writing() as connection:
            # A second correction of the same drawing replaces the first.
            connection.execute(insert.on_conflict_do_update(index_elements=["image"], set_=new))
            connection.execute(FORGET, {"most": MOST_CORRECTIONS, "bytes": MOST_BYTES})

    def read(self) -> list[Correction]:
        """All corrections, oldest first.

        Raises FileNotFoundError if the file is missing, ValueError if it is damaged or not ours;
        DatabaseError.
        """
        if self.path and not self.path.is_file():
            raise FileNotFoundError(
                f"{self.name}: no such file; `CORRECTIONS={self.name} python app.py` creates one"
            )
        with self._connected() as connection:
            is_there = self._is_created(connection)
            rows = connection.execute(select(TABLE).order_by(ROW.number)) if is_there else []
            rows = [tuple(row) for row in rows]
        try:
            return [_correction(*row) for row in rows]
        except (TypeError, ValueError) as error:
            raise ValueError(f"{self.name}: its content is damaged ({error})") from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A write transaction; creates the table if needed."""
        with self._connected() as connection, connection.begin():
            if self.path:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # lock now: no deadlock later
            if not self._is_created(connection):
                if not self.path:  # one of several servers creates it, and the others wait
                    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
                TABLE.create(connection, checkfirst=True)
            if self.path:
                # Writes even if nothing changes, so that a read-only file fails here.
                connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT_VERSION}")
            yield connection

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except (SQLAlchemyError, UnicodeDecodeError) as error:  # the latter from SQLite's messages
            told = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            if not self.path and isinstance(error, (OperationalError, InterfaceError)):
                raise DatabaseError(f"{self.name}: {told}; it may be back soon") from None
            raise ValueError(
                f"{self.name}: {told}; expected an undamaged file of corrections in an existing"
                " folder, both writable, or a database with such a table; fix that, or name another"
            ) from None

    def _is_created(self, connection: Connection) -> bool:
        """Whether the table is there. Raises ValueError if a file is anything else, but empty."""
        if not self.path:
            return inspect(connection).has_table(TABLE.name)
        version = connection.exec_driver_sql("PRAGMA user_version").scalar()
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
        if version == FORMAT_VERSION and TABLE.name in tables:
            return True
        if version == 0 and not tables:
            return False
        raise ValueError(
            f"{self.name}: format {version}, with {', '.join(tables) or 'nothing'} in it; expected"
            f" corrections in format {FORMAT_VERSION}; name another file"
        )


def _correction(
    number: int, time: str, label: int, answer: int, image: bytes, png: bytes
) -> Correction:
    if label not in range(NO_DIGIT + 1) or answer not in range(10):
        raise ValueError(f"number {number} has label {label} and answer {answer}")
    pixels = np.frombuffer(image, np.uint8).reshape(SIDE, SIDE)
    image_seen = pixels / np.float32(255)
    return Correction(number, datetime.fromisoformat(time), label, answer, image_seen, png)
