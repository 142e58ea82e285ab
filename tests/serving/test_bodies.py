"""What Gradio may be sent: whatever names a file, names an uploaded one."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.bodies import FOREIGN, MOST_VALUES, checked

FOLDER = Path("/tmp/digits-x")
HERE = str(FOLDER / "0123" / "x.png")
PARTS = st.sampled_from(["..", ".", "", "x", "/", "/etc", str(FOLDER)]) | st.text()


def sent(body: Any) -> Any:
    return json.loads(checked(json.dumps(body).encode(), FOLDER))


@given(st.lists(PARTS).map("/".join))
def test_what_passes_is_the_same_and_names_uploaded_files_only(path: str) -> None:
    for body in ({"data": [path, [path, None, 1.5]]}, {"data": [[{path: {"path": path}}]]}):
        try:
            assert sent(body) == body
            assert body["data"][0] == path or os.path.realpath(path).startswith(f"{FOLDER}/")
        except ValueError as error:
            assert str(error) == FOREIGN


@pytest.mark.parametrize(
    "path",
    [
        *(None, 5, [], "", "x.png", "/etc/passwd", "http://127.0.0.1/", f"file://{HERE}"),
        *(str(FOLDER), f"{FOLDER}y/x.png", f"{FOLDER}/a/../../x.png"),
        *(HERE + "\0", HERE + "x" * 1000),
    ],
    ids=repr,
)
def test_other_files_are_refused_alike_wherever_they_are_named(path: Any) -> None:
    value = {"meta": {}, "path": path}
    for body in (
        {"data": [{"composite": [0, {"any": value}]}]},
        {"data": [None], "event_data": value},
        {"drawing": {"composite": value}},  # of /call/v2
    ):
        with pytest.raises(ValueError, match=FOREIGN):
            sent(body)


def test_the_last_of_two_equal_names_counts_as_it_does_for_gradio() -> None:
    twice = f'{{"data": [{{"path": "/etc/passwd", "p\\u0061th": "{HERE}"}}]}}'
    assert json.loads(checked(twice.encode(), FOLDER)) == {"data": [{"path": HERE}]}


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b'"data"', b"[]", b"null", b'{"data": 5}', b'{"data": {}}'),
        *(b'{"data": ["\xff"]}', b'{"data": [NaN]}', b'{"data": [' + b"9" * 5000 + b"]}"),
        b'{"data": ' + b"[" * MOST_VALUES + b"]" * MOST_VALUES + b"}",
        b'{"data": [0' + b",0" * MOST_VALUES + b"]}",
        b'{"data": [], "session_hash": "' + b"x" * 101 + b'"}',
    ],
    ids=lambda body: repr(body)[:30],
)
def test_other_shapes_are_refused_in_a_line(body: bytes) -> None:
    with pytest.raises(ValueError) as refused:
        checked(body, FOLDER)
    assert "\n" not in str(refused.value)
