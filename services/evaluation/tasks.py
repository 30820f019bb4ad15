"""Rows of what is to be done about evaluation: call-backs, looks back, and disagreements that wait
for a supervisor. They are the truth of a tick, and the work lists of people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from services.evaluation import appeal_rows
from services.platform.event_log import Change, EventLog
from services.platform.stored_time import stored

TaskKind = Literal["call_back", "look_back", "disagreement"]
TICK_BATCH_MAX = 1_000
TABLES = ("evaluation_tasks", *appeal_rows.TABLES)
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS evaluation_tasks (
    ticket_id TEXT NOT NULL, task TEXT NOT NULL, handling INTEGER NOT NULL, opens_at TEXT NOT NULL,
    due_at TEXT NOT NULL, tries INTEGER NOT NULL, tried_at TEXT, overdue INTEGER NOT NULL,
    unit TEXT NOT NULL, PRIMARY KEY (ticket_id, task)) WITHOUT ROWID""",
    """CREATE INDEX IF NOT EXISTS evaluation_tasks_due ON evaluation_tasks (due_at)
    WHERE overdue = 0""",
    "CREATE INDEX IF NOT EXISTS evaluation_tasks_list ON evaluation_tasks (task, due_at)",
    *appeal_rows.SCHEMA,
)
_SET = (
    "INSERT INTO evaluation_tasks VALUES (?, ?, ?, ?, ?, 0, NULL, 0, ?)"
    " ON CONFLICT (ticket_id, task) DO UPDATE SET handling = excluded.handling,"
    " opens_at = excluded.opens_at, due_at = excluded.due_at, tries = 0, tried_at = NULL,"
    " overdue = 0, unit = excluded.unit"
)
_TRIED = (
    "UPDATE evaluation_tasks SET tries = tries + 1, tried_at = ?"
    " WHERE ticket_id = ? AND task = 'call_back'"
)
_OVERDUE = "UPDATE evaluation_tasks SET overdue = 1 WHERE ticket_id = ? AND task = ?"
_DONE = "DELETE FROM evaluation_tasks WHERE ticket_id = ? AND task = ?"
_DUE = (
    "SELECT due_at, ticket_id, task FROM evaluation_tasks WHERE overdue = 0 AND due_at < ?"
    " AND task <> 'disagreement'"  # a supervisor's: no promise is made about it here
    " AND (due_at, ticket_id, task) > (?, ?, ?) ORDER BY due_at, ticket_id, task LIMIT ?"
)
_LIST = (
    "SELECT ticket_id, task, handling, opens_at, due_at, tries, tried_at, overdue, unit"
    " FROM evaluation_tasks WHERE task = ? AND opens_at <= ?{unit}"
    " AND (due_at, ticket_id) > (?, ?) ORDER BY due_at, ticket_id LIMIT ?"
)
Place = tuple[str, str, str]
BEGINNING: Place = ("", "", "")


class Task(NamedTuple):
    """One row. Times are text in UTC of one width."""

    ticket_id: str
    task: TaskKind
    handling: int
    opens_at: str
    due_at: str
    tries: int
    tried_at: str | None
    overdue: int
    unit: str


class DueTask(NamedTuple):
    ticket_id: str
    task: TaskKind
    due_at: datetime


def set_task(
    ticket_id: str, task: TaskKind, handling: int, opens: datetime, due: datetime, unit: str
) -> Change:
    row: Sequence[Any] = (ticket_id, task, handling, stored(opens), stored(due), unit)
    return Change(_SET, [row])


def tried(ticket_id: str, at: datetime) -> Change:
    return Change(_TRIED, [(stored(at), ticket_id)])


def overdue(ticket_id: str, task: TaskKind) -> Change:
    return Change(_OVERDUE, [(ticket_id, task)])


def done(ticket_id: str, task: TaskKind) -> Change:
    return Change(_DONE, [(ticket_id, task)])


def due_tasks(
    log: EventLog, now: datetime, after: Place = BEGINNING
) -> tuple[list[DueTask], Place]:
    """What has become overdue by now, oldest first, and where to go on: after the last of a full
    batch, else from the beginning."""
    rows = log.query(_DUE, (stored(now), *after, TICK_BATCH_MAX))
    found = [DueTask(one[1], one[2], datetime.fromisoformat(one[0])) for one in rows]
    return found, tuple(rows[-1][:3]) if len(rows) == TICK_BATCH_MAX else BEGINNING


def work_list(
    log: EventLog,
    task: TaskKind,
    now: datetime,
    unit: str | None = None,
    after: tuple[str, str] = ("", ""),
    limit: int = TICK_BATCH_MAX,
) -> list[Task]:
    """What may be done by now, the first due first; after a (due_at, ticket)."""
    statement = _LIST.format(unit="" if unit is None else " AND unit = ?")
    values = [task, stored(now), *([] if unit is None else [unit]), *after, limit]
    return [Task(*row) for row in log.query(statement, values)]
