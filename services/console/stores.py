"""Opening the log and the residents' keys, in files or on a server; and that they fit together."""

from collections.abc import Sequence

from services.platform.database_url import shown
from services.platform.event_log import EventLog, open_postgres_log, open_sqlite_log
from services.platform.failures import Outage
from services.platform.ids import Entropy
from services.platform.key_store import KeyStore
from services.platform.key_store_sqlite import SqliteKeyStore
from services.platform.keys import Keyring
from services.platform.master_key import MasterKeyInvalid, create_master_key, load_master_key
from services.platform.settings import Settings


def open_stores(
    settings: Settings, schema: Sequence[str], entropy: Entropy
) -> tuple[EventLog, Keyring]:
    """Files are made if they are missing; on a server everything must be there already.
    Raises Outage and MasterKeyInvalid."""
    log = _log(settings, schema)
    try:
        return log, _keyring(settings, log, entropy)
    except BaseException:
        log.close()
        raise


def _log(settings: Settings, schema: Sequence[str]) -> EventLog:
    if settings.database_url is None:
        flushed, held = not settings.relived, settings.held
        return open_sqlite_log(settings.log_file, schema, each_flushed=flushed, held=held)
    try:
        return open_postgres_log(settings.database_url)
    except Outage as error:
        raise Outage(f"{shown(settings.database_url)}: {error}") from error


def _keyring(settings: Settings, log: EventLog, entropy: Entropy) -> Keyring:
    if settings.keys_url is None:
        _check_key_file_is_there(settings, log)
        master_key = _master_key(settings, entropy)
        store: KeyStore = SqliteKeyStore(settings.keys_file)
    else:
        master_key = load_master_key(settings.master_key_file)
        store = open_key_store(settings.keys_url)
    try:
        keyring = Keyring(store, master_key, entropy)
        if not keyring.fits():  # else new residents would be sealed with a key of their own
            raise MasterKeyInvalid(f"{settings.master_key_file}: is not the one the keys belong to")
        if settings.keys_url is not None:
            _check_keys_are_there(settings.keys_url, store, log)
    except BaseException:
        store.close()
        raise
    return keyring


def open_key_store(url: str) -> KeyStore:
    from services.platform.key_store_postgres import PostgresKeyStore

    try:
        return PostgresKeyStore(url)
    except Outage as error:
        raise Outage(f"{shown(url)}: {error}") from error


def _check_key_file_is_there(settings: Settings, log: EventLog) -> None:
    """Without its keys every resident of a log would pass for erased, and be routed unread."""
    if not settings.keys_file.exists() and log.head():
        raise Outage(f"{settings.keys_file}: is missing, and the log holds what it opens")


def _check_keys_are_there(url: str, store: KeyStore, log: EventLog) -> None:
    if store.any_key() is None and not store.erasures() and log.head():
        raise Outage(f"{shown(url)}: holds no keys, and the log holds what they open")


def _master_key(settings: Settings, entropy: Entropy) -> bytes:
    path = settings.master_key_file
    if path.exists():
        return load_master_key(path)
    if settings.keys_file.exists() and settings.keys_file.stat().st_size > 0:
        raise MasterKeyInvalid(f"{path}: is missing, and there are keys wrapped with it")
    return create_master_key(path, entropy)
