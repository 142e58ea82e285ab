"""Settings: environment variables, read and validated once at the start."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

# The first lets visitors run code here, even if it is "False"; the second opens a public tunnel.
HOLES = ("GRADIO_VIBE_MODE", "GRADIO_SHARE")


def _users(given: str) -> dict[str, str]:
    is_file = os.path.isfile(given)  # noqa: PTH113 (Path's error would show a long password)
    text = Path(given).read_text("utf-8") if is_file else given
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    users = dict(line.split(":", 1) for line in lines if ":" in line)
    if not users or len(users) != len(lines) or not all(n and p for n, p in users.items()):
        raise ValueError("expected name:password, or a file of such lines, each name once")
    return users


class Settings(BaseModel, frozen=True):
    """A server's settings, which docs/serving.md describes; the defaults suit a private page."""

    host: str = Field("127.0.0.1", alias="GRADIO_SERVER_NAME")
    port: int = Field(7860, alias="GRADIO_SERVER_PORT", ge=1, le=65535)
    root_path: str = Field("", alias="GRADIO_ROOT_PATH", pattern="^(/|https?://)")
    users: Annotated[Mapping[str, str], BeforeValidator(_users)] | None = Field(None, alias="AUTH")
    corrections: str | None = Field(None, alias="CORRECTIONS")
    weights: Path | None = Field(None, alias="WEIGHTS")  # None: the shipped ones
    training: int = Field(1, alias="TRAINING", ge=0, le=8)
    log_format: Literal["text", "json"] = Field("text", alias="LOG_FORMAT")
    rate_limit: float = Field(50, alias="RATE_LIMIT", ge=0, allow_inf_nan=False)
    proxies: str = Field("127.0.0.1", alias="FORWARDED_ALLOW_IPS", pattern=r"^[\da-fA-F.:/, *]+$")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read settings; empty variables are unset. Raises ValueError naming a wrong variable."""
        for name in filter(environ.get, HOLES):
            raise ValueError(f"{name} is set, which would open this server to anyone: unset it")
        try:
            return cls.model_validate({n: v.strip() for n, v in environ.items() if v.strip()})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name, reason = first["loc"][0], first["msg"].removeprefix("Value error, ")
            value = "" if name == "AUTH" else f" is {first['input']!r}"
            raise ValueError(f"{name}{value}: {reason}") from None
