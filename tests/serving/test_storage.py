"""Ten thousand strokes and a full disk: what is left stays small."""

from __future__ import annotations

import os
from pathlib import Path

import gradio as gr
import pytest
from fastapi import HTTPException
from gradio.components.image_editor import EditorDataBlobs
from gradio.data_classes import DataWithFiles
from gradio.state_holder import SessionState
from gradio.utils import get_upload_folder

from serving import storage
from serving.inputs import guard_strokes
from serving.storage import Strokes, keep_no_values, private_folder, sweep_files


def stroke(size: int = 10) -> EditorDataBlobs:
    return EditorDataBlobs(background=None, layers=[bytes(size)], composite=bytes(size))


def test_strokes_are_forgotten_when_they_are_asked_for_or_old() -> None:
    now = 0.0
    strokes = Strokes(clock=lambda: now)
    strokes["a"] = stroke()
    assert strokes.get("a").composite == bytes(10)
    assert strokes.bytes == 20
    assert "a" in strokes
    strokes.pop("a")
    assert strokes.bytes == 0
    assert strokes.get("a") is None
    assert strokes.pop("a") is None
    strokes["b"] = stroke()
    now = storage.STROKE_SECONDS + 1
    strokes.expire()
    assert (len(strokes), strokes.bytes) == (0, 0)


def test_many_abandoned_strokes_stay_within_their_bytes() -> None:
    strokes = Strokes()
    for number in range(10_000):
        strokes[str(number)] = stroke(10_000)
    assert strokes.bytes <= storage.STROKE_BYTES
    assert list(strokes)[-1] == "9999"
    for part in strokes.values():
        assert len(part.composite) == 10_000


def test_a_stroke_that_grows_is_counted_once() -> None:
    strokes = Strokes()
    growing = stroke()
    strokes["a"] = growing
    growing.background = bytes(5)
    strokes["a"] = growing
    assert (len(strokes), strokes.bytes) == (1, 25)


def part(**changes: object) -> DataWithFiles:
    files = changes.pop("files", [("image", b"png")])
    return DataWithFiles(data={"type": "layer", "index": "0", "id": "x"} | changes, files=files)


def test_the_editor_keeps_its_strokes_in_ours() -> None:
    """Pins what is relied on in Gradio's editor: `blob_storage`, `accept_blobs`, its arguments."""
    with gr.Blocks():
        pad = gr.Sketchpad()
    strokes = guard_strokes(pad)
    pad.accept_blobs(part())
    pad.accept_blobs(part(type="composite", index="null"))
    assert strokes["x"].layers == [b"png"]
    assert strokes["x"].composite == b"png"
    assert pad.accept_blobs._is_server_fn


@pytest.mark.parametrize(
    "changes",
    [
        {"index": "1000000000"},  # Gradio would make a list of that length
        {"index": "-1"},
        {"index": "one"},
        {"type": "picture"},
        {"id": ""},
        {"id": "x" * 1000},
        {"files": []},
        {"files": [("a", b""), ("b", b"")]},
    ],
)
def test_what_is_no_part_of_a_drawing_is_refused(changes: dict) -> None:
    with gr.Blocks():
        pad = gr.Sketchpad()
    strokes = guard_strokes(pad)
    for data in (part(**changes), {}, None, "text"):
        with pytest.raises(HTTPException):
            pad.accept_blobs(data)
    assert len(strokes) == 0


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
    sweep_files(tmp_path, now)
    assert not old.exists()
    assert new.exists()
    os.utime(old.parent, (now - 60, now - 60))
    sweep_files(tmp_path, now)
    assert not old.parent.exists()
    assert tmp_path.exists()


def test_when_the_disk_fills_the_oldest_go(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(storage, "FILE_BYTES", 1000)
    now = 1e9
    paths = [put(tmp_path, str(age), 300, age, now) for age in range(6)]
    sweep_files(tmp_path, now)
    assert [path.exists() for path in paths] == [True, True, True, False, False, False]


def test_when_there_are_many_the_oldest_go(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(storage, "FILES", 3)
    now = 1e9
    paths = [put(tmp_path, str(age), 1, age, now) for age in range(6)]
    sweep_files(tmp_path, now)
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
    sweep_files(tmp_path, now)
    assert stuck.exists() and not old.exists()


def test_what_was_asked_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    remember = SessionState._update_value_in_config
    monkeypatch.setattr(SessionState, "_update_value_in_config", remember)  # put back afterwards
    with gr.Blocks() as app:
        box = gr.Textbox()
    for forget, kept in ((lambda: None, "a drawing"), (keep_no_values, None)):
        forget()
        session = SessionState(app)
        session._update_value_in_config(box._id, "a drawing")
        assert session.config_values[box._id]["props"].get("value") == kept
