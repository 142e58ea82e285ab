"""Settings: environment variables, read and validated once at the start."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

# The first lets visitors run code here, even if it is "False" (Gradio only checks whether it is
# empty); the second publishes the page through a tunnel of a third party.
HOLES = ("GRADIO_VIBE_MODE", "GRADIO_SHARE")


def _users(text: Any) -> Any:
    """Parse `name:password`, or the path of a file of such lines, such as a mounted secret."""
    if not isinstance(text, str):
        return text
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
    except OSError:  # too long for a path: a password, which the error would reveal
        return False


def _networks(text: str) -> str:
    for part in text.split(","):
        if part.strip() != "*":
            ip_network(part.strip())
    return text


class Settings(BaseModel):
    """One server's settings; the defaults suit a private page."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    host: Annotated[str, AfterValidator(lambda text: text.strip("[]"))] = Field(
        "127.0.0.1", alias="GRADIO_SERVER_NAME"
    )
    port: int = Field(7860, alias="GRADIO_SERVER_PORT", ge=1, le=65535)
    # Where a proxy serves the page: "/digits", or a full URL.
    root_path: Annotated[str, AfterValidator(lambda text: text.rstrip("/"))] = Field(
        "", alias="GRADIO_ROOT_PATH", pattern="^(/|https?://)"
    )
    # Passwords by name; None: no authentication.
    users: Annotated[Mapping[str, str], BeforeValidator(_users)] | None = Field(None, alias="AUTH")
    corrections: Path | None = Field(None, alias="CORRECTIONS")  # None: no drawing is kept
    weights: Path | None = Field(None, alias="WEIGHTS")  # None: the shipped ones
    training: int = Field(1, alias="TRAINING", ge=0, le=8)  # trainings at once; 0: no such page
    trained: Path | None = Field(None, alias="TRAINED")  # None: no trained network is kept
    log_format: Literal["text", "json"] = Field("text", alias="LOG_FORMAT")
    # Requests per second and client; 0: no limit.
    rate_limit: float = Field(50, alias="RATE_LIMIT", ge=0, allow_inf_nan=False)
    # Proxies trusted for X-Forwarded-For.
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        "127.0.0.1", alias="FORWARDED_ALLOW_IPS"
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from `environ`; an empty variable counts as unset.

        Raises ValueError, naming the variable, if a value is invalid or unsafe.
        """
        for name in HOLES:
            if environ.get(name):
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
