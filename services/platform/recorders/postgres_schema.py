"""The tables of the log on PostgreSQL: made and migrated on purpose, checked at every opening."""

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import PersistenceError
from psycopg import Connection

from services.platform.recorders.postgres_connections import ServerDatastore
from services.platform.recorders.postgres_sql import definition
from services.platform.recorders.recorder import LANES

# Raise it with every change of a table, and give MIGRATIONS the statements that bring the
# tables of the version before to it. New tables need none: all that are missing are made.
VERSION = 1
MIGRATIONS: dict[int, Sequence[str]] = {}
TABLES = (
    """CREATE TABLE IF NOT EXISTS stored_events (
    position BIGINT PRIMARY KEY,
    originator_id TEXT NOT NULL,
    originator_version BIGINT NOT NULL,
    topic TEXT NOT NULL,
    state BYTEA NOT NULL,
    UNIQUE (originator_id, originator_version))""",
    """CREATE TABLE IF NOT EXISTS tracking (
    application_name TEXT PRIMARY KEY, notification_id BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS yousu_schema (
    id BIGINT PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL)""",
    LANES,
)
GUARD = """CREATE OR REPLACE FUNCTION yousu_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$"""
TRIGGER = "stored_events_append_only"
TRIGGER_MADE = f"""CREATE TRIGGER {TRIGGER} BEFORE UPDATE OR DELETE OR TRUNCATE ON stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION yousu_append_only()"""
# Stays in force for those who replicate or restore with `session_replication_role = replica`.
TRIGGER_ALWAYS = f"ALTER TABLE stored_events ENABLE ALWAYS TRIGGER {TRIGGER}"
_HAS_TRIGGER = """SELECT 1 FROM pg_trigger WHERE tgname = %s
    AND tgrelid = to_regclass('stored_events')"""
_LOCK = "SELECT pg_advisory_xact_lock(7961001, 3)"


def schema_version(connection: Connection[Any]) -> int | None:
    """None: there are no tables."""
    row = connection.execute("SELECT to_regclass('yousu_schema') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return None
    found = connection.execute("SELECT version FROM yousu_schema WHERE id = 1").fetchone()
    return int(found[0]) if found else None


def bring_up_to_date(datastore: ServerDatastore, schema: Sequence[str]) -> tuple[int | None, int]:
    """(version before, version now). `schema`: the services' tables, which may be there already.
    All or nothing; several at once wait for each other."""
    with datastore.get_connection() as connection, connection.transaction():
        connection.execute(_LOCK)
        before = schema_version(connection)
        if before is not None and before > VERSION:
            raise PersistenceError(_too_new(before))
        for statement in (*TABLES, *schema):
            connection.execute(definition(statement))
        for version in range((before or VERSION) + 1, VERSION + 1):
            for statement in MIGRATIONS.get(version, ()):
                connection.execute(definition(statement))
        connection.execute(GUARD)
        if not connection.execute(_HAS_TRIGGER, (TRIGGER,)).fetchone():
            connection.execute(TRIGGER_MADE)
            connection.execute(TRIGGER_ALWAYS)
        connection.execute(
            "INSERT INTO yousu_schema VALUES (1, %s) ON CONFLICT (id)"
            " DO UPDATE SET version = EXCLUDED.version",
            (VERSION,),
        )
        return before, VERSION


def check_usable(datastore: ServerDatastore) -> None:
    """Raises PersistenceError, saying what to do, unless the tables are those of this version
    and the server keeps what it has acknowledged."""
    with datastore.get_connection() as connection:
        version = schema_version(connection)
        row = connection.execute("SELECT current_setting('fsync')").fetchone()
    if version is None:
        raise PersistenceError("holds no tables of ours: run `yousu db init`")
    if version < VERSION:
        raise PersistenceError(
            f"its tables are of version {version}, this program's of {VERSION}: run `yousu db init`"
        )
    if version > VERSION:
        raise PersistenceError(_too_new(version))
    if row is None or row[0] != "on":
        raise PersistenceError("the server runs with fsync off, so a power cut would lose tickets")


def _too_new(version: int) -> str:
    return f"its tables are of version {version}, newer than this program's ({VERSION}): update it"
