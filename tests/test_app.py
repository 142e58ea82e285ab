"""The app as a program: how it starts, and what it offers."""

import httpx
import pytest

import app


def test_nobody_is_told_and_only_the_api_is_linked(server: str) -> None:
    config = httpx.get(f"{server}/config").json()
    assert config["analytics_enabled"] is False
    assert config["footer_links"] == ["api"]


def test_what_stops_it_is_said_in_one_line(server, tmp_path, monkeypatch) -> None:
    """Weights that are missing, weights that are damaged, a port that is taken."""
    port = server.rpartition(":")[2]
    taken = f"Address already in use .*{port}.*GRADIO_SERVER_PORT"
    monkeypatch.setenv("GRADIO_SERVER_PORT", port)
    missing, damaged = tmp_path / "missing", tmp_path / "damaged"
    damaged.write_bytes(b"PK\x03\x04 no weights")
    for weights, named in ((missing, "missing"), (damaged, "damaged"), (app.SHIPPED, taken)):
        monkeypatch.setattr(app, "SHIPPED", weights)
        with pytest.raises(SystemExit, match=rf"^Cannot start: .*{named}.*\Z"):
            app.main()
    monkeypatch.undo()
    settings = {"CORRECTIONS": "/no/such/folder/file", "GRADIO_VIBE_MODE": "False"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
        named = value if name == "CORRECTIONS" else name
        with pytest.raises(SystemExit, match=rf"^Cannot start: {named}.*\Z"):
            app.main()
