"""Findings over 100,000 tickets of a year, against counting the same windows with SQL group-bys.

    python -m benchmarks.findings [TICKETS]

The rows are reporting's own tables, filled by hand with a made-up year: what is measured is reading
them, all finders, and making findings, in processor time. The baseline counts, in SQLite itself,
each item at each community, street and district within 7 days, without any expectation: what a
report that names "the most" would ask.
"""

import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.figures import Figure, show
from services.domain.working_time import ZONE_NAME
from services.findings.facts import load_facts, span_of
from services.findings.find import find
from services.findings.policy import default_policy
from services.platform.names import Names
from services.reporting.rows import SCHEMA, UPSERT_TICKET, TicketRow, row_values

TICKETS, DAYS, LIMIT_S = 100_000, 365, 10.0
BEGIN = date(2025, 3, 3)
ITEMS = [f"{a:02}.01.{b:02}.01.01" for a in range(1, 16) for b in range(1, 7)]
COMMUNITIES = [f"6301{d:02}{s:03}{c:03}" for d in range(2, 9) for s in range(12) for c in range(13)]
BURSTS, BURST_TICKETS = 40, 12
_WINDOWS = """SELECT a.item, substr(a.area, 1, {length}), a.opened_day, COUNT(*) FROM tickets a
    JOIN tickets b ON b.item = a.item AND substr(b.area, 1, {length}) = substr(a.area, 1, {length})
    AND b.opened_day BETWEEN a.opened_day AND date(a.opened_day, '+6 days')
    GROUP BY 1, 2, 3 HAVING COUNT(*) >= 6 ORDER BY 4 DESC"""


def findings_figures(tickets: int = TICKETS) -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "rows.db")
        _fill(database, tickets)
        started = time.process_time()
        found = _find(database)
        ours = time.process_time() - started
        baseline = _count_windows(database)
        database.close()
    name = f"findings over {tickets:,} tickets, {found} found | SQL counts of 7-day windows"
    yield Figure(name, ours, "s", baseline, LIMIT_S, "<=", "value")


def _find(database: sqlite3.Connection) -> int:
    def query(statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        return database.execute(statement, parameters).fetchall()

    policy, zone = default_policy(), ZoneInfo(ZONE_NAME)
    span = span_of(query, zone, policy.history_days, None)
    assert span is not None
    return len(find(load_facts(query, zone, *span), Names(), policy))


def _count_windows(database: sqlite3.Connection) -> float:
    started = time.process_time()
    for length in (12, 9, 6):
        database.execute(
            f"CREATE INDEX by_{length} ON tickets (item, substr(area, 1, {length}), opened_day)"
        )
        database.execute(_WINDOWS.format(length=length)).fetchall()
    return time.process_time() - started


def _fill(database: sqlite3.Connection, tickets: int) -> None:
    for statement in SCHEMA:
        database.execute(statement)
    chance = Random(1)
    told = [
        (chance.randrange(DAYS), chance.choice(ITEMS), chance.choice(COMMUNITIES))
        for _ in range(tickets - BURSTS * BURST_TICKETS)
    ]
    for _ in range(BURSTS):
        first, item, area = (
            chance.randrange(DAYS - 5),
            chance.choice(ITEMS),
            chance.choice(COMMUNITIES),
        )
        told += [(first + chance.randrange(5), item, area) for _ in range(BURST_TICKETS)]
    rows, reports = [], []
    for number, (ordinal, item, area) in enumerate(told):
        day = (BEGIN + timedelta(days=ordinal)).isoformat()
        ticket_id = f"t{number:07}"
        row = TicketRow(ticket_id, "app", f"{day}T02:00:00.000000Z", day, item=item, area=area)
        row.stage, row.closed_at = "closed", f"{day}T09:00:00.000000Z"
        row.ended_at, row.last_lead = row.closed_at, area[:6]
        rows.append(row_values(row))
        reports.append((ticket_id, "r", day, f"r{chance.randrange(tickets // 4)}", None, None))
    database.executemany(UPSERT_TICKET, rows)
    database.executemany("INSERT INTO ticket_reports VALUES (?, ?, ?, ?, ?, ?)", reports)
    last = (BEGIN + timedelta(days=DAYS)).isoformat()
    position = (1, tickets, f"{last}T15:00:00.000000Z")
    database.execute("INSERT INTO reporting_position VALUES (?, ?, ?)", position)
    database.commit()


if __name__ == "__main__":
    for one in findings_figures(int(sys.argv[1]) if sys.argv[1:] else TICKETS):
        show(one)
