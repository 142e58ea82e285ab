"""Weights that change while they are served."""

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


def write(path: Path, scale: float) -> list[float]:
    """The shipped network, its weights a little changed, in the file; and its answer to black."""
    shipped, metadata = weights.load(SHIPPED)
    network = Network.from_sizes(shipped.sizes, np.random.default_rng(0))
    network.parameters[:] = shipped.parameters * (1 + scale / 100)
    weights.save(path, network, {"preparation": metadata["preparation"]})
    return network.predict(np.zeros((1, 784), np.float32))[0].tolist()


def answer(reloading: Reloading) -> list[float]:
    return reloading.current().network.predict(np.zeros((1, 784), np.float32))[0].tolist()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "weights.npz"


@pytest.mark.parametrize("damage", [b"no weights", b"", None])
def test_what_is_damaged_is_reported_once_and_not_served(
    path: Path, caplog: pytest.LogCaptureFixture, damage: bytes | None
) -> None:
    first = write(path, 1)
    checksum = sha256(path.read_bytes()).hexdigest()
    reloading = Reloading(path)
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert answer(reloading) == first
    assert [str(path) in message for message in caplog.messages] == [True]
    assert reloading.current().metadata["sha256"] == checksum  # of what is served
    mended = write(path, 3)
    assert answer(reloading) == mended


@pytest.mark.parametrize(
    ("scale", "reason"), [(0, "takes everything for a 0"), (-1, "reads .*% of the digits")]
)
def test_a_network_that_reads_no_digits_is_not_served(
    path: Path, caplog: pytest.LogCaptureFixture, scale: float, reason: str
) -> None:
    first = write(path, 1)
    reloading = Reloading(path)
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    for digit, W in enumerate(network.dense_layers[0].W.T):  # the average digit, or its opposite
        W[:] = scale * DIGITS_OF.X[DIGITS_OF.labels == digit].mean(axis=0)
    weights.save(path, network)
    with caplog.at_level(logging.ERROR):
        assert answer(reloading) == first
    assert re.search(reason, caplog.text) and str(path) in caplog.text


def test_nobody_waits_and_nobody_fails_while_files_change(path: Path) -> None:
    known = [write(path, 1)]
    reloading = Reloading(path)
    with ThreadPoolExecutor(8) as threads:
        answers = []
        for scale in range(2, 12):
            known.append(write(path, scale))
            answers += [threads.submit(answer, reloading) for _ in range(20)]
        assert all(each.result() in known for each in answers)
    assert answer(reloading) == known[-1] != known[0]
    assert reloading.current() is reloading.current()  # not read again while nothing changes


def test_without_weights_there_is_nothing_to_serve(path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="weights"):
        Reloading(path)
