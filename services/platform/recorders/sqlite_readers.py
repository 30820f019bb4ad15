"""Connections for single statements that only read: no transaction around them is opened or undone.

A statement by itself sees one consistent moment. Borrowing a pooled connection, beginning and
rolling back cost ten times as much as most of the statements that are asked all day.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventsourcing.persistence import PersistenceError

IDLE_MAX = 8
PREPARED_MAX = 500  # statements: more kinds than the whole program has


class Readers:
    """Safe to share: each connection is with one thread at a time."""

    def __init__(self, path: Path, busy_timeout_s: float, pragmas: Sequence[str]) -> None:
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._pragmas = (*pragmas, "PRAGMA query_only=ON")
        self._idle: list[sqlite3.Connection] = []  # taken and given back by one step each
        self._closed = False

    def query(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        """Rows as plain tuples. Raises PersistenceError."""
        try:
            connection = self._idle.pop() if self._idle else self._open()
        except IndexError:  # another thread took it at this moment
            connection = self._open()
        try:
            rows = connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            connection.close()
            raise PersistenceError(error) from error
        except BaseException:
            connection.close()
            raise
        if self._closed or len(self._idle) >= IDLE_MAX:
            connection.close()
        else:
            self._idle.append(connection)
        return rows

    def close(self) -> None:
        """Those that are reading close when they have read."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise PersistenceError("the log is closed")
        try:
            return connected(self._path, self._busy_timeout_s, self._pragmas)
        except sqlite3.Error as error:
            raise PersistenceError(f"{self._path}: {error}") from error


def connected(
    path: Path | str, busy_timeout_s: float, pragmas: Sequence[str]
) -> sqlite3.Connection:
    """A connection that commits by itself unless told to begin. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        path,
        timeout=busy_timeout_s,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=PREPARED_MAX,
    )
    try:
        for pragma in pragmas:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection
