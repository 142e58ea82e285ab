"""What Gradio may be sent: whatever names a file, names an uploaded one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.bodies import FOREIGN, MOST_DEPTH, MOST_VALUES, check_files, checked

FOLDER = Path("/tmp/digits-x")
HERE = str(FOLDER / "0123" / "x.png")
META = {"_type": "gradio.FileData"}
WORDS = st.text() | st.sampled_from(["path", "meta", "data", "..", "/", "\0", "~", str(FOLDER)])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
)
PATHS = st.lists(st.sampled_from(["..", ".", "", "x", "/", "/etc", str(FOLDER)]) | st.text()).map(
    "/".join
)


def sent(body: Any) -> Any:
    return json.loads(checked(json.dumps(body).encode(), FOLDER))


def is_uploaded(path: Any) -> bool:
    try:
        check_files({"path": path}, FOLDER)
    except ValueError:
        return False
    return True


def named(value: Any) -> list[Any]:
    """What the value names as files, by Gradio's rule, wherever in it."""
    if isinstance(value, dict):
        inner = [name for each in value.values() for name in named(each)]
        return inner + ([value["path"]] if "path" in value else [])
    return [name for each in value for name in named(each)] if isinstance(value, list) else []


def within(value: Any, places: list[str | int]) -> Any:
    """The value in lists and objects, inside of each other."""
    for place in places:
        value = {place: value} if isinstance(place, str) else [0] * place + [value]
    return value


@given(st.lists(VALUES))
def test_what_passes_is_the_same_and_names_uploaded_files_only(data: list[Any]) -> None:
    try:
        passed = sent({"data": data})
    except ValueError as error:
        assert str(error).startswith("Expected") and "\n" not in str(error)
    else:
        assert passed == {"data": data or [None]}
        for path in named(data):
            real = os.path.realpath(path)
            assert real.startswith(f"{FOLDER}/")


@given(VALUES, st.lists(WORDS | st.integers(0, 3), max_size=MOST_DEPTH - 4))
def test_no_other_file_passes_wherever_it_is_named(path: Any, places: list[str | int]) -> None:
    def asked(name: Any) -> dict[str, Any]:
        return {"data": [within({"path": name, "meta": META}, [p for p in places if p != "path"])]}

    assert sent(asked(HERE)) == asked(HERE)
    if not is_uploaded(path):
        with pytest.raises(ValueError, match=FOREIGN):
            sent(asked(path))


@given(PATHS)
def test_a_path_is_below_the_folder_or_is_not_uploaded(path: str) -> None:
    if is_uploaded(path):
        assert os.path.realpath(path).startswith(f"{FOLDER}/")


@pytest.mark.parametrize(
    "path",
    [
        None,
        5,
        [],
        {},
        "",
        "x.png",
        "/etc/passwd",
        "http://127.0.0.1/",
        f"file://{HERE}",
        str(FOLDER),
        f"{FOLDER}/",
        f"{FOLDER}y/x.png",
        f"{FOLDER}/../x.png",
        f"{FOLDER}/a/../../x.png",
        HERE + "\0",
        HERE + "x" * 1000,
    ],
    ids=repr,
)
def test_paths_elsewhere_are_refused_alike(path: Any) -> None:
    for body in (
        {"data": [{"composite": {"path": path, "meta": META}}]},
        {"data": [{"composite": {"path": path}}]},
        {"data": [], "event_data": {"path": path}},
        {"drawing": {"composite": {"path": path, "meta": META}}},  # of /call/v2
    ):
        with pytest.raises(ValueError, match=FOREIGN):
            sent(body)


def test_the_last_of_two_equal_names_counts_as_it_does_for_gradio() -> None:
    twice = '{"data": [{"path": "%s", "path": "%s"}]}'
    assert json.loads(checked((twice % ("/etc/passwd", HERE)).encode(), FOLDER)) == {
        "data": [{"path": HERE}]
    }
    with pytest.raises(ValueError, match=FOREIGN):
        checked((twice % (HERE, "/etc/passwd")).encode(), FOLDER)
    with pytest.raises(ValueError, match=FOREIGN):
        checked(b'{"data": [{"p\\u0061th": "/etc/passwd"}]}', FOLDER)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'"data"',
        b"[]",
        b"null",
        b'{"data": 5}',
        b'{"data": {}}',
        b'{"data": ["\xff"]}',
        b'{"data": [' + b"9" * 5000 + b"]}",
        b'{"data": ' + b"[" * 1500,
        b'{"data": [' + b"0," * MOST_VALUES + b"0]}",
        b'{"data": ' + b"[" * (MOST_DEPTH + 1) + b"]" * (MOST_DEPTH + 1) + b"}",
        b'{"data": [], "session_hash": "' + b"x" * 101 + b'"}',
    ],
    ids=lambda body: repr(body)[:30],
)
def test_other_shapes_are_refused_in_a_sentence(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"^Expected [^\n]*\.$"):
        checked(body, FOLDER)
