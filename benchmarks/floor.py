"""The floor: raw `sqlite3` inserts of the rows our run left behind, plus pydantic encode/decode.

Same tables, same indices, same durability (FULL), same number of tickets to a transaction. The
rows are what our own databases hold after the run and did not hold before. No rule is applied,
nothing is looked up, and no row is written twice.
"""

import sqlite3
import time
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from services.domain.city_events import is_city_type
from services.domain.codec import decode, encode
from services.platform.event_log import Recorded

Rows = dict[str, list[tuple[Any, ...]]]
Known = dict[str, set[tuple[Any, ...]]]
FILES = ("yousu.db", "keys/keys.db")
EVENTS = "stored_events"


def rows_now(data_dir: Path) -> Known:
    """Every row of every table; of the events, only the last: they are never changed."""
    known: Known = {}
    for name in FILES:
        with closing(sqlite3.connect(data_dir / name)) as source:
            for table in _tables(source):
                last = " ORDER BY position DESC LIMIT 1" if table == EVENTS else ""
                known[table] = set(source.execute(f"SELECT * FROM {table}{last}"))
    return known


def floor_seconds(data_dir: Path, folder: Path, known: Known, batches: int) -> float:
    """To store what is not in `known`, in that many transactions per file."""
    elapsed_s = 0.0
    for name in FILES:
        with closing(sqlite3.connect(data_dir / name)) as source:
            schema, rows = _content(source, known)
        elapsed_s += _insert(folder / name.replace("/", "-"), schema, rows, batches)
        elapsed_s += _codec(rows.get(EVENTS, []))
    return elapsed_s


def _content(source: sqlite3.Connection, known: Known) -> tuple[list[str], Rows]:
    schema: list[str] = []
    rows: Rows = {}
    for table in _tables(source):
        statement = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN (?, ?)"
        found = source.execute(statement, (table, "table", "index"))
        schema += [sql for (sql,) in found if sql is not None]
        after = max((row[0] for row in known[EVENTS]), default=0)
        where = f" WHERE position > {after}" if table == EVENTS else ""
        some = source.execute(f"SELECT * FROM {table}{where}")
        rows[table] = [row for row in some if row not in known[table]]
    return schema, rows


def _tables(source: sqlite3.Connection) -> list[str]:
    names = source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [name for (name,) in names if not name.startswith("sqlite_")]


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
        if is_city_type(recorded.type):  # as of supervision
            continue
        encode(decode(recorded.type, recorded.data), None)
    return time.perf_counter() - started
