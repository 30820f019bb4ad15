"""The only place that reads the environment. Settings are read once, and passed on as values."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.platform.transport.kafka_settings import (
    KafkaSettings,
    KafkaSettingsInvalid,
    kafka_settings,
)

DEFAULT_DATA_DIR = Path("yousu-data")


class SettingsInvalid(ValueError):
    """The service cannot start with these settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """data_dir: the log, the read models, the calendar. master_key_file: apart, if you like.

    api_keys: name → key of each client; none means that the doors are open (loopback use).
    kafka: the bus, if there is one; then workers run the processors.
    """

    data_dir: Path
    master_key_file: Path
    api_keys: Mapping[str, str]
    directory: Path | None = None
    policy: Path | None = None
    kafka: KafkaSettings | None = None

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
    url = database_url or env.get("YOUSU_DATABASE_URL")
    if url:
        raise SettingsInvalid(
            "--database-url: this version keeps its log in SQLite only; use --data DIR"
        )
    folder = data_dir or Path(env.get("YOUSU_DATA") or DEFAULT_DATA_DIR)
    return Settings(
        data_dir=folder,
        master_key_file=_path(env, "YOUSU_MASTER_KEY_FILE") or folder / "keys" / "master.key",
        api_keys=_api_keys(env.get("YOUSU_API_KEYS", "")),
        directory=_path(env, "YOUSU_DIRECTORY"),
        policy=_path(env, "YOUSU_SLA_POLICY"),
        kafka=_kafka(env),
    )


def _kafka(env: Mapping[str, str]) -> KafkaSettings | None:
    try:
        return kafka_settings(env)
    except KafkaSettingsInvalid as error:
        raise SettingsInvalid(str(error)) from None


def _path(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    return Path(value) if value else None


def _api_keys(text: str) -> Mapping[str, str]:
    """`name:key,name:key` → key by name."""
    keys = {}
    for pair in filter(None, text.split(",")):
        name, colon, key = pair.partition(":")
        if not (name.strip() and colon and key.strip()):
            raise SettingsInvalid("YOUSU_API_KEYS: expected name:key,name:key")
        keys[name.strip()] = key.strip()
    return keys
