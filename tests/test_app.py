"""The app as a program: how it starts, and what it offers."""

import httpx
import pytest

import app


def test_nobody_is_told_and_only_the_api_is_linked(server: str) -> None:
    config = httpx.get(f"{server}/config").json()
    assert config["analytics_enabled"] is False
    assert config["footer_links"] == ["api"]


def test_what_stops_it_is_said_in_one_line(server, tmp_path, monkeypatch) -> None:
    port = server.rpartition(":")[2]
    (damaged := tmp_path / "damaged").write_bytes(b"PK\x03\x04 no weights")
    for variable, value, named in (
        ("WEIGHTS", str(tmp_path / "missing"), "missing"),
        ("WEIGHTS", str(damaged), "damaged"),
        ("GRADIO_SERVER_PORT", port, f"in use .*{port}.*GRADIO_SERVER_PORT"),
        ("CORRECTIONS", "/no/such/folder/file", "/no/such/folder/file"),
        ("GRADIO_VIBE_MODE", "False", "GRADIO_VIBE_MODE"),
    ):
        with monkeypatch.context() as patched:
            patched.setenv("GRADIO_SERVER_PORT", port)
            patched.setenv(variable, value)
            with pytest.raises(SystemExit, match=rf"^Cannot start: .*{named}.*\Z"):
                app.main()
