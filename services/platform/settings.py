"""The only place that reads the environment. Settings are read once, and passed on as values."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from services.platform.database_url import DatabaseUrlInvalid, checked_url
from services.platform.ops.ops_settings import OpsSettings, OpsSettingsInvalid, ops_settings
from services.platform.transport.kafka_settings import (
    KafkaSettings,
    KafkaSettingsInvalid,
    kafka_settings,
)

DEFAULT_DATA_DIR = Path("yousu-data")
Similar = Literal["off", "propose", "join"]
Switch = Literal["off", "on"]


class SettingsInvalid(ValueError):
    """The service cannot start with these settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """data_dir: the log, the read models, the calendar. master_key_file: apart, if you like.

    api_keys: name → key of each client; none means that the doors are open (loopback use).
    kafka: the bus, if there is one; then workers run the processors.
    database_url: where the log is, if it is not a file in data_dir; keys_url: where residents'
    keys are then. similar: what becomes of a report that tells of an open ticket's matter in other
    words: a person is asked ("propose"), or also it joins by itself where it is sure ("join").
    notices: whether residents and units are told; None: nobody has said. notices_secrets: of its
    channels, by name. relived: a past under a clock of its own, of which a power cut may take the
    last moments, since it can be lived again; nothing else may ever be. held: and a kill, for only
    this process lives it, and nobody is told of anything before it is over.
    """

    data_dir: Path
    master_key_file: Path
    api_keys: Mapping[str, str]
    directory: Path | None = None
    policy: Path | None = None
    supervision_policy: Path | None = None
    kafka: KafkaSettings | None = None
    database_url: str | None = field(default=None, repr=False)
    keys_url: str | None = field(default=None, repr=False)
    similar: Similar = "propose"
    notices: Switch | None = None
    notices_policy: Path | None = None
    notices_templates: Path | None = None
    notices_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    relived: bool = False
    held: bool = False

    @property
    def log_file(self) -> Path:
        return self.data_dir / "yousu.db"

    @property
    def keys_file(self) -> Path:
        return self.data_dir / "keys" / "keys.db"


def load_settings(
    data_dir: Path | None,
    database_url: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Arguments win over the environment, which wins over defaults. Raises SettingsInvalid."""
    env = os.environ if environment is None else environment
    url = database_url or env.get("YOUSU_DATABASE_URL") or None
    folder = data_dir or Path(env.get("YOUSU_DATA") or DEFAULT_DATA_DIR)
    return Settings(
        data_dir=folder,
        master_key_file=_path(env, "YOUSU_MASTER_KEY_FILE") or folder / "keys" / "master.key",
        api_keys=_api_keys(env.get("YOUSU_API_KEYS") or _file(env, "YOUSU_API_KEYS_FILE")),
        directory=_path(env, "YOUSU_DIRECTORY"),
        policy=_path(env, "YOUSU_SLA_POLICY"),
        supervision_policy=_path(env, "YOUSU_SUPERVISION_POLICY"),
        kafka=_kafka(env),
        database_url=url and _url(url, "YOUSU_DATABASE_URL"),
        keys_url=url and _url(env.get("YOUSU_KEYS_URL") or url, "YOUSU_KEYS_URL"),
        similar=_similar(env, "YOUSU_SIMILAR"),
        notices=_switch(env, "YOUSU_NOTICES"),
        notices_policy=_path(env, "YOUSU_NOTICES_POLICY"),
        notices_templates=_path(env, "YOUSU_NOTICES_TEMPLATES"),
        notices_secrets=_secrets(env, "YOUSU_NOTICES_SECRETS_FILE"),
    )


def _similar(env: Mapping[str, str], name: str) -> Similar:
    value = (env.get(name) or "propose").strip().casefold()
    for known in get_args(Similar):
        if value == known:
            return cast(Similar, known)
    raise SettingsInvalid(f"{name}: expected {', '.join(get_args(Similar))}")


def _switch(env: Mapping[str, str], name: str) -> Switch | None:
    value = (env.get(name) or "").strip().casefold()
    if value in ("on", "off"):
        return cast(Switch, value)
    if value:
        raise SettingsInvalid(f"{name}: expected on or off")
    return None


def _url(url: str, setting: str) -> str:
    try:
        return checked_url(url, setting)
    except DatabaseUrlInvalid as error:
        raise SettingsInvalid(str(error)) from None


def load_ops_settings(environment: Mapping[str, str] | None = None) -> OpsSettings:
    """How a process that stays tells of itself. Raises SettingsInvalid."""
    try:
        return ops_settings(os.environ if environment is None else environment)
    except OpsSettingsInvalid as error:
        raise SettingsInvalid(str(error)) from None


def _kafka(env: Mapping[str, str]) -> KafkaSettings | None:
    try:
        return kafka_settings(env)
    except KafkaSettingsInvalid as error:
        raise SettingsInvalid(str(error)) from None


def _path(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    return Path(value) if value else None


def _file(env: Mapping[str, str], name: str) -> str:
    """What a file says: secrets in an environment are shown by many tools. Empty if not named."""
    path = env.get(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError):
        raise SettingsInvalid(f"{name}: {path}: cannot be read") from None


def _secrets(env: Mapping[str, str], name: str) -> Mapping[str, str]:
    """Lines `name:secret` of a file; empty lines and those that begin with # are passed over."""
    lines = _file(env, name).splitlines()
    secrets = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        secret_name, colon, secret = line.partition(":")
        if not (secret_name.strip() and colon and secret.strip()):
            raise SettingsInvalid(f"{name}: {env[name]}: line {number}: expected name:secret")
        secrets[secret_name.strip()] = secret.strip()
    return secrets


def _api_keys(text: str) -> Mapping[str, str]:
    """`name:key,name:key` → key by name."""
    keys = {}
    for pair in filter(None, text.split(",")):
        name, colon, key = pair.partition(":")
        if not (name.strip() and colon and key.strip()):
            raise SettingsInvalid("YOUSU_API_KEYS: expected name:key,name:key")
        keys[name.strip()] = key.strip()
    return keys
