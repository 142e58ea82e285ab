"""The code behind the page can be read in the browser; nothing else can."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]


def test_the_links_of_the_page_lead_to_the_code_that_runs(server: str) -> None:
    greeting = httpx.post(f"{server}/gradio_api/run/predict", json={"data": [], "fn_index": 0})
    links = re.findall(r"\]\((source/[^)]+)\)", greeting.json()["data"][-1])
    assert len(links) == 5
    for link in links:
        reply = httpx.get(f"{server}/{link}")
        assert reply.headers["content-type"] == "text/plain; charset=utf-8"
        assert reply.text == (ROOT / link.removeprefix("source/")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "model",
        "weights/nnmodel.npz",
        "README.md",
        "../etc/passwd",
        "/etc/passwd",
        "model/../README.md",
        "model/network.py/",
        "%2e%2e/etc/passwd",
        "model%2F..%2FREADME.md",
    ],
)
def test_no_other_file_can_be_asked_for(server: str, name: str) -> None:
    assert httpx.get(f"{server}/source/{name}", follow_redirects=True).status_code == 404
