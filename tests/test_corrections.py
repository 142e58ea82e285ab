"""Corrections in a file and in a database: added is read, whoever else adds, dies or hangs."""

import os
import signal
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from corrections import Corrections, DatabaseError
from harness.server import PASSWORD
from model.reading import NO_DIGIT
from training.cli import main

UNREADABLE = b"TABLE", b"\xff\xfe\xfdLE"  # SQLite's message quotes it, and is no text then


def noise(seed):
    """An image and a drawing that nobody else drew, and that hardly pack."""
    rng = np.random.default_rng(seed)
    return rng.random((28, 28), np.float32), rng.integers(0, 256, (40, 30), np.uint8)


def filled(place, seeds, label=7):
    store = Corrections(place)
    for seed in seeds:
        store.add(*noise(seed), label, 1)
    return store


def seeds_of(place):
    """The seeds, below 99, of the drawings there."""
    known = {noise(seed)[1].tobytes(): seed for seed in range(99)}
    return [known[correction.drawing.tobytes()] for correction in Corrections(place).read()]


def execute(path, statements):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "c.sqlite"


@pytest.fixture
def engine(database):
    """For another client of the database, which has no table."""
    address = database.address.replace("postgresql:", "postgresql+psycopg:")
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS corrections"))
    return engine


@pytest.fixture(params=["file", "database"])
def place(request, path):
    """Where there are no corrections yet."""
    if request.param == "file":
        return path
    request.getfixturevalue("engine")
    return request.getfixturevalue("database").address


def test_what_is_added_is_read(tmp_path):
    image, drawing = noise(0)
    store = Corrections(tmp_path / "what people say?#%20 数字.sqlite")
    store.add(image, drawing, NO_DIGIT, answer=0)
    (read,) = store.read()
    assert store.path.exists()
    np.testing.assert_array_equal(read.drawing, drawing)
    np.testing.assert_allclose(read.image, image, atol=0.501 / 255)
    assert read.image.dtype == np.float32 and read.drawing.dtype == np.uint8
    assert (read.number, read.label, read.answer) == (1, NO_DIGIT, 0)
    assert timedelta(0) <= datetime.now(UTC) - read.time < timedelta(minutes=1)


def test_the_last_word_on_a_drawing_counts_and_the_oldest_give_way(place, monkeypatch):
    monkeypatch.setattr("corrections.MOST_CORRECTIONS", 3)
    filled(place, range(3))
    for label in (3, np.int64(NO_DIGIT)):  # a changed mind takes no one's place
        filled(place, [1], label)
    assert seeds_of(place) == [0, 1, 2]
    assert [kept.label for kept in Corrections(place).read()] == [7, NO_DIGIT, 7]
    filled(place, [3, 4])
    assert seeds_of(place) == [2, 3, 4]
    monkeypatch.setattr("corrections.MOST_BYTES", 2 * 4_096 + 2 * 30 * 40 + 500)
    filled(place, [5])
    assert seeds_of(place) == [4, 5]


@pytest.mark.parametrize(
    "wrong",
    [
        *({"image": np.full((28, 28), value, np.float32)} for value in (0, np.nan, 255)),
        *({"image": np.ones(784)}, {"drawing": np.zeros((20, 20, 3), np.uint8)}),
        *({"drawing": np.zeros((20, 20))}, {"label": 11}, {"label": None}, {"answer": -1}),
    ],
    ids=str,
)
def test_what_is_no_correction_is_refused(path, wrong):
    image, drawing = noise(0)
    values = {"image": image, "drawing": drawing, "label": 1, "answer": 7} | wrong
    with pytest.raises(ValueError, match="expected"):
        Corrections(path).add(**values)
    assert not path.exists()


def test_many_at_once_lose_nothing_while_others_read(place):
    """All begin with no table: they create it at once, too."""
    counts = [0]
    with ThreadPoolExecutor(6) as pool:
        adding = [pool.submit(filled, place, range(n, n + 6)) for n in range(0, 36, 6)]
        while not all(each.done() for each in adding):
            with suppress(FileNotFoundError):
                counts.append(len(Corrections(place).read()))
    assert [each.exception() for each in adding] == [None] * 6
    assert counts == sorted(counts)
    assert sorted(seeds_of(place)) == [*range(36)]


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(b"These are my notes, not yours. " * 200),
        lambda path: execute(path, "CREATE TABLE invoices (number)"),
        lambda path: execute(path, "CREATE TABLE corrections (n)"),
        lambda path: path.write_bytes(filled(path, range(9)).path.read_bytes()[:20_000]),
        lambda path: path.write_bytes(filled(path, [0]).path.read_bytes().replace(*UNREADABLE)),
        Path.mkdir,
    ],
)
def test_what_is_no_file_of_corrections_is_told_and_left(path, make):
    make(path)
    before = path.is_file() and path.read_bytes()
    with pytest.raises((ValueError, FileNotFoundError), match=r"c\.sqlite: "):
        filled(path, [1])
    with suppress(ValueError, FileNotFoundError):
        assert Corrections(path).read() == []
    assert (path.is_file() and path.read_bytes()) == before


@pytest.mark.parametrize(
    "value", ["label = 11", "image = 'x'", "time = 'noon'", "drawing = 'x'", "drawing = x'89'"]
)
def test_nonsense_in_the_file_is_told(path, value):
    execute(filled(path, range(3)).path, f"UPDATE corrections SET {value} WHERE number = 2")
    with pytest.raises(ValueError, match="damaged"):
        seeds_of(path)


def test_no_file_yet_and_an_empty_one(path):
    with pytest.raises(FileNotFoundError, match=r"c\.sqlite: .*CORRECTIONS=.* python app.py"):
        Corrections(path).read()
    path.touch()
    assert Corrections(path).read() == []
    Corrections(path).create()
    assert Corrections(path).read() == []
    filled(path, [0]).create()  # at every start of the page
    assert seeds_of(path) == [0]
    assert list(path.parent.iterdir()) == [path]  # it alone can be copied


def test_where_nothing_can_be_written_is_told_at_once(path):
    with pytest.raises(ValueError, match=r"nowhere/c\.sqlite: .*in an existing folder"):
        Corrections(path.parent / "nowhere" / "c.sqlite").create()
    store = filled(path, [0])
    # Root, who may run this, can write anywhere; but not where SQLite's journal cannot be made.
    (path.parent / "c.sqlite-journal").mkdir()
    with pytest.raises(ValueError, match=r"c\.sqlite: .*both writable"):
        store.create()


def test_a_database_that_is_away_is_told_and_found_again(database, engine, capsys):
    store = filled(database.address, [1])
    database.stop()
    try:
        for use in (store.create, store.read, lambda: store.add(*noise(2), 2, 2)):
            with pytest.raises(DatabaseError, match="it may be back soon") as told:
                use()
            assert PASSWORD not in f"{told.value!r}{told.value.__cause__!r}"
    finally:
        database.start()
    filled(database.address, [2], label=2)
    assert main(["corrections", database.address]) == 0  # the trainer
    assert "2 corrections: 1 x 2, 1 x 7" in capsys.readouterr().out


def test_a_database_that_hangs_is_told_in_seconds(database, engine, monkeypatch):
    monkeypatch.setattr("corrections.AWAY", 1)
    store = filled(database.address, [1])
    monkeypatch.setattr("corrections.AWAY", 0.1)  # for an answer; libpq connects for 2 s at least
    with engine.begin() as other:
        other.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = '10s'"))
        other.execute(sa.text("LOCK TABLE corrections"))
        with pytest.raises(DatabaseError, match="timeout"):
            store.add(*noise(2), 2, 2)
    with store._connected() as link:  # for a network that swallows what is sent: none here does
        assert link.connection.driver_connection.info.get_parameters()["tcp_user_timeout"] == "1000"
    process = int((database.folder / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(process, signal.SIGSTOP)  # the system accepts connections, and nobody answers
    end = threading.Timer(10, os.kill, [process, signal.SIGCONT])
    end.start()
    with pytest.raises(DatabaseError, match="timeout"):
        store.add(*noise(2), 2, 2)
    end.cancel()
    os.kill(process, signal.SIGCONT)
    store.add(*noise(2), 2, 2)
    assert [kept.label for kept in store.read()] == [7, 2]


@pytest.mark.parametrize(
    "address", ["mysql://user:secret@host/db", "postgresql://user:secret@host:port/db", "://secret"]
)
def test_an_address_of_another_kind_is_told_without_its_password(address):
    with pytest.raises(ValueError, match="expected") as told:
        Corrections(address)
    assert "secret" not in str(told.value)
    name = Corrections("postgresql://ann:secret@host/db?sslpassword=secret").name
    assert name == "postgresql+psycopg://ann:***@host/db"
