"""Wrapped data keys in a SQLite file of their own, outside of the log's backups."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.platform.failures import Outage
from services.platform.file_lock import FileLock
from services.platform.many import in_parts

BUSY_TIMEOUT_S = 60
SCHEMA = (
    # Rows are small and their places random: small pages write a quarter of the bytes.
    "PRAGMA page_size=1024",
    "PRAGMA journal_mode=WAL",
    "PRAGMA wal_autocheckpoint=16000",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",  # a deleted key must not linger in free pages
    "PRAGMA cache_size=-32768",
    "CREATE TABLE IF NOT EXISTS data_keys (subject TEXT PRIMARY KEY, wrapped BLOB) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS subjects (blind TEXT PRIMARY KEY, subject TEXT) WITHOUT ROWID",
)


class SqliteKeyStore:
    """A `KeyStore`: one connection, used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._writers = FileLock(path.with_name(path.name + ".writer"))
        self._lock = threading.RLock()
        with _outages(), self._writers:
            self._connection = sqlite3.connect(
                path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            path.chmod(0o600)
            for statement in SCHEMA:
                self._connection.execute(statement)

    def subjects(self, blinds: Sequence[str]) -> dict[str, str]:
        return self._pairs("SELECT blind, subject FROM subjects WHERE blind IN ({marks})", blinds)

    def add(self, keys: Sequence[tuple[str, bytes]], named: Mapping[str, str]) -> Mapping[str, str]:
        """Store new keys. Returns for each blind index whose subject it is now: another
        process may have named the same resident first."""
        if not keys:
            return {}
        with self._transaction():
            self._connection.executemany(
                "INSERT OR IGNORE INTO subjects VALUES (?, ?)", named.items()
            )
            winners = self.subjects(list(named))
            lost = {subject for blind, subject in named.items() if winners[blind] != subject}
            self._connection.executemany(
                "INSERT INTO data_keys VALUES (?, ?)", [k for k in keys if k[0] not in lost]
            )
        return winners

    def wrapped_key(self, subject: str) -> bytes | None:
        return self.wrapped_keys([subject]).get(subject)

    def wrapped_keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """Of many at once; those without a key are absent."""
        statement = "SELECT subject, wrapped FROM data_keys WHERE subject IN ({marks})"
        return self._pairs(statement, subjects)

    def any_key(self) -> tuple[str, bytes] | None:
        """One (subject, wrapped key), to try a master key on; None if there is none."""
        with _outages(), self._lock:
            row = self._connection.execute("SELECT subject, wrapped FROM data_keys LIMIT 1")
            return next(((str(s), bytes(w)) for s, w in row), None)

    def erasures(self) -> int:
        """How many residents were erased so far, by any process: cheap enough to ask often."""
        with _outages(), self._lock:
            row = self._connection.execute("PRAGMA user_version").fetchone()
        return int(row[0])

    def erase(self, subject: str) -> bool:
        with self._transaction():
            count: int = self._connection.execute("PRAGMA user_version").fetchone()[0]
            self._connection.execute(f"PRAGMA user_version = {(count + 1) & 0x7FFFFFFF}")
            self._connection.execute("DELETE FROM subjects WHERE subject = ?", (subject,))
            gone = self._connection.execute("DELETE FROM data_keys WHERE subject = ?", (subject,))
        with _outages(), self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone.rowcount > 0

    def close(self) -> None:
        with self._lock:
            self._connection.close()
            self._writers.close()

    def _pairs(self, statement: str, keys: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part, some in in_parts(statement, keys):
            with _outages(), self._lock:
                found.update(self._connection.execute(part, some).fetchall())
        return found

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _outages(), self._lock, self._writers:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has rolled back by itself
                    self._connection.execute("ROLLBACK")
                raise


@contextmanager
def _outages() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:  # away, locked, full, or damaged
        raise Outage(f"key store: {error}") from error
