"""Rows in memory, filled batch by batch, and read back whole."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from services.platform.processor import Fact
from services.reporting.processor import ReportingProcessor
from services.reporting.rows import SCHEMA, TABLES

Rows = dict[str, list[Any]]


def rows_after(batches: Iterable[Sequence[Fact]]) -> Rows:
    database = sqlite3.connect(":memory:")
    for statement in SCHEMA:
        database.execute(statement)
    processor = ReportingProcessor(lambda s, p: database.execute(s, p).fetchall())
    for batch in batches:
        if not batch:
            continue
        for change in processor.react(batch, batch[-1].event.recorded_at).changes:
            database.executemany(change.statement, change.rows)
    rows = {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}
    database.close()
    return rows
