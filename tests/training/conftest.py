"""What several tests of the training share."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from training.cli import main

PLAIN = ["--recipe", "plain", "--hidden", "12", "--batch-size", "10", "--learning-rate", "0.2"]


@pytest.fixture(scope="session")
def good_weights(mnist_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weights file whose network reads these digits well, to read from only."""
    output = tmp_path_factory.mktemp("weights") / "good.npz"
    command = [*PLAIN, "--epochs", "8", "--mnist-dir", str(mnist_dir)]
    assert main([*command, "--output", str(output)]) == 0
    return output


@pytest.fixture
def train(mnist_dir: Path, good_weights: Path, tmp_path: Path) -> Callable[..., tuple[int, bool]]:
    """Trains over good weights, `w.npz`: gives the exit code, and whether they are still there."""
    output = tmp_path / "w.npz"
    shutil.copy(good_weights, output)

    def train_over(*arguments: str) -> tuple[int, bool]:
        code = main([*PLAIN, "--mnist-dir", str(mnist_dir), "--output", str(output), *arguments])
        return code, output.read_bytes() == good_weights.read_bytes()

    return train_over
