"""What is done to Gradio: it holds, and is missed at once where Gradio has changed."""

from __future__ import annotations

import runpy
from pathlib import Path

import gradio as gr
import pytest
from gradio.state_holder import SessionState
from gradio.utils import get_upload_folder

from serving import gradio_patches
from serving.gradio_patches import check_inputs, keep_no_values, protect


@pytest.fixture(autouse=True)
def gradio_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is changed for all pages is put back afterwards."""
    remember = SessionState._update_value_in_config
    monkeypatch.setattr(SessionState, "_update_value_in_config", remember)


@pytest.fixture
def page() -> gr.Blocks:
    with gr.Blocks() as page:
        pad, text, label = gr.Sketchpad(), gr.Textbox(), gr.Label()
        gr.on([], lambda pad: "7", pad, label, api_name="predict")
        gr.on([], lambda text: "7", text, label, api_name="text")
    return page


def test_what_was_asked_is_not_remembered(page: gr.Blocks) -> None:
    for forget, kept in ((lambda: None, "a drawing"), (keep_no_values, None)):
        forget()
        session = SessionState(page)
        key = next(iter(session.config_values))
        session._update_value_in_config(key, "a drawing")
        assert session.config_values[key]["props"].get("value") == kept


def test_only_pictures_that_were_sent_here_reach_gradio(page: gr.Blocks) -> None:
    check_inputs(page)
    event, of_text = page.fns.values()
    here = str(Path(get_upload_folder(), "picture.png"))
    inputs = [{"composite": {"path": here, "url": "http://127.0.0.1/"}, "id": "x", "more": 1}]
    page.validate_inputs(event, inputs)
    (drawing,) = inputs
    assert drawing["composite"] == {"path": here, "meta": {"_type": "gradio.FileData"}}
    assert (drawing["background"], drawing["layers"], drawing["id"]) == (None, [], None)
    sent = {"composite": {"path": here}}
    for wrong in (
        [],
        [5],
        ["a"],
        [None],
        [{}],
        [{"composite": None}],
        [{"composite": {"path": "/etc/passwd"}}],
        [{"composite": {"path": f"{here}/../../x"}}],
        [{"composite": {"path": "http://127.0.0.1/"}}],
        [{"composite": {"path": here + "\0"}}],
        [{"composite": {"path": here + "x" * 1000}}],
        [sent | {"layers": [{"path": "/etc/passwd"}]}],
        [sent | {"layers": [{"path": here}] * 2}],
    ):
        with pytest.raises(gr.Error, match=r"\w+ \w+"):
            page.validate_inputs(event, wrong)
    with pytest.raises(gr.Error, match="not for callers"):
        page.validate_inputs(of_text, ["a"])


TOLD = r"^Gradio 6[.\d]+ has changed \(\w+\).*pip install.*$"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (gr.Blocks, "validate_inputs"),
        (gr.Blocks, "preprocess_data"),
        (SessionState, "_update_value_in_config"),
    ],
)
def test_a_gradio_that_lacks_a_name_is_told_in_one_line(
    page: gr.Blocks, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    monkeypatch.delattr(owner, name)
    with pytest.raises(ValueError, match=TOLD):
        protect(page)


def test_a_gradio_that_no_longer_asks_the_guard_is_told_in_one_line(
    page: gr.Blocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gr.Blocks, "preprocess_data", lambda *_: None)
    with pytest.raises(ValueError, match=TOLD):
        protect(page)


@pytest.mark.parametrize("name", ["pending_messages_per_session", "pending_event_ids_session"])
def test_another_queue_is_told_in_one_line(page: gr.Blocks, name: str) -> None:
    delattr(page._queue, name)
    with pytest.raises(ValueError, match=rf"has changed \({name}\)"):
        protect(page)


def test_who_has_gone_is_forgotten(page: gr.Blocks, tmp_path: Path) -> None:
    protect(page)
    there, gone = tmp_path / "there", tmp_path / "gone"
    there.touch()
    names = page.temp_file_sets[0]
    names |= {str(there), str(gone)}
    queue = page._queue
    for number in range(2 * gradio_patches.SESSIONS):
        queue.pending_messages_per_session[str(number)] = object()
        queue.pending_event_ids_session[str(number)] = {"event"}
    gradio_patches.forget_the_gone(page)
    assert names == {str(there)}
    assert len(queue.pending_event_ids_session) == gradio_patches.SESSIONS
    assert str(2 * gradio_patches.SESSIONS - 1) in queue.pending_event_ids_session


def test_a_gradio_without_a_module_or_name_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("gradio.utils.LRUCache")
    with pytest.raises(SystemExit, match=r"^Cannot start: Gradio .* has changed \(.*\).*\Z"):
        runpy.run_path(gradio_patches.__file__)
