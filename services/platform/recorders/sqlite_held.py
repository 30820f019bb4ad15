"""A past that one process lives again: many appends are one transaction of SQLite.

Nobody is told of anything before it is over, so nothing is promised that a crash could break: it
takes what came after the last `flush`, never a part of an append, and the past goes on from there.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from eventsourcing.persistence import IntegrityError, PersistenceError
from eventsourcing.sqlite import SQLiteCursor

from services.platform.recorders.recorder import Change, Checkpoint, NewEvent, OnlyAt
from services.platform.recorders.sqlite import LogDatastore, SQLiteLogRecorder

APPENDS_MAX = 200  # then it flushes unasked: other processes may wait to write


class HeldSQLiteLogRecorder(SQLiteLogRecorder):
    """A `Recorder`. Other processes see what was flushed, and write between two transactions.

    Reading and writing share one connection: what was appended is seen at once, and the pages
    that it keeps in memory stay true from one append to the next.
    """

    def __init__(self, datastore: LogDatastore, schema: Sequence[str]) -> None:
        super().__init__(datastore, schema)
        self._threads = threading.RLock()
        self._held = ExitStack()  # the transaction
        self._connection: sqlite3.Connection | None = None  # while there is one
        self._appends = 0
        self._lost = False

    def append(
        self,
        events: Sequence[NewEvent],
        checkpoints: Sequence[Checkpoint],
        changes: Sequence[Change],
    ) -> Sequence[int]:
        with self._threads:
            with self._part(self._begun()) as cursor:
                positions = self._append(cursor, events, checkpoints, changes)
            self._appends += 1
            if self._appends >= APPENDS_MAX:
                self.flush()
            return positions

    def query(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        with self._threads:
            if self._connection is None:
                return super().query(statement, parameters)
            cursor = self._connection.cursor()
            cursor.row_factory = None  # plain tuples
            try:
                return cursor.execute(statement, parameters).fetchall()
            except sqlite3.Error as error:
                raise PersistenceError(error) from error

    def redefine(self, statements: Sequence[str], only_at: OnlyAt) -> bool:
        with self._threads:
            self.flush()
            return super().redefine(statements, only_at)

    def flush(self) -> None:
        """Everything that was appended is written down, for others to see."""
        with self._threads:
            self._refuse_if_lost()
            self._connection, self._appends = None, 0
            try:
                self._held.close()
            except BaseException:
                self._lost = True
                raise

    def close(self) -> None:
        try:
            if not self._lost:
                self.flush()
        finally:
            super().close()

    def _begun(self) -> sqlite3.Connection:
        self._refuse_if_lost()
        if self._connection is None:
            cursor = self._held.enter_context(self.datastore.transaction(commit=True))
            self._connection = cursor.sqlite_cursor.connection
        return self._connection

    def _refuse_if_lost(self) -> None:
        """Nothing goes on from facts that this process remembers and the log does not."""
        if self._lost:
            raise PersistenceError("what was appended since the last flush is lost")

    @contextmanager
    def _part(self, connection: sqlite3.Connection) -> Iterator[SQLiteCursor]:
        """An append: all of it is in the transaction, or nothing."""
        cursor = SQLiteCursor(connection.cursor())
        cursor.execute("SAVEPOINT part")
        try:
            yield cursor
            cursor.execute("RELEASE part")
        except BaseException as error:
            self._undo(connection)
            if isinstance(error, sqlite3.IntegrityError):
                raise IntegrityError(error) from error
            if isinstance(error, sqlite3.Error):
                raise PersistenceError(error) from error
            raise

    def _undo(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
            return
        # A full or broken disk has undone all of it.
        self._lost, self._connection = True, None
        self._held.close()
