"""The log on PostgreSQL: one append is one transaction, and positions have no gaps."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, Cursor

from services.platform.recorders.postgres_bulk import ROWS_MIN, bulk_insert, table_of
from services.platform.recorders.postgres_connections import ServerDatastore
from services.platform.recorders.postgres_sql import translated
from services.platform.recorders.recorder import Change, Checkpoint, NewEvent, OnlyAt

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
# A checkpoint that does not move divides by zero: the server itself then skips the commit, which
# was sent along, so that nobody waits for us between the last statement and the end of our turn.
_OR_FAIL = "WITH moved AS ({move} RETURNING 1) SELECT 1 / count(*) FROM moved"
_INSERT_HIGHER = """INSERT INTO tracking (application_name, notification_id) VALUES (%s, %s)
    ON CONFLICT (application_name) DO UPDATE SET notification_id = EXCLUDED.notification_id
    WHERE tracking.notification_id < EXCLUDED.notification_id"""
_RISE = _OR_FAIL.format(move=_INSERT_HIGHER)
_FIRST = _OR_FAIL.format(move=f"{_INSERT_HIGHER} AND tracking.notification_id = 0")
_FOLLOW = _OR_FAIL.format(
    move="""UPDATE tracking SET notification_id = %s
    WHERE application_name = %s AND notification_id = %s AND notification_id < %s"""
)
_STAND = "SELECT COALESCE(MAX(notification_id), 0) FROM tracking WHERE application_name = %s"
_COLUMNS = """SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""


class PostgresLogRecorder:
    """A `Recorder`."""

    def __init__(self, datastore: ServerDatastore) -> None:
        self.datastore = datastore
        self._columns: dict[str, tuple[tuple[str, str], ...]] = {}

    def append(
        self,
        events: Sequence[NewEvent],
        checkpoints: Sequence[Checkpoint],
        changes: Sequence[Change],
    ) -> Sequence[int]:
        def write(connection: Connection[Any]) -> Sequence[int]:
            prepared = [self._prepared(connection, change) for change in changes if change.rows]
            with connection.pipeline() as pipeline:  # one round trip
                connection.execute("BEGIN")
                connection.execute(_TURN if events else _NO_TURN)
                before = _insert(connection, events) if events else None
                for statement, rows in prepared:
                    connection.cursor().executemany(statement, rows)
                for checkpoint in checkpoints:
                    _move(connection, checkpoint)
                connection.execute("COMMIT")
                pipeline.sync()
            if before is None:
                return ()
            (head,) = before.fetchone() or (0,)
            return range(head + 1, head + len(events) + 1)

        return self.datastore.transact(write, commits=True)

    def query(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        sql = translated(statement)
        return self.datastore.read(sql.statement, sql.parameters(parameters))

    def redefine(self, statements: Sequence[str], only_at: OnlyAt) -> bool:
        def write(connection: Connection[Any]) -> bool:
            connection.execute("BEGIN")
            connection.execute(_ALONE)
            if not _stands_at(connection, only_at):
                return False
            for statement in statements:
                connection.execute(translated(statement).statement.replace("%%", "%"))
            return True

        return self.datastore.transact(write)

    def flush(self) -> None:
        """Each append was a transaction of its own."""

    def close(self) -> None:
        self.datastore.close()

    def _prepared(
        self, connection: Connection[Any], change: Change
    ) -> tuple[str, Sequence[Sequence[Any]]]:
        """A change as statement and rows for psycopg; in bulk where it has the same effect."""
        table = table_of(change.statement) if len(change.rows) >= ROWS_MIN else None
        if table is not None:
            bulk = bulk_insert(change.statement, self._columns_of(connection, table))
            arrays = bulk and bulk.arrays(change.rows)
            if bulk and arrays:
                return bulk.statement, [arrays]
        sql = translated(change.statement)
        return sql.statement, [sql.parameters(row) for row in change.rows]

    def _columns_of(self, connection: Connection[Any], table: str) -> tuple[tuple[str, str], ...]:
        if not self._columns.get(table):
            self._columns[table] = tuple(connection.execute(_COLUMNS, (table,)).fetchall())
        return self._columns[table]


def _insert(connection: Connection[Any], events: Sequence[NewEvent]) -> Cursor[Any]:
    """Gives the position before them. One statement, as fast as COPY, whatever their number."""
    before = connection.execute(_HEAD)
    connection.execute(_INSERT, [list(column) for column in zip(*events, strict=True)])
    return before


def _move(connection: Connection[Any], checkpoint: Checkpoint) -> None:
    name, position, after = checkpoint
    if after:
        connection.execute(_FOLLOW, (position, name, after, position))
    else:
        connection.execute(_RISE if after is None else _FIRST, (name, position))


def _stands_at(connection: Connection[Any], only_at: OnlyAt) -> bool:
    if only_at is None:
        return True
    if isinstance(only_at, Checkpoint):
        row = connection.execute(_STAND, (only_at.name,)).fetchone()
        return row is not None and row[0] == only_at.position
    if not isinstance(only_at, int):
        return all(_stands_at(connection, one) for one in only_at)
    row = connection.execute(_HEAD).fetchone()
    return row is not None and row[0] == only_at
