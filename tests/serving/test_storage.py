"""A full disk and forgotten files: what is left stays small."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from gradio.utils import get_upload_folder

from serving import storage
from serving.storage import private_folder, sweep


def put(folder: Path, name: str, size: int, age: float, now: float) -> Path:
    path = folder / name / "image.png"
    path.parent.mkdir()
    path.write_bytes(bytes(size))
    for place in (path, path.parent):
        os.utime(place, (now - age, now - age))
    return path


def test_old_files_and_their_folders_go(tmp_path: Path) -> None:
    now = 1e9
    old = put(tmp_path, "old", 10, storage.FILE_SECONDS + 60, now)
    new = put(tmp_path, "new", 10, 1, now)
    sweep(tmp_path, now)
    assert not old.exists()
    assert new.exists()
    os.utime(old.parent, (now - 60, now - 60))
    sweep(tmp_path, now)
    assert not old.parent.exists()
    assert tmp_path.exists()


@pytest.mark.parametrize(("limit", "most", "size"), [("FILE_BYTES", 1000, 300), ("FILES", 3, 1)])
def test_when_there_is_too_much_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, size: int
) -> None:
    monkeypatch.setattr(storage, limit, most)
    now = 1e9
    paths = [put(tmp_path, str(age), size, age, now) for age in range(6)]
    sweep(tmp_path, now)
    assert [path.exists() for path in paths] == [True, True, True, False, False, False]


def test_uploads_have_a_folder_that_nobody_else_uses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    shared = get_upload_folder()
    with private_folder():
        ours = Path(get_upload_folder())
        assert ours.is_dir()
        assert str(ours) != shared
    assert not ours.exists()
    assert get_upload_folder() == shared
    named = tmp_path / "named by the operator"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(named))
    with private_folder():
        assert Path(get_upload_folder()).parent == named
    assert get_upload_folder() == str(named)


def test_sweeping_goes_on_past_what_cannot_be_deleted(tmp_path: Path, monkeypatch) -> None:
    now = 1e9
    stuck, old = put(tmp_path, "stuck", 10, 9999, now), put(tmp_path, "old", 10, 9998, now)
    unlink = Path.unlink

    def refuse(path: Path, **options: bool) -> None:
        if path == stuck:
            raise PermissionError
        unlink(path, **options)

    monkeypatch.setattr(Path, "unlink", refuse)
    sweep(tmp_path, now)
    assert stuck.exists() and not old.exists()
