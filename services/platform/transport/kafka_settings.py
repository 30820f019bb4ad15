"""How to reach Kafka, for both clients. Beyond this machine only with TLS."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_SSL"]
Mechanism = Literal["SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"]


class KafkaSettingsInvalid(ValueError):
    """Kafka cannot be reached, or may not be reached, like this."""


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """servers: `host:port` each. prefix: put before every topic and group, so that several
    installations can share a broker. ca_file: PEM; None means the system's authorities."""

    servers: tuple[str, ...]
    security_protocol: SecurityProtocol = "PLAINTEXT"
    mechanism: Mechanism | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    prefix: str = ""

    def topic(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def group(self, service: str) -> str:
        return f"{self.prefix}yousu-{service}"


def kafka_settings(env: Mapping[str, str]) -> KafkaSettings | None:
    """None if YOUSU_KAFKA is not set. Raises KafkaSettingsInvalid, naming the variable."""
    servers = tuple(filter(None, (s.strip() for s in env.get("YOUSU_KAFKA", "").split(","))))
    if not servers:
        return None
    settings = KafkaSettings(
        servers=servers,
        security_protocol=_protocol(env),
        mechanism=_mechanism(env),
        username=env.get("YOUSU_KAFKA_USERNAME"),
        password=_password(env),
        ca_file=Path(env["YOUSU_KAFKA_CA_FILE"]) if env.get("YOUSU_KAFKA_CA_FILE") else None,
        prefix=env.get("YOUSU_KAFKA_PREFIX", ""),
    )
    _check(settings)
    return settings


def _protocol(env: Mapping[str, str]) -> SecurityProtocol:
    value = env.get("YOUSU_KAFKA_SECURITY_PROTOCOL") or "PLAINTEXT"
    if value not in get_args(SecurityProtocol):
        allowed = ", ".join(get_args(SecurityProtocol))
        raise KafkaSettingsInvalid(f"YOUSU_KAFKA_SECURITY_PROTOCOL: {value!r} is not of {allowed}")
    return cast(SecurityProtocol, value)


def _mechanism(env: Mapping[str, str]) -> Mechanism | None:
    value = env.get("YOUSU_KAFKA_SASL_MECHANISM")
    if not value:
        return None
    if value not in get_args(Mechanism):
        allowed = ", ".join(get_args(Mechanism))
        raise KafkaSettingsInvalid(f"YOUSU_KAFKA_SASL_MECHANISM: {value!r} is not of {allowed}")
    return cast(Mechanism, value)


def _password(env: Mapping[str, str]) -> str | None:
    """From a file: what stands in an environment is shown by many tools."""
    path = env.get("YOUSU_KAFKA_PASSWORD_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise KafkaSettingsInvalid(f"YOUSU_KAFKA_PASSWORD_FILE: {path}: cannot be read") from None


def _check(settings: KafkaSettings) -> None:
    if settings.security_protocol == "SASL_SSL":
        if not (settings.mechanism and settings.username and settings.password):
            raise KafkaSettingsInvalid(
                "SASL_SSL needs YOUSU_KAFKA_SASL_MECHANISM, _USERNAME and _PASSWORD_FILE"
            )
    elif settings.mechanism:
        raise KafkaSettingsInvalid(
            "YOUSU_KAFKA_SASL_MECHANISM without SASL_SSL: a password is never sent in the clear"
        )
    if settings.security_protocol == "PLAINTEXT":
        for server in settings.servers:
            if not _is_loopback(server):
                raise KafkaSettingsInvalid(
                    f"YOUSU_KAFKA: {server} is not this machine, so it needs TLS:"
                    " set YOUSU_KAFKA_SECURITY_PROTOCOL to SASL_SSL or SSL"
                )


def _is_loopback(server: str) -> bool:
    host = server.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
