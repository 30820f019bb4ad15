"""How a process tells of itself: its log lines, and where its traces go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

LogFormat = Literal["auto", "plain", "json"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class OpsSettingsInvalid(ValueError):
    """Names the variable, and what it may be."""


@dataclass(frozen=True, slots=True)
class OpsSettings:
    """log_format `auto`: plain on a terminal, else JSON. access_log: a line for each request.
    otlp_endpoint: of a collector, `http://host:4318`; None: no traces."""

    log_format: LogFormat = "auto"
    log_level: LogLevel = "INFO"
    access_log: bool = False
    otlp_endpoint: str | None = None


def ops_settings(env: Mapping[str, str]) -> OpsSettings:
    """Raises OpsSettingsInvalid."""
    log_format = env.get("YOUSU_LOG_FORMAT") or "auto"
    level = (env.get("YOUSU_LOG_LEVEL") or "INFO").upper()
    access = env.get("YOUSU_ACCESS_LOG") or "off"
    _one_of("YOUSU_LOG_FORMAT", log_format, get_args(LogFormat))
    _one_of("YOUSU_LOG_LEVEL", level, get_args(LogLevel))
    _one_of("YOUSU_ACCESS_LOG", access, ("on", "off"))
    return OpsSettings(
        log_format=cast(LogFormat, log_format),
        log_level=cast(LogLevel, level),
        access_log=access == "on",
        otlp_endpoint=_endpoint(env.get("YOUSU_OTLP_ENDPOINT") or None),
    )


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise OpsSettingsInvalid(f"{name}: {value!r} is not of {', '.join(allowed)}")


def _endpoint(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise OpsSettingsInvalid("YOUSU_OTLP_ENDPOINT: expected http://host:port or https://…")
    return url
