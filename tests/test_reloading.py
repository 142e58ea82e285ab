"""Weights that change while they are served."""

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from model.network import weights
from model.network.weights import SHIPPED
from model.reloading import Reloading


def write(path: Path, scale: float, step: int = 1) -> list[float]:
    """The shipped network, its weights a little changed, in the file; and its answer to black."""
    network, metadata = weights.load(SHIPPED)
    network.parameters.flags.writeable = True
    network.parameters[:] = (1 + scale / 100) * network.parameters[::step]
    weights.save(path, network, {"preparation": metadata["preparation"]})
    return network.predict(np.zeros((1, 784), np.float32))[0].tolist()


def answer(reloading: Reloading) -> list[float]:
    return reloading.current().network.predict(np.zeros((1, 784), np.float32))[0].tolist()


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.write_bytes(b""), ""),
        (Path.unlink, ""),
        (lambda path: write(path, -100), "takes everything for a 0"),  # no weights at all
        (lambda path: write(path, 1, step=-1), "reads .*% of the digits"),  # in another order
    ],
)
def test_what_is_damaged_is_reported_once_and_not_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable, reason: str
) -> None:
    first = write(path := tmp_path / "weights.npz", 1)
    checksum = sha256(path.read_bytes()).hexdigest()
    reloading = Reloading(path)
    damage(path)
    caplog.set_level(logging.ERROR)
    assert [answer(reloading) for _ in range(3)] == [first] * 3
    (message,) = caplog.messages
    assert str(path) in message and re.search(reason, message)
    assert reloading.current().metadata["sha256"] == checksum  # of what is served
    assert write(path, 3) == answer(reloading)


def test_nobody_waits_and_nobody_fails_while_files_change(tmp_path: Path) -> None:
    known = [write(path := tmp_path / "weights.npz", 1)]
    reloading = Reloading(path)
    with ThreadPoolExecutor(8) as threads:
        answers = []
        for scale in range(2, 12):
            known.append(write(path, scale))
            answers += [threads.submit(answer, reloading) for _ in range(20)]
        assert all(each.result() in known for each in answers)
    assert answer(reloading) == known[-1] != known[0]
    assert reloading.current() is reloading.current()  # not read again while nothing changes
