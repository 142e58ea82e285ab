"""A full disk and forgotten files: what is left stays small."""

from __future__ import annotations

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


def test_old_files_and_their_folders_go(tmp_path: Path, monkeypatch) -> None:
    stuck, old = (put(tmp_path, name, 10, storage.MOST_SECONDS + 60) for name in ("stuck", "old"))
    new = put(tmp_path, "new", 10, 1)
    unlink = Path.unlink

    def refuse(path: Path) -> None:
        if path == stuck:
            raise PermissionError
        unlink(path)

    monkeypatch.setattr(Path, "unlink", refuse)
    sweep(tmp_path)
    assert [path.exists() for path in (stuck, old, new)] == [True, False, True]
    (tmp_path / "arriving").mkdir()
    emptied = time.time() - 5
    os.utime(old.parent, (emptied, emptied))
    sweep(tmp_path)
    assert (tmp_path / "arriving").is_dir()
    assert [path.parent.exists() for path in (stuck, old, new)] == [True, False, True]


@pytest.mark.parametrize("size", [10, 50_000])
def test_when_there_is_too_much_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """What is small counts, too, as do folders."""
    each = storage.FEWEST_BYTES + max(size, storage.FEWEST_BYTES)
    monkeypatch.setattr(storage, "MOST_BYTES", 3 * each)
    paths = [put(tmp_path, str(age), size, age) for age in range(0, 60, 10)]
    sweep(tmp_path)
    assert [path.exists() for path in paths] == [True, True, True, False, False, False]


def test_uploads_have_a_folder_that_nobody_else_uses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for place in ("", str(tmp_path / "named by the operator")):
        monkeypatch.setenv("GRADIO_TEMP_DIR", place)
        with private_folder():
            ours = Path(os.environ["GRADIO_TEMP_DIR"])
            assert ours.is_dir()
            assert ours.parent == Path(place or tmp_path)
        assert not ours.exists()
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
