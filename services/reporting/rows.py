"""The read model: one row a ticket, one row a day and kind of count, and how far they have come.

Times are TEXT in UTC of one width, so that text sorts as time; days are local days. No resident's
words: codes, units, times and numbers only.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from msgspec import Struct

from services.domain.ticket import Stage
from services.platform.many import in_parts
from services.reporting import answer_rows, day_sums, exclusion_rows, measured_facts, report_rows
from services.reporting.returns import schema as returns

Query = Callable[[str, Sequence[Any]], list[Any]]

TABLES = (
    "tickets",
    "daily_counts",
    "reporting_position",
    *returns.TABLES,
    answer_rows.TABLE,
    *day_sums.TABLES,
    *report_rows.TABLES,
    *measured_facts.TABLES,
    *exclusion_rows.TABLES,
)
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS tickets (
    ticket_id TEXT PRIMARY KEY, channel TEXT, opened_at TEXT, opened_day TEXT,
    position INTEGER NOT NULL, version INTEGER NOT NULL, stage TEXT NOT NULL, kind TEXT,
    item TEXT, area TEXT, lead TEXT, last_lead TEXT, assisting INTEGER NOT NULL,
    urgency_days INTEGER, reports INTEGER NOT NULL, primary_ticket TEXT, triage_reason TEXT,
    attempt INTEGER NOT NULL, first_routed_day TEXT, routed_at TEXT, accepted_at TEXT,
    returned INTEGER NOT NULL, accept_due TEXT, accept_verdict TEXT, resolve_due TEXT,
    resolve_verdict TEXT, escalation INTEGER NOT NULL, suspended_since TEXT,
    extensions INTEGER NOT NULL, resolved_at TEXT, resolved_day TEXT, closed_at TEXT,
    ended_at TEXT, reopened INTEGER NOT NULL, reached INTEGER, responded INTEGER, solved INTEGER,
    satisfaction TEXT, holds INTEGER) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS daily_counts (
    day TEXT NOT NULL, measure TEXT NOT NULL, channel TEXT NOT NULL, item TEXT NOT NULL,
    area TEXT NOT NULL, unit TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (day, measure, channel, item, area, unit)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS reporting_position (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL, recorded_at TEXT NOT NULL)""",
    *returns.SCHEMA,
    *answer_rows.SCHEMA,
    *day_sums.SCHEMA,
    # Periods; what is still open, or was then; and what was waiting to be accepted.
    "CREATE INDEX IF NOT EXISTS tickets_by_opening ON tickets (opened_day)",
    "CREATE INDEX IF NOT EXISTS tickets_by_end ON tickets (ended_at, resolve_due)",
    "CREATE INDEX IF NOT EXISTS tickets_by_acceptance ON tickets (accepted_at, accept_due)",
    *report_rows.SCHEMA,
    *measured_facts.SCHEMA,
    *exclusion_rows.SCHEMA,
)
KEPT = ("ticket_id", "channel", "opened_at", "opened_day")  # never change once they are there


class TicketRow(Struct):
    """One row of `tickets`, while facts are folded onto it: the one mutable value here, since a
    batch folds several facts onto each row. Fields are the columns, in their order.

    lead: who has it now; last_lead: who had it last (a return leaves it). ended_at: when it left
    the open stages, null while it is open. *_verdict: "met", "missed", or null while it runs.
    escalation: the highest level ever. reached … satisfaction: the first call-back since it ended
    that reached somebody, else the last one.
    """

    ticket_id: str
    channel: str | None = None
    opened_at: str | None = None
    opened_day: str | None = None
    position: int = 0
    version: int = 0
    stage: Stage = "new"
    kind: str | None = None
    item: str | None = None
    area: str | None = None
    lead: str | None = None
    last_lead: str | None = None
    assisting: int = 0
    urgency_days: int | None = None
    reports: int = 0
    primary_ticket: str | None = None
    triage_reason: str | None = None
    attempt: int = 0
    first_routed_day: str | None = None
    routed_at: str | None = None
    accepted_at: str | None = None
    returned: int = 0
    accept_due: str | None = None
    accept_verdict: str | None = None
    resolve_due: str | None = None
    resolve_verdict: str | None = None
    escalation: int = 0
    suspended_since: str | None = None
    extensions: int = 0
    resolved_at: str | None = None
    resolved_day: str | None = None
    closed_at: str | None = None
    ended_at: str | None = None
    reopened: int = 0
    reached: bool | None = None
    responded: bool | None = None
    solved: bool | None = None
    satisfaction: str | None = None
    holds: bool | None = None


COLUMNS = TicketRow.__struct_fields__
row_values = attrgetter(*COLUMNS)

UPSERT_TICKET = (
    f"INSERT INTO tickets ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    " ON CONFLICT (ticket_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in KEPT)
)
ADD_COUNT = (
    "INSERT INTO daily_counts VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (day, measure, channel, item, area, unit)"
    " DO UPDATE SET n = daily_counts.n + excluded.n"
)
# Counts are added up, so the same facts must never be added twice: rows that start from another
# position than the one that was read become null, which the table refuses, and nothing is written.
MOVE_POSITION = (
    "INSERT INTO reporting_position VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " position = CASE WHEN reporting_position.position = ? THEN excluded.position ELSE NULL END,"
    " recorded_at = excluded.recorded_at"
)


def position_of(query: Query) -> tuple[int, str]:
    """(position of the last fact in the rows, latest time at which one was recorded)."""
    found = query("SELECT position, recorded_at FROM reporting_position WHERE id = 1", ())
    return found[0] if found else (0, "")


def load_rows(query: Query, ticket_ids: Sequence[str]) -> dict[str, TicketRow]:
    """The rows of these tickets; unknown ones are absent."""
    statement = f"SELECT {', '.join(COLUMNS)} FROM tickets WHERE ticket_id IN ({{marks}})"
    rows: dict[str, TicketRow] = {}
    for part, some in in_parts(statement, ticket_ids):
        rows.update((values[0], TicketRow(*values)) for values in query(part, some))
    return rows
