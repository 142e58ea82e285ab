"""Weights that change while they are served."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from model.inside.digits import DIGITS, load
from model.network import Network, weights
from model.network.weights import SHIPPED
from model.reloading import Reloading

DIGITS_OF = load(DIGITS)


def write(path: Path, seed: int) -> np.ndarray:
    """A new network in the file, which reads digits; what it answers to a black picture."""
    shipped, metadata = weights.load(SHIPPED)
    network = Network.from_sizes(shipped.sizes, np.random.default_rng(seed))
    changes = np.random.default_rng(seed).normal(1, 0.01, network.parameters.size)
    network.parameters[:] = shipped.parameters * changes
    weights.save(path, network, {"preparation": metadata["preparation"]})
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


@pytest.mark.parametrize(
    ("scale", "reason"), [(0, "takes everything for a 0"), (-1, "reads .*% of the digits")]
)
def test_a_network_that_reads_no_digits_is_not_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, scale: float, reason: str
) -> None:
    path = tmp_path / "weights.npz"
    first = write(path, 1)
    reloading = Reloading(path)
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    for digit, W in enumerate(network.dense_layers[0].W.T):  # the average digit, or its opposite
        W[:] = scale * DIGITS_OF.X[DIGITS_OF.labels == digit].mean(axis=0)
    weights.save(path, network)
    with caplog.at_level(logging.ERROR):
        assert np.array_equal(answers(reloading), first)
    assert re.search(reason, caplog.text) and str(path) in caplog.text


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
