"""Corrections that several servers share: on a real PostgreSQL, started here."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sqlalchemy import create_engine, text

from corrections import Corrections, DatabaseError, store
from harness.postgres import PASSWORD, Postgres, postgres
from model.reading import NO_DIGIT

INK = np.full((30, 20), 200, np.uint8)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as started:
        yield started


@pytest.fixture
def address(server: Postgres) -> str:
    """Of a database without a table."""
    url = server.address.replace("postgresql:", "postgresql+psycopg:")
    with create_engine(url).begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS corrections"))
    return server.address


def image(number: int) -> np.ndarray:
    """One of many different digits."""
    pixels = np.zeros((28, 28), np.float32)
    pixels[5, 5] = 1
    pixels[np.unravel_index(number, (28, 28))] = 0.5
    return pixels


def test_what_is_added_is_read_by_another_server(address: str) -> None:
    Corrections(address).add(image(1), INK, NO_DIGIT, 4)
    Corrections(address).add(image(2), INK, 7, 1)
    first, second = Corrections(address).read()
    assert (first.label, first.answer, second.label, second.answer) == (NO_DIGIT, 4, 7, 1)
    np.testing.assert_allclose(first.image, image(1), atol=1 / 255)
    np.testing.assert_array_equal(first.drawing, INK)
    assert first.time <= second.time and first.number < second.number


def test_a_changed_mind_and_a_second_try_leave_one(address: str) -> None:
    corrections = Corrections(address)
    for label in (1, 7, 7):
        corrections.add(image(1), INK, label, 1)
    (kept,) = corrections.read()
    assert kept.label == 7


def test_the_oldest_give_way(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_CORRECTIONS", 3)
    corrections = Corrections(address)
    for number in range(5):
        corrections.add(image(number), INK, number, 0)
    assert [kept.label for kept in corrections.read()] == [2, 3, 4]
    monkeypatch.setattr(store, "MOST_BYTES", 2 * store.BESIDE + 1000)
    corrections.add(image(5), INK, 5, 0)
    assert [kept.label for kept in corrections.read()] == [4, 5]


def test_servers_that_start_together_create_one_table_and_lose_nothing(address: str) -> None:
    def started(number: int) -> None:
        corrections = Corrections(address)
        corrections.create()
        for each in range(10):
            corrections.add(image(10 * number + each), INK, number, 0)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(started, range(8)))
    labels = [kept.label for kept in Corrections(address).read()]
    assert sorted(labels) == sorted(10 * list(range(8)))


def test_a_database_that_is_away_is_told_and_found_again(
    server: Postgres, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    corrections = Corrections(address)
    corrections.add(image(1), INK, 1, 1)
    server.stop()
    try:
        for use in (
            corrections.create,
            corrections.read,
            lambda: corrections.add(image(2), INK, 2, 2),
        ):
            with pytest.raises(DatabaseError, match="it may be back soon") as told:
                use()
            assert PASSWORD not in f"{told.value!r}{told.value.__cause__!r}"
    finally:
        server.start()
    corrections.add(image(2), INK, 2, 2)
    assert [kept.label for kept in corrections.read()] == [1, 2]
    assert PASSWORD not in caplog.text


def test_a_wrong_password_is_told_but_not_named(address: str) -> None:
    with pytest.raises(DatabaseError) as told:
        Corrections(address.replace(PASSWORD, "another-secret")).read()
    assert "password" in str(told.value) and "secret" not in str(told.value)


def test_another_table_of_that_name_is_told(address: str) -> None:
    url = address.replace("postgresql:", "postgresql+psycopg:")
    with create_engine(url).begin() as connection:
        connection.execute(text("CREATE TABLE corrections (wrong integer)"))
    for use in (lambda c: c.read(), lambda c: c.add(image(1), INK, 1, 1)):
        with pytest.raises(ValueError, match=r"expected .* a database with such a table"):
            use(Corrections(address))


@pytest.mark.parametrize(
    "address", ["mysql://user:secret@host/db", "postgresql://user:secret@host:port/db", "://secret"]
)
def test_an_address_of_another_kind_is_told_without_its_password(address: str) -> None:
    with pytest.raises(ValueError, match="expected") as told:
        Corrections(address)
    assert "secret" not in str(told.value)


def test_the_trainer_reads_the_same_address(address: str) -> None:
    Corrections(address).add(image(1), INK, 7, 1)
    command = [sys.executable, "-m", "training", "corrections", address]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "1 corrections: 1 x 7" in listed.stdout
