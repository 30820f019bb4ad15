"""The rows as they were at a position: folded again out of the log, beside the live ones."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from services.platform.event_log import EventLog
from services.platform.positions import check_position
from services.platform.processor import read_batch
from services.reporting.processor import ReportingProcessor
from services.reporting.rows import SCHEMA, Query, position_of

BATCH_MAX = 2_000
STEADY_ATTEMPTS_MAX = 5
Made = TypeVar("Made")


@contextmanager
def rows_at(log: EventLog, position: int, zone: ZoneInfo) -> Iterator[Query]:
    """A query over temporary tables, which hold every fact up to `position` and no other. Raises
    PositionUnknown."""
    check_position(log, position)
    with closing(sqlite3.connect("")) as database:  # a file that SQLite deletes by itself
        for statement in SCHEMA:
            database.execute(statement)

        def query(statement: str, parameters: Sequence[Any]) -> list[Any]:
            return database.execute(statement, parameters).fetchall()

        _fill(database, ReportingProcessor(query, zone), log, position)
        yield query


def _fill(
    database: sqlite3.Connection, processor: ReportingProcessor, log: EventLog, position: int
) -> None:
    after = 0
    while True:
        batch = read_batch(log, after, BATCH_MAX, position)
        if batch.upto == after:
            return
        if batch.facts:
            for change in processor.react(batch.facts, batch.facts[-1].event.recorded_at).changes:
                database.executemany(change.statement, change.rows)
        after = batch.upto


def made_at(
    log: EventLog, position: int | None, zone: ZoneInfo, make: Callable[[Query], Made]
) -> Made:
    """From the live rows, or from the log up to a position. Raises PositionUnknown."""
    if position is None:
        return steadily(log, zone, make)
    with rows_at(log, position, zone) as query:
        return make(query)


def steadily(log: EventLog, zone: ZoneInfo, make: Callable[[Query], Made]) -> Made:
    """What `make` reads from the live rows, all of it at one position.

    Rows that move while they are read are read again; rows that never rest are folded anew from
    the log up to where they were.
    """
    for _ in range(STEADY_ATTEMPTS_MAX):
        before = position_of(log.query)
        made = make(log.query)
        if position_of(log.query) == before:
            return made
    with rows_at(log, before[0], zone) as query:
        return make(query)
