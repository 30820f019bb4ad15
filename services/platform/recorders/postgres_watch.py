"""Ends the wait for an answer that will not come.

A connection may be dead though every packet is acknowledged (a proxy, a firewall that forgot it),
and a statement may rightly take minutes. So whoever waits for long is looked up on the server,
over a new connection of the same way: if the server cannot be reached, or is not at work for us,
the connection is cut, and the waiting call fails at once.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.pq import TransactionStatus

LOOK_AFTER_S = 3.0
LOOK_EVERY_S = 0.5
_STATE = "SELECT state FROM pg_stat_activity WHERE pid = %s"


class Watch:
    """Of the connections that are in use. Its thread lives from the first use until `close`."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._lock = threading.Lock()
        self._used: dict[Connection[Any], float] = {}
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, connection: Connection[Any]) -> Iterator[None]:
        with self._lock:
            self._used[connection] = time.monotonic()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="postgres", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                del self._used[connection]

    def close(self) -> None:
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(LOOK_EVERY_S):
            for connection in self._long_waiting():
                if not self._server_works_for(connection):
                    self._cut(connection)

    def _long_waiting(self) -> list[Connection[Any]]:
        since = time.monotonic() - LOOK_AFTER_S
        with self._lock:
            used = [one for one, began in self._used.items() if began < since]
        return [one for one in used if _waits(one)]

    def _server_works_for(self, connection: Connection[Any]) -> bool:
        """Twice not at work: once, its answer may be on the way."""
        try:
            with psycopg.connect(self._conninfo, autocommit=True) as looking:
                for _ in range(2):
                    row = looking.execute(_STATE, (connection.info.backend_pid,)).fetchone()
                    if row is not None and not str(row[0]).startswith("idle"):
                        return True
                    if self._closed.wait(LOOK_EVERY_S):
                        return True
                return not _waits(connection)
        except psycopg.Error as error:
            return error.sqlstate is not None  # it refuses us, so it is there

    def _cut(self, connection: Connection[Any]) -> None:
        with self._lock, suppress(OSError, psycopg.Error):
            if connection in self._used and _waits(connection):
                with socket.socket(fileno=os.dup(connection.fileno())) as end:
                    end.shutdown(socket.SHUT_RDWR)


def _waits(connection: Connection[Any]) -> bool:
    return not connection.closed and (
        connection.pgconn.transaction_status == TransactionStatus.ACTIVE
    )
