"""The floor: raw `sqlite3` inserts of the rows our run left behind, plus pydantic encode/decode.

Same tables, same indices, same durability (FULL), same number of tickets to a transaction; the
rows are read back from our own databases. No rule is applied, nothing is looked up. Counts that
many tickets share (`daily_counts`) are left out, which leans to the floor's side.
"""

import sqlite3
import time
from itertools import islice
from pathlib import Path
from typing import Any

from services.domain.codec import decode, encode
from services.platform.event_log import Recorded

Rows = dict[str, list[tuple[Any, ...]]]
OWNER_COLUMNS = ("originator_id", "ticket_id", "subject")  # whose row it is


def owners(data_dir: Path) -> set[str]:
    """Tickets and residents that have rows now."""
    with sqlite3.connect(data_dir / "yousu.db") as log:
        known = {row[0] for row in log.execute("SELECT DISTINCT originator_id FROM stored_events")}
    with sqlite3.connect(data_dir / "keys" / "keys.db") as keys:
        return known | {row[0] for row in keys.execute("SELECT subject FROM data_keys")}


def floor_seconds(data_dir: Path, folder: Path, known: set[str], batches: int) -> float:
    """To store the rows of owners who are not in `known`, in that many transactions per file."""
    elapsed_s = 0.0
    for name in ("yousu.db", "keys/keys.db"):
        source = sqlite3.connect(data_dir / name)
        schema, rows = _content(source, known)
        source.close()
        elapsed_s += _insert(folder / name.replace("/", "-"), schema, rows, batches)
        elapsed_s += _codec(rows.get("stored_events", []))
    return elapsed_s


def _content(source: sqlite3.Connection, known: set[str]) -> tuple[list[str], Rows]:
    schema: list[str] = []
    rows: Rows = {}
    tables = source.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = [column[1] for column in source.execute(f"PRAGMA table_info({table})")]
        owner = next((columns.index(c) for c in OWNER_COLUMNS if c in columns), None)
        if owner is None:
            continue
        statement = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN (?, ?)"
        found = source.execute(statement, (table, "table", "index"))
        schema += [sql for (sql,) in found if sql is not None]
        some = source.execute(f"SELECT * FROM {table}")
        rows[table] = [row for row in some if row[owner] not in known]
    return schema, rows


def _insert(target: Path, schema: list[str], rows: Rows, batches: int) -> float:
    connection = sqlite3.connect(target, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA wal_autocheckpoint=4000")
    for statement in schema:
        connection.execute(statement)
    feeds = {table: iter(some) for table, some in rows.items()}
    sizes = {table: -(-len(some) // batches) for table, some in rows.items()}
    marks = {t: ",".join("?" * len(some[0])) for t, some in rows.items() if some}
    started = time.perf_counter()
    for _ in range(batches):
        connection.execute("BEGIN IMMEDIATE")
        for table, feed in feeds.items():
            some = list(islice(feed, sizes[table]))
            if some:
                connection.executemany(f"INSERT INTO {table} VALUES ({marks[table]})", some)
        connection.execute("COMMIT")
    elapsed_s = time.perf_counter() - started
    connection.close()
    return elapsed_s


def _codec(rows: list[tuple[Any, ...]]) -> float:
    started = time.perf_counter()
    for row in rows:
        recorded = Recorded(*row)
        encode(decode(recorded.type, recorded.data), None)
    return time.perf_counter() - started
