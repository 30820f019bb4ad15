"""A few connections to one database: durable, strict about time, replaced when they are dead."""

import random
import select
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

import psycopg
from eventsourcing.postgres import ConnectionPool, PostgresDatastore
from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper, NumericBinaryLoader, NumericLoader
from psycopg_pool import PoolTimeout

from services.platform.recorders.postgres_errors import (
    ConnectionLost,
    TryAgain,
    persistence_errors,
)
from services.platform.recorders.postgres_watch import Watch

CONNECTIONS_MAX = 8
ATTEMPTS_MAX = 6
SOON_S = 1.0
WAIT_FOR_CONNECTION_S = 30.0
# What stands in the URL wins. A silent server is noticed within ten seconds.
REACHING = {
    "application_name": "yousu",
    "client_encoding": "UTF8",
    "connect_timeout": "4",
    "keepalives": "1",
    "keepalives_idle": "4",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    "tcp_user_timeout": "8000",
}
# For every connection, whatever the server's defaults. Plans are made for the values at hand: one
# that was made for an empty table would be kept after it has grown.
SESSION = """SELECT set_config('statement_timeout', '120s', false),
    set_config('lock_timeout', '30s', false),
    set_config('idle_in_transaction_session_timeout', '60s', false),
    set_config('default_transaction_isolation', 'read committed', false),
    set_config('timezone', 'UTC', false),
    set_config('jit', 'off', false),
    set_config('plan_cache_mode', 'force_custom_plan', false),
    CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
        THEN set_config('synchronous_commit', 'on', false) END"""
Result = TypeVar("Result")


class ServerDatastore(PostgresDatastore):
    """eventsourcing's datastore with a pool of our own: connections are in autocommit mode, rows
    are tuples, numbers come and go as SQLite's do."""

    def __init__(self, url: str, connections_max: int = CONNECTIONS_MAX) -> None:
        super().__init__("", "", "", "", "", originator_id_type="text")
        conninfo = reachable(url)
        self._watch = Watch(conninfo)
        self.pool = _Pool(
            conninfo,
            kwargs={"autocommit": True, "prepare_threshold": 1},
            min_size=0,
            max_size=connections_max,
            open=True,
            configure=_configure,
            timeout=WAIT_FOR_CONNECTION_S,
            reconnect_timeout=0.0,  # who waits is told at once, and decides when to try again
            num_workers=1,
        )

    def register_type_adapters(self) -> None:
        """No types of our own, so none to look up."""

    @contextmanager
    def get_connection(self) -> Iterator[Connection[Any]]:
        """Raises eventsourcing's errors; ConnectionLost if there is no server, or none any more."""
        with persistence_errors():
            connection = self._living_connection()
            try:
                with self._watch.over(connection):
                    try:
                        yield connection
                    finally:
                        _leave_transaction(connection)
            finally:
                self.pool.putconn(connection)

    def _living_connection(self) -> Connection[Any]:
        """What the server has closed meanwhile is put away, before anything is sent by it."""
        try:
            connection = self.pool.getconn()
            if not _has_left(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)
            self.forget_connections()
            return self.pool.getconn()
        except PoolTimeout:
            raise ConnectionLost("all connections are busy") from None

    def read(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        """Rows as tuples. Reading again does no harm: dead connections are found out so."""
        began = time.monotonic()
        try:
            return self._read(statement, parameters)
        except ConnectionLost:
            self.forget_connections()
            if _was_silent(began):
                raise
            return self._read(statement, parameters)

    def _read(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        with self.get_connection() as connection:
            return connection.execute(statement, parameters, binary=True).fetchall()

    def transact(
        self, write: Callable[[Connection[Any]], Result], *, commits: bool = False
    ) -> Result:
        """`write` sends BEGIN and what follows, and it is committed here unless it `commits`.

        Done again only while it is sure that nothing of it is left. Where the answer to the
        commit is lost it raises: only the caller can see from the data whether it was done.
        """
        attempt = 0
        while True:
            attempt += 1
            began = time.monotonic()
            committing = commits
            try:
                with self.get_connection() as connection:
                    result = write(connection)
                    if not commits:
                        committing = True
                        connection.execute("COMMIT")
                    return result
            except TryAgain:
                if attempt == ATTEMPTS_MAX:
                    raise
                time.sleep(random.uniform(0, 0.005 * 2**attempt))
            except ConnectionLost:
                self.forget_connections()
                if committing or attempt > 1 or _was_silent(began):
                    raise

    def close(self) -> None:
        super().close()
        if hasattr(self, "_watch"):
            self._watch.close()

    def forget_connections(self) -> None:
        """One was found dead: the others may be of the same server that is gone."""
        self.pool.drain()


class _Pool(ConnectionPool[Any]):
    """One that says why there is no connection, to everybody who waits, as soon as it knows."""

    _failure: Exception | None = None

    def _connect(self, timeout: float | None = None) -> Any:
        try:
            return super()._connect(timeout)
        except Exception as error:
            self._failure = error
            raise

    def reconnect_failed(self) -> None:
        failure = self._failure or psycopg.OperationalError("no connection")
        with self._lock:
            while self._waiting:
                self._waiting.popleft().fail(failure)


def _has_left(connection: Connection[Any]) -> bool:
    """Nothing was asked, so whatever there is to read is a goodbye."""
    idle = select.poll()
    idle.register(connection.fileno(), select.POLLIN | select.POLLHUP)
    return bool(idle.poll(0))


def _was_silent(began: float) -> bool:
    """A connection that was dead before it was used says so at once, and another may do."""
    return time.monotonic() - began > SOON_S


def _leave_transaction(connection: Connection[Any]) -> None:
    status = connection.pgconn.transaction_status
    try:
        if status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            connection.execute("ROLLBACK", prepare=False)
        elif status != TransactionStatus.IDLE:
            connection.close()
    except psycopg.Error:
        connection.close()


def reachable(url: str) -> str:
    merged: dict[str, Any] = {**REACHING, **conninfo_to_dict(url)}
    return make_conninfo(**merged)


def _configure(connection: Connection[Any]) -> None:
    adapters = connection.adapters
    adapters.register_dumper(bool, _BoolDumper)
    adapters.register_dumper(bool, _BoolBinaryDumper)
    adapters.register_dumper(int, Int8Dumper)  # one type, so one prepared statement
    adapters.register_dumper(int, Int8BinaryDumper)
    adapters.register_loader("numeric", _NumberLoader)
    adapters.register_loader("numeric", _NumberBinaryLoader)
    connection.execute(SESSION, prepare=False)


class _BoolDumper(Int8Dumper):
    """True is 1, as in SQLite."""

    def dump(self, value: int) -> Buffer | None:
        return super().dump(int(value))


class _BoolBinaryDumper(Int8BinaryDumper):
    def dump(self, value: int) -> Buffer | None:
        return super().dump(int(value))


def _number(value: Decimal) -> int | float:
    """Sums of integers are integers."""
    whole = int(value)
    return whole if whole == value else float(value)


class _NumberLoader(NumericLoader):
    def load(self, data: Buffer) -> Any:
        return _number(super().load(data))


class _NumberBinaryLoader(NumericBinaryLoader):
    def load(self, data: Buffer) -> Any:
        return _number(super().load(data))
