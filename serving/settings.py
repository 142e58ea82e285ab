"""What the operator decides, by environment variables only: read once, checked before anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")

# The first lets anyone who opens the page run code here, even if it is "False" (Gradio looks only
# whether it is empty); the second offers the page to the world through somebody else's machine.
HOLES = ("GRADIO_VIBE_MODE", "GRADIO_SHARE")


@dataclass(frozen=True)
class Settings:
    """One server's settings; the defaults are those of a page for oneself."""

    host: str = "127.0.0.1"
    port: int = 7860
    root_path: str = ""  # where a proxy shows the page: "/digits", or a whole address
    users: Mapping[str, str] | None = None  # passwords by name; None: everyone may draw
    corrections: Path | None = None  # None: nothing that is drawn is kept
    weights: Path | None = None  # None: those that came with the program
    json_logs: bool = False
    rate_limit: float = 50.0  # requests per second of one client; 0: no limit
    trusted_proxies: str = "127.0.0.1"  # whose X-Forwarded-For is believed

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """The settings in `environ`; a variable that is empty counts as not set.

        Raises ValueError, naming the variable, if one has a wrong value or opens a hole.
        """
        for name in HOLES:
            if environ.get(name):
                raise ValueError(f"{name} is set, which would open this server to anyone: unset it")

        def read(name: str, parse: Callable[[str], Value], default: Value) -> Value:
            text = environ.get(name, "").strip()
            if not text:
                return default
            try:
                return parse(text)
            except (OSError, ValueError) as error:
                shown = "" if name == "AUTH" else f" is {text!r}"
                raise ValueError(f"{name}{shown}: {error}") from None

        return cls(
            host=read("GRADIO_SERVER_NAME", _host, cls.host),
            port=read("GRADIO_SERVER_PORT", _port, cls.port),
            root_path=read("GRADIO_ROOT_PATH", _root_path, cls.root_path),
            users=read("AUTH", _users, None),
            corrections=read("CORRECTIONS", _writable, None),
            weights=read("WEIGHTS", _file, None),
            json_logs=read("LOG_FORMAT", _is_json, cls.json_logs),
            rate_limit=read("RATE_LIMIT", _rate, cls.rate_limit),
            trusted_proxies=read("FORWARDED_ALLOW_IPS", _networks, cls.trusted_proxies),
        )


def _host(text: str) -> str:
    return text.removeprefix("[").removesuffix("]")  # IPv6 as it is written in addresses


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ValueError("expected a number from 1 to 65535")
    return int(text)


def _root_path(text: str) -> str:
    if not text.startswith(("/", "http://", "https://")):
        raise ValueError("expected a path that begins with /, or a whole address")
    return text.rstrip("/")


def _users(text: str) -> dict[str, str]:
    """`name:password`, or the path of a file of such lines, as secrets are mounted."""
    lines = [text]
    if ":" not in text or _is_file(text):
        if not _is_file(text):
            raise ValueError("expected name:password, or a file of such lines")
        lines = [line for line in Path(text).read_text("utf-8").splitlines() if line.strip()]
    users = dict(line.strip().split(":", 1) for line in lines if ":" in line)
    if not users or len(users) != len(lines) or not all(n and p for n, p in users.items()):
        raise ValueError("expected lines of name:password, each name once and neither part empty")
    return users


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # too long for a name: a password, which the error would tell
        return False


def _writable(text: str) -> Path:
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError("expected a file in a folder that exists")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError("it may not be written to")
    return path


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise ValueError("no such file")
    return Path(text)


def _is_json(text: str) -> bool:
    if text not in ("json", "text"):
        raise ValueError("expected json or text")
    return text == "json"


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate < float("inf"):
        raise ValueError("expected requests per second, or 0 for no limit")
    return rate


def _networks(text: str) -> str:
    for part in text.split(","):
        if part.strip() != "*":
            ip_network(part.strip())
    return text
