"""What the operator may say, and what stops the start."""

import socket
from pathlib import Path

import pytest

import app
from serving.settings import Settings

LONG = "x" * 300  # longer than a file's name may be


def test_reads_every_variable_and_nothing_set_is_a_page_for_oneself() -> None:
    given = {
        **{"GRADIO_SERVER_NAME": "[::1]", "GRADIO_SERVER_PORT": "8080", "LOG_FORMAT": "json"},
        **{"GRADIO_ROOT_PATH": "/digits/", "AUTH": "ann:a:b", "CORRECTIONS": "corrections.sqlite"},
        **{"WEIGHTS": "weights.npz", "TRAINING": "0", "RATE_LIMIT": " 2.5 "},
        "FORWARDED_ALLOW_IPS": "10.0.0.0/8, ::1",
    }
    read = {"GRADIO_SERVER_PORT": 8080, "AUTH": {"ann": "a:b"}, "WEIGHTS": Path("weights.npz")}
    read |= {"TRAINING": 0, "RATE_LIMIT": 2.5}
    assert Settings.from_environment(given).model_dump(by_alias=True) == given | read
    nothing = Settings.from_environment({"AUTH": "", "GRADIO_SERVER_PORT": " "})
    assert (nothing.host, nothing.users, nothing.corrections) == ("127.0.0.1", None, None)


def test_users_come_from_a_file_of_lines(tmp_path: Path) -> None:
    (secret := tmp_path / "users").write_text("ann:one\n\nbob:two\n")
    users = Settings.from_environment({"AUTH": str(secret)}).users
    assert users == {"ann": "one", "bob": "two"}
    for wrong in ("ann:one\nann:two", "ann:one\nbob", ""):
        secret.write_text(wrong)
        with pytest.raises(ValueError, match=r"^AUTH: expected .*each name once$"):
            Settings.from_environment({"AUTH": str(secret)})
    assert Settings.from_environment({"AUTH": f"ann:{LONG}"}).users == {"ann": LONG}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("GRADIO_VIBE_MODE", value) for value in ("1", "False")),  # either switches it on
        ("GRADIO_SHARE", "True"),
        *(("GRADIO_SERVER_PORT", value) for value in ("80a", "65536", "0")),
        ("GRADIO_ROOT_PATH", "digits"),
        *(("AUTH", value) for value in ("ann", "ann:", ":secret", LONG)),
        ("TRAINING", "9"),
        ("LOG_FORMAT", "xml"),
        *(("RATE_LIMIT", value) for value in ("-1", "nan", "often")),
        ("FORWARDED_ALLOW_IPS", "proxy.example"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=rf"\A{name}.*\Z") as raised:
        Settings.from_environment({name: value})
    assert name != "AUTH" or value not in str(raised.value)


def test_what_stops_the_start_is_said_in_one_line(tmp_path, monkeypatch) -> None:
    (damaged := tmp_path / "damaged").write_bytes(b"PK\x03\x04 no weights")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
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
