"""A full disk and forgotten files: what is left stays small."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from serving import storage
from serving.storage import private_folder, sweep


def put(folder: Path, name: str, size: int, age: float) -> Path:
    path = folder / name / "image.png"
    path.parent.mkdir()
    path.write_bytes(bytes(size))
    modified = time.time() - age
    for place in (path, path.parent):
        os.utime(place, (modified, modified))
    return path


def test_old_files_and_their_folders_go(tmp_path: Path) -> None:
    old, new = put(tmp_path, "old", 10, storage.MOST_SECONDS + 60), put(tmp_path, "new", 10, 1)
    sweep(tmp_path)
    assert [path.exists() for path in (old, new)] == [False, True]
    (tmp_path / "arriving").mkdir()
    emptied = time.time() - 5
    os.utime(old.parent, (emptied, emptied))
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arriving", "new"]


@pytest.mark.parametrize("size", [10, 50_000])
def test_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """What is small counts, too, as do folders."""
    each = storage.FEWEST_BYTES + max(size, storage.FEWEST_BYTES)
    monkeypatch.setattr(storage, "MOST_BYTES", 3 * each)
    paths = [put(tmp_path, str(age), size, age) for age in range(0, 60, 10)]
    sweep(tmp_path)
    assert [path.exists() for path in paths] == [True, True, True, False, False, False]


@pytest.mark.parametrize("named", [False, True], ids=["", "by the operator"])
def test_uploads_have_a_private_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: bool
) -> None:
    place = tmp_path / "named" if named else tmp_path
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(place) if named else "")
    with private_folder():
        ours = Path(os.environ["GRADIO_TEMP_DIR"])
        assert ours.is_dir() and ours.parent == place
    assert not ours.exists()
