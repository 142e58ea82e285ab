"""Which requests pass the gate, without a server."""

from __future__ import annotations

import pytest

from serving.gate import Gate
from serving.limits import Refusal
from serving.records import Records


def scope(path: str, method: str = "GET") -> dict:
    return {"path": path, "method": method, "client": ("192.0.2.7", 1), "headers": []}


def gate(root_path: str = "") -> Gate:
    return Gate(None, Records(), root_path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=http://169.254.169.254/"),
        ("GET", "/gradio_api/file=/tmp/../etc/passwd"),
        ("GET", "/gradio_api/file=http:/x"),
        ("GET", "/gradio_api/proxy=https://x.hf.space/"),
        ("GET", "/gradio_api/upload_progress"),
        ("GET", "/gradio_api/custom_component/x/client/y/z.js"),
        ("GET", "/gradio_api/vibe-code/"),
        ("POST", "/gradio_api/vibe-edit/"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("GET", "/static/../../app.py"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/login"),
        ("DELETE", "/gradio_api/run/predict"),
    ],
)
def test_what_the_page_does_not_need_is_not_there(method: str, path: str) -> None:
    with pytest.raises(Refusal) as raised:
        gate()._check(scope(path, method))
    assert raised.value.status in (404, 405)


def test_a_root_path_is_taken_away_if_the_proxy_left_it() -> None:
    below = gate("/digits")._below_root
    assert below(scope("/digits/config"))["path"] == "/config"
    assert below(scope("/digits"))["path"] == "/"
    assert below(scope("/config"))["path"] == "/config"
    assert below(scope("/digitsconfig"))["path"] == "/digitsconfig"
