"""Rows of appeals (申诉): who asked for what, and what was decided."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from services.domain import events_evaluation as v
from services.domain.event_base import Event
from services.platform.event_log import Change, EventLog
from services.platform.stored_time import stored

AppealStage = Literal["waiting", "upheld", "refused"]
TABLES = ("evaluation_appeals",)
# number: of the fact that asked. measures: their keys, separated by spaces.
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS evaluation_appeals (
    ticket_id TEXT NOT NULL, number INTEGER NOT NULL, stage TEXT NOT NULL, unit TEXT NOT NULL,
    verdict TEXT NOT NULL, fact INTEGER NOT NULL, measures TEXT NOT NULL, reason TEXT NOT NULL,
    appealed_at TEXT NOT NULL, appealed_by TEXT NOT NULL, decided_at TEXT, decided_by TEXT,
    decided_for TEXT, PRIMARY KEY (ticket_id, number)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS evaluation_appeals_list ON evaluation_appeals (stage, appealed_at)",
)
_ADD = (
    "INSERT INTO evaluation_appeals VALUES"
    " (?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)"
    " ON CONFLICT (ticket_id, number) DO NOTHING"
)
_DECIDE = (
    "UPDATE evaluation_appeals SET stage = ?, decided_at = ?, decided_by = ?, decided_for = ?"
    " WHERE ticket_id = ? AND number = ?"
)


class AppealRow(NamedTuple):
    """decided_for: the reason of the decision, as a code."""

    ticket_id: str
    number: int
    stage: AppealStage
    unit: str
    verdict: str
    fact: int
    measures: str
    reason: str
    appealed_at: str
    appealed_by: str
    decided_at: str | None
    decided_by: str | None
    decided_for: str | None


_LIST = (
    f"SELECT {', '.join(AppealRow._fields)} FROM evaluation_appeals WHERE stage = ?{{unit}}"
    " AND (appealed_at, ticket_id) > (?, ?) ORDER BY appealed_at, ticket_id, number LIMIT ?"
)


def _appealed(event: v.TicketAppealed, version: int) -> Sequence[Change]:
    measures = " ".join(event.measures)
    said = (event.unit, event.verdict, event.fact, measures, event.reason)
    asked = (stored(event.occurred_at), event.actor)
    return [Change(_ADD, [(event.ticket_id, version, *said, *asked)])]


def _decided(event: v.AppealDecided, version: int) -> Sequence[Change]:
    said = (event.decision, stored(event.occurred_at), event.actor, event.reason)
    return [Change(_DECIDE, [(*said, event.ticket_id, event.appeal)])]


APPEAL_ROWS: dict[type[Event], Callable[[Any, int], Sequence[Change]]] = {
    v.TicketAppealed: _appealed,
    v.AppealDecided: _decided,
}


def appeals(
    log: EventLog,
    stage: AppealStage,
    unit: str | None = None,
    after: tuple[str, str] = ("", ""),
    limit: int = 1_000,
) -> list[AppealRow]:
    """The oldest first; after an (appealed_at, ticket)."""
    statement = _LIST.format(unit="" if unit is None else " AND unit = ?")
    values: list[Any] = [stage, *([] if unit is None else [unit]), *after, limit]
    return [AppealRow(*row) for row in log.query(statement, values)]
