"""Weights that change while they are served."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from model.network import Network, weights
from model.reloading import Reloading


def write(path: Path, seed: int) -> np.ndarray:
    """A new network in the file; what it answers to a black picture."""
    network = Network.from_sizes((784, 5, 10), np.random.default_rng(seed), "sigmoid", "mse")
    network.parameters[:] = np.random.default_rng(seed).normal(size=network.parameters.size)
    weights.save(path, network)
    return network.predict(np.zeros((1, 784), np.float32))


def answers(reloading: Reloading) -> np.ndarray:
    return reloading.current().network.predict(np.zeros((1, 784), np.float32))


def test_serves_what_is_in_the_file_now(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    first = write(path, 1)
    reloading = Reloading(path)
    assert np.array_equal(answers(reloading), first)
    assert reloading.current() is reloading.current()  # not read again while nothing changes
    second = write(path, 2)
    assert np.array_equal(answers(reloading), second)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("damage", [b"no weights", b"", None])
def test_what_is_damaged_is_reported_once_and_not_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: bytes | None
) -> None:
    path = tmp_path / "weights.npz"
    first = write(path, 1)
    checksum = sha256(path.read_bytes()).hexdigest()
    reloading = Reloading(path)
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert np.array_equal(answers(reloading), first)
    assert [str(path) in message for message in caplog.messages] == [True]
    assert reloading.current().metadata["sha256"] == checksum  # of what is served
    mended = write(path, 3)
    assert np.array_equal(answers(reloading), mended)


def test_nobody_waits_and_nobody_fails_while_files_change(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    known = [write(path, 1)]
    reloading = Reloading(path)
    with ThreadPoolExecutor(8) as threads:
        asked = []
        for seed in range(2, 12):
            known.append(write(path, seed))
            asked += [threads.submit(answers, reloading) for _ in range(20)]
        for answer in asked:
            assert any(np.array_equal(answer.result(), one) for one in known)
    assert np.array_equal(answers(reloading), known[-1])


def test_without_weights_there_is_nothing_to_serve(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="weights"):
        Reloading(tmp_path / "weights.npz")
