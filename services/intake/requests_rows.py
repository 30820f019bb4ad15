"""Rows of the public face: one per ticket, folded from its facts and nothing else."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, get_args

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_merging as m
from services.domain.event_base import Event
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
    kind = type(event)
    if kind in _UNSAID:
        return None
    handler = _HANDLERS.get(kind)  # others moved the ticket, and changed nothing that is shown
    return {} if handler is None else handler(row, event, position)


def _promised(
    row: RequestRow, event: c.DeadlineSet | c.DeadlineMoved | DeadlineShortened, position: int
) -> dict[str, Any] | None:
    return {"expected_at": stored(event.due_at)} if event.clock == "resolve" else None


def _triaged(row: RequestRow, event: e.TicketSentToTriage, position: int) -> dict[str, Any]:
    return {"stage": "triage", "note": event.reason}


def _routed(row: RequestRow, event: e.TicketRouted, position: int) -> dict[str, Any]:
    return {
        "stage": "routed",
        "note": event.method,
        "agency": event.lead,
        "service_code": event.item or row.service_code,
        "area": event.area or row.area,
    }


def _accepted(row: RequestRow, event: e.TicketAccepted, position: int) -> dict[str, Any]:
    return {"stage": "handling", "note": ""}


def _returned(row: RequestRow, event: e.TicketReturned, position: int) -> dict[str, Any]:
    return {"stage": "returned", "note": event.reason, "agency": ""}


def _suspended(row: RequestRow, event: e.TicketSuspended, position: int) -> dict[str, Any]:
    return {"note": f"suspended:{event.reason}"}


def _resumed(row: RequestRow, event: e.TicketResumed, position: int) -> dict[str, Any]:
    return {"note": ""}


def _unmerged(row: RequestRow, event: m.TicketUnmerged, position: int) -> dict[str, Any]:
    return {"status": "open", "stage": event.stage, "note": "unmerged"}


def _reopened(row: RequestRow, event: e.TicketReopened, position: int) -> dict[str, Any]:
    stage = "handling" if row.agency else "triage"
    return {"status": "open", "stage": stage, "note": event.reason, "answer_position": 0}


def _resolved(row: RequestRow, event: e.TicketResolved, position: int) -> dict[str, Any]:
    return {"status": "closed", "stage": "resolved", "note": "", "answer_position": position}


def _answered(row: RequestRow, event: e.TicketAnsweredAtOnce, position: int) -> dict[str, Any]:
    return {"status": "closed", "stage": "answered", "note": "", "answer_position": position}


def _declined(row: RequestRow, event: e.TicketDeclined, position: int) -> dict[str, Any]:
    answered = {"answer_position": position} if event.reply else {}
    return {"status": "closed", "stage": "declined", "note": event.rule, **answered}


def _closed(row: RequestRow, event: e.TicketClosed, position: int) -> dict[str, Any]:
    return {"status": "closed", "stage": "closed", "note": event.reason}


def _merged(row: RequestRow, event: e.TicketMerged, position: int) -> dict[str, Any]:
    return {"status": "closed", "stage": "merged", "note": event.primary}


_UNSAID: frozenset[type[Event]] = frozenset(
    {
        c.DeadlineWarned,
        c.DeadlineMissed,
        c.DeadlineMet,
        c.TicketEscalated,
        m.JoinProposed,
        m.JoinRefused,
        m.ReportSplit,
        *(kind for kind in get_args(e.TicketEvent) if issubclass(kind, EvaluationEvent)),
    }
)
_HANDLERS: dict[type[Event], Callable[[RequestRow, Any, int], dict[str, Any] | None]] = {
    c.DeadlineSet: _promised,
    c.DeadlineMoved: _promised,
    DeadlineShortened: _promised,
    e.TicketSentToTriage: _triaged,
    e.TicketRouted: _routed,
    e.TicketAccepted: _accepted,
    e.TicketReturned: _returned,
    e.TicketSuspended: _suspended,
    e.TicketResumed: _resumed,
    m.TicketUnmerged: _unmerged,
    e.TicketReopened: _reopened,
    e.TicketResolved: _resolved,
    e.TicketAnsweredAtOnce: _answered,
    e.TicketDeclined: _declined,
    e.TicketClosed: _closed,
    e.TicketMerged: _merged,
}
