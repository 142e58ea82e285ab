"""Settings: environment variables, read and validated once at the start."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

# The first lets visitors run code here, even if it is "False"; the second opens a public tunnel.
HOLES = ("GRADIO_VIBE_MODE", "GRADIO_SHARE")


def _users(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    lines = [given]
    if os.path.isfile(given):  # noqa: PTH113 (Path's error would show a long password)
        lines = [line for line in Path(given).read_text("utf-8").splitlines() if line.strip()]
    users = dict(line.strip().split(":", 1) for line in lines if ":" in line)
    if not users or len(users) != len(lines) or not all(n and p for n, p in users.items()):
        raise ValueError("expected name:password, or a file of such lines, each name once")
    return users


class Settings(BaseModel, frozen=True, populate_by_name=True):
    """A server's settings; the defaults suit a private page."""

    host: str = Field("127.0.0.1", alias="GRADIO_SERVER_NAME")
    port: int = Field(7860, alias="GRADIO_SERVER_PORT", ge=1, le=65535)
    # Where a proxy serves the page: "/digits", or a full URL.
    root_path: str = Field("", alias="GRADIO_ROOT_PATH", pattern="^(/|https?://)")
    # Passwords by name, or a file with name:password lines. None: no authentication.
    users: Annotated[Mapping[str, str], BeforeValidator(_users)] | None = Field(None, alias="AUTH")
    # A file, or a shared postgresql://…. None: no drawing is kept.
    corrections: str | None = Field(None, alias="CORRECTIONS")
    weights: Path | None = Field(None, alias="WEIGHTS")  # None: the shipped ones
    training: int = Field(1, alias="TRAINING", ge=0, le=8)  # trainings at once; 0: no tab
    log_format: Literal["text", "json"] = Field("text", alias="LOG_FORMAT")
    # Requests per second and client; 0: no limit.
    rate_limit: float = Field(50, alias="RATE_LIMIT", ge=0, allow_inf_nan=False)
    # Addresses and networks of proxies trusted for X-Forwarded-For, or "*".
    proxies: str = Field("127.0.0.1", alias="FORWARDED_ALLOW_IPS", pattern=r"^[\da-fA-F.:/, *]+$")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read settings; empty variables are unset. Raises ValueError naming a wrong variable."""
        for name in filter(environ.get, HOLES):
            raise ValueError(f"{name} is set, which would open this server to anyone: unset it")
        names = (str(field.alias) for field in cls.model_fields.values())
        given = {name: environ[name].strip() for name in names if environ.get(name, "").strip()}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name, reason = first["loc"][0], first["msg"].removeprefix("Value error, ")
            value = "" if name == "AUTH" else f" is {given[name]!r}"
            raise ValueError(f"{name}{value}: {reason}") from None
