"""What the operator may say, and what stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from serving.settings import Settings


def test_nothing_set_is_a_page_for_oneself() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"AUTH": "", "GRADIO_SERVER_PORT": " "}) == Settings()
    assert Settings().host == "127.0.0.1"
    assert Settings().corrections is None


def test_reads_every_variable(tmp_path: Path) -> None:
    weights = tmp_path / "weights.npz"
    weights.touch()
    environment = {
        "GRADIO_SERVER_NAME": "[::1]",
        "GRADIO_SERVER_PORT": "8080",
        "GRADIO_ROOT_PATH": "/digits/",
        "AUTH": "ann:a:b",
        "CORRECTIONS": str(tmp_path / "corrections.sqlite"),
        "WEIGHTS": str(weights),
        "LOG_FORMAT": "json",
        "RATE_LIMIT": "2.5",
        "FORWARDED_ALLOW_IPS": "10.0.0.0/8, 127.0.0.1",
    }
    assert Settings.from_environment(environment) == Settings(
        host="[::1]",
        port=8080,
        root_path="/digits/",
        users={"ann": "a:b"},
        corrections=str(tmp_path / "corrections.sqlite"),
        weights=weights,
        log_format="json",
        rate_limit=2.5,
        proxies="10.0.0.0/8, 127.0.0.1",
    )


def test_users_come_from_a_file_of_lines(tmp_path: Path) -> None:
    secret = tmp_path / "users"
    secret.write_text("ann:one\n\nbob:two\n")
    users = Settings.from_environment({"AUTH": str(secret)}).users
    assert users == {"ann": "one", "bob": "two"}
    long = "x" * 300  # longer than a file's name may be
    assert Settings.from_environment({"AUTH": f"ann:{long}"}).users == {"ann": long}
    with pytest.raises(ValueError, match=r"^AUTH: expected name:password"):
        Settings.from_environment({"AUTH": long})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRADIO_VIBE_MODE", "1"),
        ("GRADIO_VIBE_MODE", "False"),  # Gradio would switch it on
        ("GRADIO_SHARE", "True"),
        ("GRADIO_SERVER_PORT", "80a"),
        ("GRADIO_SERVER_PORT", "65536"),
        ("GRADIO_SERVER_PORT", "0"),
        ("GRADIO_NUM_PORTS", "many"),
        ("GRADIO_NUM_PORTS", ""),
        ("GRADIO_ROOT_PATH", "digits"),
        ("AUTH", "ann"),
        ("AUTH", "ann:"),
        ("AUTH", ":secret"),
        ("LOG_FORMAT", "xml"),
        ("RATE_LIMIT", "-1"),
        ("RATE_LIMIT", "nan"),
        ("RATE_LIMIT", "often"),
        ("FORWARDED_ALLOW_IPS", "proxy.example"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name) as raised:
        Settings.from_environment({name: value})
    assert "\n" not in str(raised.value)
    if name == "AUTH":
        assert "secret" not in str(raised.value)
