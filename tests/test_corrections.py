"""Corrections in a file and in a database: added is read, whoever else adds, dies or hangs."""

import logging
import os
import signal
import sqlite3
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from corrections import BESIDE, Corrections, DatabaseError
from harness.programs import PASSWORD
from model.picture.ink import LARGEST, ink_of
from model.picture.prepare import prepare
from model.reading import NO_DIGIT
from training.cli import main

SIDES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=240)


def noise(seed, side=40):
    """An image and a drawing that nobody else drew, and that hardly pack."""
    rng = np.random.default_rng(seed)
    return rng.random((28, 28), np.float32), rng.integers(0, 256, (side, side), np.uint8)


def filled(place, seeds, label=7, side=40):
    store = Corrections(place)
    for seed in seeds:
        store.add(*noise(seed, side), label, 1)
    return store


def drawings(place):
    return [correction.drawing.tobytes() for correction in Corrections(place).read()]


def drawn(seeds, side=40):
    return [noise(seed, side)[1].tobytes() for seed in seeds]


def execute(path, statements):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)


@pytest.fixture
def engine(database):
    """For another client of the database, which has no table."""
    engine = sa.create_engine(database.address.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS corrections"))
    return engine


@pytest.fixture(params=["file", "database"])
def place(request, tmp_path):
    """Where there are no corrections yet."""
    if request.param == "file":
        return tmp_path / "c.sqlite"
    request.getfixturevalue("engine")
    return request.getfixturevalue("database").address


@settings(max_examples=20)
@given(
    image=hnp.arrays(np.float32, (28, 28), elements=st.floats(0, 1, width=32)),
    drawing=hnp.arrays(np.uint8, SIDES),
    label=st.integers(0, NO_DIGIT),
    answer=st.integers(0, 9),
)
def test_what_is_added_is_read(image, drawing, label, answer):
    image[14, 14] = 1  # a blank one is refused
    with tempfile.TemporaryDirectory() as folder:
        store = Corrections(Path(folder) / "what people say?#%20 数字.sqlite")
        store.add(image, drawing, label, answer)
        (read,) = store.read()
        assert store.path.exists()
    np.testing.assert_array_equal(read.drawing, drawing)
    np.testing.assert_allclose(read.image, image, atol=0.501 / 255)
    assert read.image.dtype == np.float32 and read.drawing.dtype == np.uint8
    assert (read.number, read.label, read.answer) == (1, label, answer)
    assert timedelta(0) <= datetime.now(UTC) - read.time < timedelta(minutes=1)


def test_another_server_reads_a_drawing_and_the_last_word_on_it(place):
    canvas = np.full((320, 320), 255, np.uint8)
    canvas[40:280, 150:165] = 0
    filled(place, [0])
    for label in (7, np.int64(1), np.int64(1)):  # a changed mind, and a second try
        Corrections(place).add(prepare(canvas), ink_of(canvas), label, answer=np.int64(7))
    filled(place, [1], NO_DIGIT)
    first, second, third = Corrections(place).read()
    np.testing.assert_array_equal(second.drawing, ink_of(canvas))
    np.testing.assert_allclose(second.image, prepare(canvas), atol=0.501 / 255)
    assert (second.label, second.answer, third.label) == (1, 7, NO_DIGIT)
    assert first.number < second.number < third.number
    assert len(second.png) < 1000


@pytest.mark.parametrize(
    "wrong",
    [
        {"image": np.zeros((28, 28), np.float32)},
        {"image": np.ones(784, np.float32)},
        {"image": np.full((28, 28), np.nan, np.float32)},
        {"image": np.full((28, 28), 255, np.uint8)},
        {"drawing": np.zeros((LARGEST + 1, 1), np.uint8)},
        {"drawing": np.zeros((0, 5), np.uint8)},
        {"drawing": np.zeros((20, 20, 3), np.uint8)},
        {"drawing": np.zeros((20, 20), np.float32)},
        {"label": 11},
        {"label": None},
        {"answer": -1},
    ],
    ids=str,
)
def test_what_is_no_correction_is_refused(tmp_path, wrong):
    image, drawing = noise(0)
    store = Corrections(tmp_path / "c.sqlite")
    with pytest.raises(ValueError, match="expected"):
        store.add(**{"image": image, "drawing": drawing, "label": 1, "answer": 7, **wrong})
    assert not store.path.exists()


def test_the_oldest_give_way(place, monkeypatch):
    monkeypatch.setattr("corrections.MOST_CORRECTIONS", 3)
    filled(place, range(3))
    filled(place, [0], label=3)  # a changed mind takes no one's place
    assert drawings(place) == drawn([0, 1, 2])
    filled(place, [3, 4])
    assert drawings(place) == drawn([2, 3, 4])
    monkeypatch.setattr("corrections.MOST_BYTES", 2 * BESIDE + 2 * 40**2 + 500)
    filled(place, [5])
    assert drawings(place) == drawn([4, 5])


def test_noise_cannot_fill_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("corrections.MOST_BYTES", 2**19)
    for seed in range(20):
        filled(tmp_path / "c.sqlite", [seed], side=240)
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 2**19 + 80_000
    assert drawings(tmp_path / "c.sqlite") == drawn(range(12, 20), side=240)
    assert [path.name for path in tmp_path.iterdir()] == ["c.sqlite"]  # it alone can be copied


def test_many_at_once_lose_nothing_while_others_read(place):
    """All begin with no table: they create it at once, too."""
    counts = [0]
    with ThreadPoolExecutor(8) as pool:
        adding = [pool.submit(filled, place, range(n, n + 10)) for n in range(0, 80, 10)]
        while not all(each.done() for each in adding):
            with suppress(FileNotFoundError):
                counts.append(len(Corrections(place).read()))
    assert [each.exception() for each in adding] == [None] * 8
    assert counts == sorted(counts)
    assert sorted(drawings(place)) == sorted(drawn(range(80)))


def test_a_file_is_read_while_others_create_it(tmp_path):
    """It is empty or whole, never one half of both."""
    for number in range(20):
        path = tmp_path / f"{number}.sqlite"
        path.touch()
        with ThreadPoolExecutor(6) as pool:
            reads = [pool.submit(Corrections(path).read) for _ in range(40)]
            Corrections(path).create()
        assert [each.result() for each in reads] == [[]] * 40


def cut_off(path):
    filled(path, range(20))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(b"These are my notes, not yours. " * 200),
        lambda path: execute(path, "CREATE TABLE invoices (number)"),
        lambda path: execute(path, "CREATE TABLE corrections (n); PRAGMA user_version = 1"),
        lambda path: execute(filled(path, [0]).path, "PRAGMA user_version = 2"),
        cut_off,
        Path.mkdir,
    ],
    ids=["notes", "another database", "another table", "newer", "cut off", "folder"],
)
def test_what_is_no_file_of_corrections_is_told_and_left(tmp_path, make):
    path = tmp_path / "c.sqlite"
    make(path)
    before = path.is_file() and path.read_bytes()
    with pytest.raises((ValueError, FileNotFoundError), match=r"c\.sqlite: .*"):
        Corrections(path).read()
    with pytest.raises(ValueError, match=r"c\.sqlite: .*expected"):
        filled(path, [1])
    assert (path.is_file() and path.read_bytes()) == before


@pytest.mark.parametrize("value", ["label = 11", "answer = -1", "image = 'x'", "time = 'noon'"])
def test_nonsense_in_the_file_is_told(tmp_path, value):
    store = filled(tmp_path / "c.sqlite", range(3))
    execute(store.path, f"UPDATE corrections SET {value} WHERE number = 2")
    with pytest.raises(ValueError, match=r"c\.sqlite: its content is damaged"):
        store.read()


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A file with three corrections, as bytes."""
    return filled(tmp_path_factory.mktemp("three") / "c.sqlite", range(3)).path.read_bytes()


@settings(max_examples=50)
@given(data=st.data())
def test_damage_is_told_never_a_crash(three, data):
    with tempfile.TemporaryDirectory() as folder:
        path, content = Path(folder) / "c.sqlite", bytearray(three)
        place = data.draw(st.integers(0, len(content) - 1))
        wrong = data.draw(st.binary(min_size=1, max_size=30))
        content[place : place + len(wrong)] = wrong
        path.write_bytes(content)
        for use in (lambda: drawings(path), lambda: filled(path, [5])):
            try:
                use()
            except ValueError as error:
                assert "c.sqlite" in str(error) or "damaged" in str(error)


def test_no_file_yet_and_an_empty_one(tmp_path):
    store = Corrections(tmp_path / "c.sqlite")
    with pytest.raises(FileNotFoundError, match=r"c\.sqlite: no such file; `CORRECTIONS="):
        store.read()
    assert not store.path.exists()
    store.path.touch()
    assert store.read() == []
    store.create()
    assert store.read() == []
    filled(store.path, [0]).create()  # at every start of the page
    assert len(store.read()) == 1


def test_where_nothing_can_be_written_is_told_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"nowhere/c\.sqlite: .*in an existing folder"):
        Corrections(tmp_path / "nowhere" / "c.sqlite").create()
    store = filled(tmp_path / "c.sqlite", [0])
    # Root, who may run this, can write anywhere; but not where SQLite's journal cannot be made.
    (tmp_path / "c.sqlite-journal").mkdir()
    with pytest.raises(ValueError, match=r"c\.sqlite: .*both writable"):
        store.create()


def test_a_database_that_is_away_is_told_and_found_again(database, engine, caplog):
    caplog.set_level(logging.DEBUG)
    store = filled(database.address, [1])
    database.stop()
    try:
        for use in (store.create, store.read, lambda: store.add(*noise(2), 2, 2)):
            with pytest.raises(DatabaseError, match="it may be back soon") as told:
                use()
            assert PASSWORD not in f"{told.value!r}{told.value.__cause__!r}"
    finally:
        database.start()
    store.add(*noise(2), 2, 2)
    assert [kept.label for kept in store.read()] == [7, 2]
    assert PASSWORD not in caplog.text


def test_a_database_that_hangs_is_told_in_seconds(database, engine, monkeypatch):
    monkeypatch.setattr("corrections.AWAY", 2)
    store = filled(database.address, [1])
    with engine.begin() as other:
        other.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = '10s'"))
        other.execute(sa.text("LOCK TABLE corrections"))
        with pytest.raises(DatabaseError, match="timeout"):
            store.add(*noise(2), 2, 2)
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


def test_a_wrong_password_is_told_but_not_named(database):
    with pytest.raises(DatabaseError) as told:
        Corrections(database.address.replace(PASSWORD, "another-secret")).read()
    assert "password" in str(told.value) and "secret" not in str(told.value)


def test_another_table_of_that_name_is_told(database, engine):
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE corrections (wrong integer)"))
    for use in (Corrections(database.address).read, lambda: filled(database.address, [1])):
        with pytest.raises(ValueError, match=r"expected .* a database with such a table"):
            use()


@pytest.mark.parametrize(
    "address", ["mysql://user:secret@host/db", "postgresql://user:secret@host:port/db", "://secret"]
)
def test_an_address_of_another_kind_is_told_without_its_password(address):
    with pytest.raises(ValueError, match="expected") as told:
        Corrections(address)
    assert "secret" not in str(told.value)


def test_the_trainer_reads_the_same_address(database, engine, capsys):
    filled(database.address, [1])
    assert main(["corrections", database.address]) == 0
    assert "1 corrections: 1 x 7" in capsys.readouterr().out
