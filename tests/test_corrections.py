"""Corrections on disk: added is read, many may add at once, and the file stays small and whole."""

import multiprocessing
import signal
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from corrections import Corrections
from model.picture.ink import LARGEST, ink_of
from model.picture.prepare import prepare
from model.reading import NO_DIGIT

ROOT = Path(__file__).parents[1]
SIDES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=240)


def noise(seed, side=40):
    """An image and a drawing that nobody else drew, and that hardly pack."""
    rng = np.random.default_rng(seed)
    return rng.random((28, 28), np.float32), rng.integers(0, 256, (side, side), np.uint8)


def filled(path, seeds, label=7, answer=1):
    store = Corrections(path)
    for seed in seeds:
        store.add(*noise(seed), label, answer)
    return store


@settings(max_examples=60, deadline=None)
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
    np.testing.assert_array_equal(read.drawing, drawing)
    np.testing.assert_allclose(read.image, image, atol=0.501 / 255)
    assert read.image.dtype == np.float32 and read.drawing.dtype == np.uint8
    assert (read.number, read.label, read.answer) == (1, label, answer)
    assert timedelta(0) <= datetime.now(UTC) - read.time < timedelta(minutes=1)


def test_a_drawing_as_the_page_has_it(tmp_path):
    canvas = np.full((320, 320), 255, np.uint8)
    canvas[40:280, 150:165] = 0
    store = Corrections(tmp_path / "c.sqlite")
    store.add(prepare(canvas), ink_of(canvas), label=np.int64(1), answer=np.int64(7))
    (read,) = store.read()
    np.testing.assert_array_equal(read.drawing, ink_of(canvas))
    assert (read.label, read.answer) == (1, 7)
    assert len(read.png) < 1000


def test_a_changed_mind_leaves_one_label(tmp_path):
    store = filled(tmp_path / "c.sqlite", range(3), label=7)
    store.add(*noise(1), 2, 1)
    assert [c.label for c in store.read()] == [7, 2, 7]


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


def test_the_oldest_give_way(tmp_path, monkeypatch):
    monkeypatch.setattr("corrections.store.MOST_CORRECTIONS", 5)
    store = filled(tmp_path / "c.sqlite", range(4))
    store.add(*noise(0), 3, 1)  # a changed mind takes no one's place
    assert len(store.read()) == 4
    filled(store.path, range(10, 14))
    np.testing.assert_array_equal(
        [c.drawing for c in store.read()], [noise(seed)[1] for seed in (3, 10, 11, 12, 13)]
    )


def test_noise_cannot_fill_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("corrections.store.MOST_BYTES", 2**20)
    store = filled(tmp_path / "c.sqlite", range(20))
    for seed in range(50):
        image, drawing = noise(seed, side=240)
        store.add(image, drawing, 7, 1)
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 2**20 + 80_000
    kept = store.read()
    assert len(kept) > 10
    for seed, correction in zip(range(49, 0, -1), reversed(kept)):
        np.testing.assert_array_equal(correction.drawing, noise(seed, side=240)[1])


def add_some(path, seeds):
    filled(path, seeds)


@pytest.mark.parametrize("threads", [True, False], ids=["threads", "processes"])
def test_many_at_once_lose_nothing(tmp_path, threads):
    """All begin with no file at all: they make it at once, too."""
    spawn = multiprocessing.get_context("spawn")
    pool = ThreadPoolExecutor(8) if threads else ProcessPoolExecutor(4, mp_context=spawn)
    path = tmp_path / "c.sqlite"
    with pool:
        for done in [pool.submit(add_some, path, range(n, n + 25)) for n in range(0, 200, 25)]:
            done.result(60)
    read = {c.drawing.tobytes() for c in Corrections(path).read()}
    assert read == {noise(seed)[1].tobytes() for seed in range(200)}
    assert [path.name for path in tmp_path.iterdir()] == ["c.sqlite"]


def test_reading_sees_whole_corrections_while_others_add(tmp_path):
    store = filled(tmp_path / "c.sqlite", [0])
    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(add_some, store.path, range(1, 60))
        counts = [0]
        while not adding.done():
            counts.append(len(store.read()))
        adding.result()
    assert counts == sorted(counts) and len(store.read()) == 60


def test_a_killed_process_leaves_the_file_whole(tmp_path):
    path = tmp_path / "c.sqlite"
    program = (
        "import sys, itertools; sys.path[:0] = ['.', 'tests']\n"
        "from test_corrections import filled\n"
        "for n in itertools.count(): filled(sys.argv[1], [n]); print(n, flush=True)"
    )
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", program, path], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            for _ in range(20):
                last = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
        assert len(Corrections(path).read()) > last
    filled(path, [2**32])
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def another_database(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE invoices (number)")
    connection.close()


def another_table(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE corrections (number)")
    connection.execute("PRAGMA user_version = 1")
    connection.close()


def newer_format(path):
    filled(path, [0])
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()


def cut_off(path):
    filled(path, range(50))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(b"These are my notes, not yours. " * 200),
        another_database,
        another_table,
        newer_format,
        cut_off,
        Path.mkdir,
    ],
    ids=["notes", "another database", "another table", "newer", "cut off", "folder"],
)
def test_what_is_no_file_of_corrections_is_told_and_left(tmp_path, make):
    path = tmp_path / "c.sqlite"
    make(path)
    before = path.is_file() and path.read_bytes()
    store = Corrections(path)
    with pytest.raises((ValueError, FileNotFoundError), match=r"c\.sqlite: .*"):
        store.read()
    with pytest.raises(ValueError, match=r"c\.sqlite: .*expected"):
        store.add(*noise(1), 7, 1)
    assert (path.is_file() and path.read_bytes()) == before


@pytest.mark.parametrize("value", ["label = 11", "answer = NULL", "image = x'00'", "time = 'noon'"])
def test_nonsense_in_the_file_is_told(tmp_path, value):
    store = filled(tmp_path / "c.sqlite", range(3))
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '')")
    connection.commit()
    connection.close()
    connection = sqlite3.connect(store.path)
    connection.execute(f"UPDATE corrections SET {value} WHERE number = 2")
    connection.commit()
    connection.close()
    with pytest.raises(ValueError, match=r"c\.sqlite: its content is damaged"):
        store.read()


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A file with three corrections, as bytes."""
    return filled(tmp_path_factory.mktemp("three") / "c.sqlite", range(3)).path.read_bytes()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_is_told_never_a_crash(three, data):
    with tempfile.TemporaryDirectory() as folder:
        store = Corrections(Path(folder) / "c.sqlite")
        content = bytearray(three)
        place = data.draw(st.integers(0, len(content) - 1))
        wrong = data.draw(st.binary(min_size=1, max_size=30))
        content[place : place + len(wrong)] = wrong
        store.path.write_bytes(content)
        for use in (lambda: [c.drawing for c in store.read()], lambda: filled(store.path, [5])):
            try:
                use()
            except ValueError as error:
                assert "c.sqlite" in str(error) or "damaged" in str(error)


def test_no_file_yet(tmp_path):
    store = Corrections(tmp_path / "c.sqlite")
    with pytest.raises(FileNotFoundError, match=r"c\.sqlite: no such file; `CORRECTIONS="):
        store.read()
    assert not store.path.exists()
    store.create()
    assert store.read() == []
    store.create()  # at every start of the page
    filled(store.path, [0]).create()
    assert len(store.read()) == 1


def test_an_empty_file_is_a_file_of_no_corrections(tmp_path):
    path = tmp_path / "c.sqlite"
    path.touch()
    assert Corrections(path).read() == []
    assert len(filled(path, [0]).read()) == 1


def test_where_nothing_can_be_written_is_told_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"nowhere/c\.sqlite: .*in an existing folder"):
        Corrections(tmp_path / "nowhere" / "c.sqlite").create()
    store = filled(tmp_path / "c.sqlite", [0])
    # Root, who may run this, can write anywhere; but not where SQLite's journal cannot be made.
    (tmp_path / "c.sqlite-journal").mkdir()
    with pytest.raises(ValueError, match=r"c\.sqlite: .*both writable"):
        store.create()
