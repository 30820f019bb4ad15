"""Rows of the public face: one per ticket, folded from its facts and nothing else."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_merging as m
from services.domain.events_evaluation import EvaluationEvent
from services.domain.events_urgency import DeadlineShortened
from services.platform.event_log import Change, EventLog
from services.platform.many import in_parts
from services.platform.stored_time import stored

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS requests (
    ticket_id TEXT PRIMARY KEY, channel TEXT NOT NULL, service_code TEXT NOT NULL,
    status TEXT NOT NULL, stage TEXT NOT NULL, note TEXT NOT NULL,
    requested_at TEXT NOT NULL, updated_at TEXT NOT NULL, expected_at TEXT,
    agency TEXT NOT NULL, kind TEXT NOT NULL, area TEXT NOT NULL,
    longitude DOUBLE PRECISION, latitude DOUBLE PRECISION,
    opened_position BIGINT NOT NULL, answer_position BIGINT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS requests_by_time ON requests (requested_at)",
    "CREATE INDEX IF NOT EXISTS requests_by_status ON requests (status, requested_at)",
    "CREATE INDEX IF NOT EXISTS requests_by_service ON requests (service_code, requested_at)",
    "CREATE INDEX IF NOT EXISTS requests_by_primary ON requests (note) WHERE stage = 'merged'",
    "CREATE INDEX IF NOT EXISTS requests_by_agency ON requests (agency, stage, ticket_id)",
)


class RequestRow(NamedTuple):
    """What anybody may know of a ticket. No words: `*_position` say where they stand, sealed.

    note: a code that says why the stage is what it is. answer_position: 0 if there is none.
    Times are text in UTC, of one width. Empty codes are '', so that every column sorts.
    """

    ticket_id: str
    channel: str
    service_code: str
    status: str
    stage: str
    note: str
    requested_at: str
    updated_at: str
    expected_at: str | None
    agency: str
    kind: str
    area: str
    longitude: float | None
    latitude: float | None
    opened_position: int
    answer_position: int


COLUMNS = ", ".join(RequestRow._fields)
_FIELD = {name: index for index, name in enumerate(RequestRow._fields)}
_UPDATED_AT = _FIELD["updated_at"]
_KEPT = {"ticket_id", "channel", "requested_at", "kind", "longitude", "latitude"}
_UPSERT = (
    f"INSERT INTO requests ({COLUMNS}) VALUES ({', '.join('?' * len(RequestRow._fields))})"
    " ON CONFLICT (ticket_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in RequestRow._fields if name not in _KEPT)
)


def upsert(rows: Sequence[RequestRow]) -> Change:
    return Change(_UPSERT, rows)


def rows_of(log: EventLog, ticket_ids: Sequence[str]) -> dict[str, RequestRow]:
    statement = f"SELECT {COLUMNS} FROM requests WHERE ticket_id IN ({{marks}})"
    found: dict[str, RequestRow] = {}
    for part, some in in_parts(statement, ticket_ids):
        found.update((row[0], RequestRow(*row)) for row in log.query(part, some))
    return found


def fold_row(row: RequestRow | None, event: e.TicketEvent, position: int) -> RequestRow | None:
    """The row after one more fact; None while the ticket has not been opened."""
    if isinstance(event, e.TicketOpened):
        return row or _opened(event, position)
    if row is None:
        return None
    changes = _changes(row, event, position)
    if changes is None:
        return row
    values: list[Any] = list(row)  # what `_replace` does, several times as fast
    values[_UPDATED_AT] = max(row.updated_at, stored(event.occurred_at))
    for name, value in changes.items():
        values[_FIELD[name]] = value
    return tuple.__new__(RequestRow, values)


def _opened(event: e.TicketOpened, position: int) -> RequestRow:
    return RequestRow(
        ticket_id=event.ticket_id,
        channel=event.channel,
        service_code=event.item or "",
        status="open",
        stage="received",
        note="",
        requested_at=stored(event.occurred_at),
        updated_at=stored(event.occurred_at),
        expected_at=None,
        agency="",
        kind=event.kind or "",
        area=event.area or "",
        longitude=event.longitude,
        latitude=event.latitude,
        opened_position=position,
        answer_position=0,
    )


def _changes(row: RequestRow, event: e.TicketEvent, position: int) -> dict[str, Any] | None:
    """Columns that a fact changes; None if it says nothing to the public."""
    match event:
        case c.DeadlineSet() | c.DeadlineMoved() | DeadlineShortened():
            return {"expected_at": stored(event.due_at)} if event.clock == "resolve" else None
        case c.DeadlineWarned() | c.DeadlineMissed() | c.DeadlineMet() | c.TicketEscalated():
            return None
        case e.TicketRouted():
            return _routed(row, event)
        case e.TicketSentToTriage():
            return {"stage": "triage", "note": event.reason}
        case e.TicketAccepted():
            return {"stage": "handling", "note": ""}
        case e.TicketReturned():
            return {"stage": "returned", "note": event.reason, "agency": ""}
        case e.TicketSuspended():
            return {"note": f"suspended:{event.reason}"}
        case e.TicketResumed():
            return {"note": ""}
        case m.TicketUnmerged():
            return {"status": "open", "stage": event.stage, "note": "unmerged"}
        case m.JoinProposed() | m.JoinRefused() | m.ReportSplit() | EvaluationEvent():
            return None
        case e.TicketReopened():
            stage = "handling" if row.agency else "triage"
            return {"status": "open", "stage": stage, "note": event.reason, "answer_position": 0}
        case _:
            return _ended(event, position)


def _routed(row: RequestRow, event: e.TicketRouted) -> dict[str, Any]:
    return {
        "stage": "routed",
        "note": event.method,
        "agency": event.lead,
        "service_code": event.item or row.service_code,
        "area": event.area or row.area,
    }


def _ended(event: e.TicketEvent, position: int) -> dict[str, Any]:
    match event:
        case e.TicketResolved():
            answer = {"stage": "resolved", "note": "", "answer_position": position}
        case e.TicketAnsweredAtOnce():
            answer = {"stage": "answered", "note": "", "answer_position": position}
        case e.TicketDeclined():
            answered = {"answer_position": position} if event.reply else {}
            answer = {"stage": "declined", "note": event.rule, **answered}
        case e.TicketClosed():
            answer = {"stage": "closed", "note": event.reason}
        case e.TicketMerged():
            answer = {"stage": "merged", "note": event.primary}
        case _:  # said something about the ticket, and changed nothing that is shown
            return {}
    return {"status": "closed", **answer}
