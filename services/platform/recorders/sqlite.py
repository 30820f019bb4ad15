"""eventsourcing's SQLite recorder, made append-only, fully durable, and fit for batches."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eventsourcing.persistence import IntegrityError, PersistenceError, Tracking
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteProcessRecorder,
)

from services.platform.file_lock import FileLock
from services.platform.recorders.recorder import LANES, Change, Checkpoint, NewEvent, OnlyAt
from services.platform.recorders.sqlite_readers import Readers, connected

BUSY_TIMEOUT_S = 60
# "Accepted" is said only about what survives a power cut.
FLUSHED, FLUSHED_LATER = "PRAGMA synchronous=FULL", "PRAGMA synchronous=NORMAL"
PRAGMAS = (
    "PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE steps round the append-only guard
    "PRAGMA cache_size=-65536",
    "PRAGMA wal_autocheckpoint=16000",  # 64 MiB: pages at the end of the log are copied once
    "PRAGMA temp_store=MEMORY",
)
# An explicit key: SQLite may renumber implicit row ids, and reuses the last one after a delete.
EVENTS_TABLE = """CREATE TABLE IF NOT EXISTS stored_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (originator_id, originator_version))"""
APPEND_ONLY = """CREATE TRIGGER IF NOT EXISTS stored_events_no_{verb} BEFORE {verb} ON stored_events
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"""


class _Pool(SQLiteConnectionPool):
    def __init__(self, path: Path, *, each_flushed: bool) -> None:
        super().__init__(db_name=str(path), lock_timeout=BUSY_TIMEOUT_S, pool_timeout=60.0)
        flushed = FLUSHED if each_flushed else FLUSHED_LATER
        self._pragmas = ("PRAGMA journal_mode=WAL", flushed, *PRAGMAS)

    def _create_connection(self) -> SQLiteConnection:
        """Not the library's: that one keeps a single statement prepared, and an append has fifty
        kinds of them, so that each would be parsed and planned anew with every append."""
        try:
            connection = connected(self.db_name, BUSY_TIMEOUT_S, self._pragmas)
        except sqlite3.Error as error:  # not a database, or one that cannot be read
            raise PersistenceError(f"{self.db_name}: {error}") from error
        connection.row_factory = sqlite3.Row  # its statements name their columns
        return SQLiteConnection(connection, max_age=self.max_age)


class LogDatastore(SQLiteDatastore):
    """Writers of all processes take turns by a lock file, so none waits in SQLite's polling."""

    def __init__(self, path: Path, *, each_flushed: bool) -> None:
        super().__init__(str(path), lock_timeout=BUSY_TIMEOUT_S, originator_id_type="text")
        super().close()
        self.pool = _Pool(path, each_flushed=each_flushed)
        self.writers = FileLock(path.with_name(path.name + ".writer"))
        self.readers = Readers(path, BUSY_TIMEOUT_S, PRAGMAS)

    def close(self) -> None:
        super().close()
        if hasattr(self, "readers"):
            self.readers.close()
        if hasattr(self, "writers"):
            self.writers.close()

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        if not commit:
            with super().transaction(commit=False) as cursor:
                yield cursor
            return
        with self.writers, super().transaction(commit=True) as cursor:
            yield cursor


class SQLiteLogRecorder(SQLiteProcessRecorder):
    """A `Recorder`."""

    def __init__(self, datastore: LogDatastore, schema: Sequence[str]) -> None:
        self.schema = schema
        self._readers = datastore.readers
        super().__init__(datastore)
        self.insert_events_statement = (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " VALUES (?, ?, ?, ?)"
        )

    def create_table(self) -> None:
        try:
            super().create_table()
        except IntegrityError:  # another process made them at this moment: now they are there
            super().create_table()

    def construct_create_table_statements(self) -> list[str]:
        statements = super().construct_create_table_statements()
        statements[0] = EVENTS_TABLE
        guards = [APPEND_ONLY.format(verb=verb) for verb in ("UPDATE", "DELETE")]
        return [*statements, *guards, LANES, *self.schema]

    def append(
        self,
        events: Sequence[NewEvent],
        checkpoints: Sequence[Checkpoint],
        changes: Sequence[Change],
    ) -> Sequence[int]:
        with self.datastore.transaction(commit=True) as cursor:
            return self._append(cursor, events, checkpoints, changes)

    def query(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        return self._readers.query(statement, parameters)

    def redefine(self, statements: Sequence[str], only_at: OnlyAt) -> bool:
        with self.datastore.transaction(commit=True) as cursor:
            if not self._stands_at(only_at, cursor):
                return False
            for statement in statements:
                cursor.execute(statement)
        return True

    def flush(self) -> None:
        """Each append was a transaction of its own."""

    def close(self) -> None:
        self.datastore.close()

    def _stands_at(self, only_at: OnlyAt, c: SQLiteCursor) -> bool:
        if only_at is None:
            return True
        if isinstance(only_at, Checkpoint):
            return (self._max_tracking_id(only_at.name, c) or 0) == only_at.position
        if not isinstance(only_at, int):
            return all(self._stands_at(one, c) for one in only_at)
        c.execute("SELECT MAX(position) FROM stored_events")
        return (c.fetchone()[0] or 0) == only_at

    def _append(
        self,
        c: SQLiteCursor,
        events: Sequence[NewEvent],
        checkpoints: Sequence[Checkpoint],
        changes: Sequence[Change],
    ) -> Sequence[int]:
        count = len(events)
        positions: Sequence[int] = ()
        if count:
            c.executemany(self.insert_events_statement, events)
            c.execute("SELECT last_insert_rowid()")  # one writer: a batch is one run of positions
            last: int = c.fetchone()[0]
            positions = range(last - count + 1, last + 1)
        for statement, rows in changes:
            c.executemany(statement, rows)
        for name, position, after in checkpoints:
            if after not in (None, self._max_tracking_id(name, c) or 0):
                raise IntegrityError(f"{name} does not stand at {after}")
            self._insert_tracking(c, Tracking(name, position))
        return positions
