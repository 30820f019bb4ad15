"""The tables of residents' keys: in a schema of their own, best in a database of their own."""

from services.platform.recorders.postgres_connections import ServerDatastore

# Autovacuum comes soon to deleted keys, and new ones are written over them. Only VACUUM FULL takes
# their bytes out of the table's file at once.
TABLES = (
    "CREATE SCHEMA IF NOT EXISTS yousu_keys",
    """CREATE TABLE IF NOT EXISTS yousu_keys.data_keys (
    subject TEXT COLLATE "C" PRIMARY KEY, wrapped BYTEA NOT NULL)
    WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)""",
    """CREATE TABLE IF NOT EXISTS yousu_keys.subjects (
    blind TEXT COLLATE "C" PRIMARY KEY, subject TEXT COLLATE "C" NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS subjects_by_subject ON yousu_keys.subjects (subject)",
    """CREATE TABLE IF NOT EXISTS yousu_keys.erasures (
    id BIGINT PRIMARY KEY CHECK (id = 1), count BIGINT NOT NULL)""",
    "INSERT INTO yousu_keys.erasures VALUES (1, 0) ON CONFLICT DO NOTHING",
)
_THERE = "SELECT to_regclass('yousu_keys.erasures') IS NOT NULL"


def make_key_tables(datastore: ServerDatastore) -> bool:
    """False if they were there already."""
    with datastore.get_connection() as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(7961001, 3)")
        row = connection.execute(_THERE).fetchone()
        for statement in TABLES:
            connection.execute(statement)
        return not (row and row[0])


def key_tables_are_there(datastore: ServerDatastore) -> bool:
    with datastore.get_connection() as connection:
        row = connection.execute(_THERE).fetchone()
        return bool(row and row[0])
