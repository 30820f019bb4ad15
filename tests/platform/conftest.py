"""A log, keys and a command handler of the real kind, in a folder of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.intake import index as intake_index
from services.platform import processor_errors, quarantine
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog, open_sqlite_log
from services.platform.key_store import KeyStore
from services.platform.key_store_sqlite import SqliteKeyStore
from services.platform.keys import Keyring
from tests.platform.helpers import MASTER_KEY

ROWS = "CREATE TABLE IF NOT EXISTS seen (position INTEGER PRIMARY KEY, times INTEGER)"
SCHEMA = (*quarantine.SCHEMA, *processor_errors.SCHEMA, *intake_index.SCHEMA, ROWS)


@pytest.fixture
def open_log(tmp_path: Path) -> Iterator[Callable[[], EventLog]]:
    """Each call opens the same file again, as another process would."""
    opened: list[EventLog] = []

    def open_again() -> EventLog:
        opened.append(open_sqlite_log(tmp_path / "yousu.db", SCHEMA))
        return opened[-1]

    yield open_again
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log: Callable[[], EventLog]) -> EventLog:
    return open_log()


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keys.db"


@pytest.fixture
def open_store(keys_file: Path) -> Callable[[], KeyStore]:
    """Each call opens the same keys again, as another process would."""
    return lambda: SqliteKeyStore(keys_file)


@pytest.fixture
def key_place(keys_file: Path) -> str:
    return str(keys_file)


@pytest.fixture
def open_keyring(open_store: Callable[[], KeyStore]) -> Iterator[Callable[..., Keyring]]:
    opened: list[Keyring] = []

    def open_again(master_key: bytes = MASTER_KEY) -> Keyring:
        opened.append(Keyring(open_store(), master_key))
        return opened[-1]

    yield open_again
    for keyring in opened:
        keyring.close()


@pytest.fixture
def keyring(open_keyring: Callable[..., Keyring]) -> Keyring:
    return open_keyring()


@pytest.fixture
def handler(log: EventLog, keyring: Keyring) -> CommandHandler:
    return CommandHandler(log, keyring, intake_index.index_changes)
