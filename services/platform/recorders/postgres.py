"""The log on PostgreSQL: one append is one transaction, and positions have no gaps."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from eventsourcing.persistence import IntegrityError
from psycopg import Connection, Cursor

from services.platform.recorders.postgres_connections import LogDatastore
from services.platform.recorders.postgres_errors import ConnectionLost, TryAgain
from services.platform.recorders.postgres_sql import translated
from services.platform.recorders.recorder import Change, Checkpoint, NewEvent

ATTEMPTS_MAX = 6
# Writers take turns, and a position is given while holding the turn: so they have no gaps, and
# whoever sees one sees all before it. Not a table's lock: that needs the right to change the
# events, and autovacuum would hold it up. The second lock is shared by all that write, against
# those who redefine tables.
_TURN = "SELECT pg_advisory_xact_lock(7961001, 1), pg_advisory_xact_lock_shared(7961001, 2)"
_NO_TURN = "SELECT pg_advisory_xact_lock_shared(7961001, 2)"
_ALONE = "SELECT pg_advisory_xact_lock(7961001, 1), pg_advisory_xact_lock(7961001, 2)"
_HEAD = "SELECT COALESCE(MAX(position), 0) FROM stored_events"
_INSERT = f"""INSERT INTO stored_events
    (position, originator_id, originator_version, topic, state)
    SELECT ({_HEAD}) + new.number, new.id, new.version, new.topic, new.state
    FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[])
        WITH ORDINALITY AS new (id, version, topic, state, number)"""
_RISE = """INSERT INTO tracking (application_name, notification_id) VALUES (%s, %s)
    ON CONFLICT (application_name) DO UPDATE SET notification_id = EXCLUDED.notification_id
    WHERE tracking.notification_id < EXCLUDED.notification_id"""
_FIRST = _RISE + " AND tracking.notification_id = 0"
_FOLLOW = """UPDATE tracking SET notification_id = %s
    WHERE application_name = %s AND notification_id = %s AND notification_id < %s"""
_STAND = "SELECT COALESCE(MAX(notification_id), 0) FROM tracking WHERE application_name = %s"

Result = TypeVar("Result")


class PostgresLogRecorder:
    """A `Recorder`. An append whose outcome is not known raises, and is never tried again here:
    the caller looks at versions, unique keys or the checkpoint first."""

    def __init__(self, datastore: LogDatastore) -> None:
        self.datastore = datastore

    def append(
        self,
        events: Sequence[NewEvent],
        checkpoints: Sequence[Checkpoint],
        changes: Sequence[Change],
    ) -> Sequence[int]:
        def write(connection: Connection[Any]) -> Sequence[int]:
            with connection.pipeline() as pipeline:  # one round trip for all but the commit
                connection.execute("BEGIN")
                connection.execute(_TURN if events else _NO_TURN)
                before = _insert(connection, events) if events else None
                for change in changes:
                    _run(connection, change)
                moves = [(one, _move(connection, one)) for one in checkpoints]
                pipeline.sync()
            for checkpoint, moved in moves:
                if moved.rowcount != 1:
                    raise IntegrityError(f"{checkpoint.name} does not stand at {checkpoint.after}")
            if before is None:
                return ()
            (head,) = before.fetchone() or (0,)
            return range(head + 1, head + len(events) + 1)

        return self._transaction(write)

    def query(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        sql = translated(statement)
        given = sql.parameters(parameters)

        def read(connection: Connection[Any]) -> list[Any]:
            return connection.execute(sql.statement, given, binary=True).fetchall()

        try:
            with self.datastore.get_connection() as connection:
                return read(connection)
        except ConnectionLost:  # a server that was restarted left us dead connections
            self.datastore.forget_connections()
            with self.datastore.get_connection() as connection:
                return read(connection)

    def redefine(self, statements: Sequence[str], only_at: Checkpoint | int | None) -> bool:
        def write(connection: Connection[Any]) -> bool:
            connection.execute("BEGIN")
            connection.execute(_ALONE)
            if not _stands_at(connection, only_at):
                return False
            for statement in statements:
                connection.execute(translated(statement).statement.replace("%%", "%"))
            return True

        return self._transaction(write)

    def close(self) -> None:
        self.datastore.close()

    def _transaction(self, write: Callable[[Connection[Any]], Result]) -> Result:
        """What `write` began is committed. Tried again only while it is sure that nothing was."""
        attempt, committing = 0, False
        while True:
            attempt += 1
            try:
                with self.datastore.get_connection() as connection:
                    result = write(connection)
                    committing = True
                    connection.execute("COMMIT")
                    return result
            except TryAgain:
                if attempt == ATTEMPTS_MAX:
                    raise
                time.sleep(random.uniform(0, 0.005 * 2**attempt))
            except ConnectionLost:
                self.datastore.forget_connections()
                if committing or attempt > 1:
                    raise
            committing = False


def _insert(connection: Connection[Any], events: Sequence[NewEvent]) -> Cursor[Any]:
    """Gives the position before them. One statement, as fast as COPY, whatever their number."""
    before = connection.execute(_HEAD)
    connection.execute(_INSERT, [list(column) for column in zip(*events, strict=True)])
    return before


def _run(connection: Connection[Any], change: Change) -> None:
    if not change.rows:
        return
    sql = translated(change.statement)
    connection.cursor().executemany(sql.statement, [sql.parameters(row) for row in change.rows])


def _move(connection: Connection[Any], checkpoint: Checkpoint) -> Cursor[Any]:
    name, position, after = checkpoint
    if after:
        return connection.execute(_FOLLOW, (position, name, after, position))
    return connection.execute(_RISE if after is None else _FIRST, (name, position))


def _stands_at(connection: Connection[Any], only_at: Checkpoint | int | None) -> bool:
    if only_at is None:
        return True
    if isinstance(only_at, Checkpoint):
        row = connection.execute(_STAND, (only_at.name,)).fetchone()
        return row is not None and row[0] == only_at.position
    row = connection.execute(_HEAD).fetchone()
    return row is not None and row[0] == only_at
