"""What the page asks the server, over HTTP: its scripts, its code, its answers."""

from __future__ import annotations

import re

import httpx
import pytest

from harness.pictures import black_png, data_uri, seven
from page.about import CODE, ROOT
from page.endpoints import STATIC
from page.words import ENGLISH


def test_scripts_and_style_are_served_small_and_checked_for_changes(server: str) -> None:
    for path in STATIC.iterdir():
        reply = httpx.get(f"{server}/page/{path.name}").raise_for_status()
        assert reply.headers["cache-control"] == "no-cache"
        assert len(reply.content) < 30_000
        etag = {"if-none-match": reply.headers["etag"]}
        assert httpx.get(f"{server}/page/{path.name}", headers=etag).status_code == 304


def test_the_code_that_the_page_names_is_the_code_that_runs(server: str) -> None:
    assert len(CODE) >= 5
    for name in CODE:
        reply = httpx.get(f"{server}/page/code/{name}").raise_for_status()
        assert reply.text == (ROOT / name).read_text(encoding="utf-8")
        assert reply.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("name", ["code/app.py", "code/../app.py", "../app.py", "nothing.js", ""])
def test_no_other_file_is_served(server: str, name: str) -> None:
    assert httpx.get(f"{server}/page/{name}").status_code in (404, 405)


def test_a_picture_is_read(server: str) -> None:
    reply = httpx.post(f"{server}/page/read", json={"picture": data_uri(seven())})
    text = re.sub(r"<[^>]*>", "", reply.raise_for_status().text)
    assert "7" in text and "99% sure" in text


@pytest.mark.parametrize("picture", ["", "x", "data:image/png;base64,AAAA", "data:image/png,\0"])
def test_what_is_no_picture_gets_a_sentence(server: str, picture: str) -> None:
    reply = httpx.post(f"{server}/page/read", json={"picture": picture}).raise_for_status()
    assert ENGLISH["unreadable"] in reply.text


@pytest.mark.parametrize(
    "body", [None, [], 5, {}, {"picture": None}, {"picture": 5}, {"picture": "x" * 950_000}]
)
@pytest.mark.parametrize("name", ["read", "correct", "inside", "neuron"])
def test_wrong_types_are_refused(server: str, name: str, body: object) -> None:
    reply = httpx.post(f"{server}/page/{name}", json=body)
    assert reply.status_code == 422
    assert len(reply.content) < 2_000  # what was sent is not sent back


@pytest.mark.parametrize("label", ["", "x", "-1", "12345678901", "٣", None, 7])
def test_only_digits_are_labels(server: str, label: object) -> None:
    correction = {"picture": data_uri(seven()), "label": label}
    assert httpx.post(f"{server}/page/correct", json=correction).status_code == 422


@pytest.mark.parametrize(
    "look",
    [
        *({"place": wrong} for wrong in (-1, 10**30, "x")),
        *({"pair": wrong} for wrong in ([1], [1, 10], [1, 2, 3])),
        *({"neuron": wrong} for wrong in (-1, 10**9, None)),
    ],
)
def test_looks_at_what_cannot_be_are_refused(server: str, look: dict) -> None:
    name = "neuron" if "neuron" in look else "inside"
    reply = httpx.post(f"{server}/page/{name}", json={"picture": data_uri(seven())} | look)
    assert reply.status_code == 422


def test_looks_at_nothing_are_empty(server: str) -> None:
    for picture in ("x", data_uri(black_png(10, 10))):
        assert httpx.post(f"{server}/page/inside", json={"picture": picture}).text == ""
    beyond = {"picture": data_uri(seven()), "neuron": 100}
    assert httpx.post(f"{server}/page/neuron", json=beyond).text == ""
    same = {"picture": data_uri(seven()), "pair": [3, 3], "place": 9}  # the best two; the last
    assert 'id="why"' in httpx.post(f"{server}/page/inside", json=same).text
