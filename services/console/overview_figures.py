"""The overview's figures: what is where, what is late, how the streams stand. Nobody's words."""

import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from services.console.overview_words import TONES, words_of
from services.console.status import status_of
from services.console.system import System
from services.domain.events import TicketEvent
from services.domain.ticket import OPEN
from services.platform.event_log import EventLog
from services.platform.processor import Fact, decode_all
from services.platform.stored_time import stored

OVERDUE_MAX, UNITS_MAX, NEWEST_MAX = 10, 6, 20
FRESH_S = 1.0  # figures are made once a second, however many look
SHARE_OF_TIME = 0.1  # and take at most this share of the time, however large the log
RATE_OVER_S = 15.0
SHORT_ID = 8
_STAGES = "SELECT stage, COUNT(*) FROM tickets GROUP BY stage"
_RECEIVED = "SELECT COALESCE(SUM(n), 0) FROM daily_counts WHERE day = ? AND measure = 'received'"
# A clock that stands still in a pause is not late, unless it was missed before.
_LATE = (
    " FROM deadlines JOIN tickets ON tickets.ticket_id = deadlines.ticket_id"
    " WHERE deadlines.due_at < ? AND (deadlines.paused = 0 OR deadlines.step > 1)"
    " AND deadlines.clock <> 'pause'"
)
# Whose promise it is: the lead's, or that of the unit that has a part (`part_key`).
_UNIT = (
    "CASE WHEN deadlines.clock LIKE 'assist:%' THEN substr(deadlines.clock, 8)"
    " WHEN deadlines.clock LIKE 'subtask:%' THEN substr(deadlines.clock, 13)"
    " ELSE COALESCE(tickets.last_lead, '') END"
)
_LATE_COUNT = (
    "SELECT COUNT(*), COUNT(DISTINCT CASE WHEN deadlines.clock IN ('accept', 'resolve')"
    " THEN deadlines.ticket_id END)" + _LATE
)
_LATE_UNITS = (
    f"SELECT {_UNIT}, COUNT(*)"
    + _LATE
    + f" GROUP BY {_UNIT} ORDER BY COUNT(*) DESC, {_UNIT} LIMIT ?"
)
_LATEST = (
    f"SELECT deadlines.ticket_id, deadlines.clock, deadlines.due_at, {_UNIT},"
    " tickets.stage, tickets.escalation"
    + _LATE
    + " ORDER BY deadlines.due_at, deadlines.ticket_id, deadlines.clock LIMIT ?"
)
_SOON = (
    "SELECT COUNT(*) FROM deadlines WHERE warn_at <= ? AND due_at >= ? AND paused = 0"
    " AND clock <> 'pause'"
)


class Overdue(BaseModel):
    ticket_id: str
    clock: Literal["accept", "resolve", "assist", "subtask"]
    unit: str
    unit_name: str
    stage: str
    due_at: datetime
    late_s: int
    escalation: int


class UnitCount(BaseModel):
    unit: str
    unit_name: str
    overdue: int


class NewestEvent(BaseModel):
    """ticket: the last letters of the ticket's id, to recognise it by. unit: of the event, or who
    has the ticket."""

    position: int
    occurred_at: datetime
    type: str
    zh: str
    en: str
    tone: str
    ticket_id: str
    ticket: str
    unit: str
    unit_name: str


class Stream(BaseModel):
    """Where one processor stands. lag: events in the log that it has not taken in."""

    position: int
    lag: int
    quarantined: int
    last_error: str | None


class Figures(BaseModel):
    """now: the service's clock. open and by_stage count tickets; received_today counts reports.

    overdue counts tickets that are late themselves, overdue_clocks all broken promises, those of
    assisting units and sub-tasks among them; due_soon: clocks past their
    warning. rows_position: how far the rows are that the counts were made from.
    """

    now: datetime
    day: str
    position: int
    rows_position: int
    events_per_s: float
    by_stage: dict[str, int]
    open: int
    received_today: int
    overdue: int
    overdue_clocks: int
    due_soon: int
    most_overdue: list[Overdue]
    overdue_units: list[UnitCount]
    processors: dict[str, Stream]
    newest: list[NewestEvent]


class Overview:
    """Figures for everybody who looks, made anew when they are old. Raises Outage."""

    def __init__(self, system: System, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._system = system
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self._made: Figures | None = None
        self._fresh_until = 0.0
        self._heads: deque[tuple[float, int]] = deque()

    def figures(self) -> Figures:
        with self._lock:
            began = self._stopwatch()
            if self._made is None or began >= self._fresh_until:
                self._made = self._make(began)
                ended = self._stopwatch()
                self._fresh_until = ended + max(FRESH_S, (ended - began) / SHARE_OF_TIME)
            return self._made

    def _make(self, at: float) -> Figures:
        system = self._system
        head, now = system.log.head(), system.clock.now()
        moment = stored(now)
        day = system.rules().calendar.local_date(now).isoformat()
        by_stage = {stage: count for stage, count in system.log.query(_STAGES)}
        clocks, tickets = system.log.query(_LATE_COUNT, (moment,))[0]
        return Figures(
            now=now,
            day=day,
            position=head,
            rows_position=system.log.checkpoint("reporting"),
            events_per_s=self._rate(at, head),
            by_stage=by_stage,
            open=sum(count for stage, count in by_stage.items() if stage in OPEN),
            received_today=system.log.query(_RECEIVED, (day,))[0][0],
            overdue=tickets,
            overdue_clocks=clocks,
            due_soon=system.log.query(_SOON, (moment, moment))[0][0],
            most_overdue=self._most_overdue(now),
            overdue_units=self._overdue_units(now),
            processors={name: Stream(**one) for name, one in status_of(system).items()},
            newest=self._newest(head),
        )

    def _rate(self, at: float, head: int) -> float:
        """Events a second over the last seconds in which somebody looked."""
        self._heads.append((at, head))
        while len(self._heads) > 2 and at - self._heads[1][0] >= RATE_OVER_S:
            self._heads.popleft()
        since, before = self._heads[0]
        return round((head - before) / (at - since), 1) if at > since else 0.0

    def _most_overdue(self, now: datetime) -> list[Overdue]:
        rows = self._system.log.query(_LATEST, (stored(now), OVERDUE_MAX))
        return [self._overdue(row, now) for row in rows]

    def _overdue(self, row: tuple[Any, ...], now: datetime) -> Overdue:
        ticket_id, clock, due, unit, stage, escalation = row
        due_at = datetime.fromisoformat(due)
        return Overdue(
            ticket_id=ticket_id,
            clock=clock.partition(":")[0],
            unit=unit or "",
            unit_name=self._system.directory.plain_unit_name(unit or ""),
            stage=stage,
            due_at=due_at,
            late_s=int((now - due_at).total_seconds()),
            escalation=escalation,
        )

    def _overdue_units(self, now: datetime) -> list[UnitCount]:
        rows = self._system.log.query(_LATE_UNITS, (stored(now), UNITS_MAX))
        return [
            UnitCount(
                unit=unit, unit_name=self._system.directory.plain_unit_name(unit), overdue=count
            )
            for unit, count in rows
        ]

    def _newest(self, head: int) -> list[NewestEvent]:
        facts = newest_facts(self._system.log, head)
        leads = leads_of(self._system.log, [fact.event.ticket_id for fact in facts])
        return [self._event(fact, leads.get(fact.event.ticket_id) or "") for fact in facts]

    def _event(self, fact: Fact, lead: str) -> NewestEvent:
        event = fact.event
        zh, en = words_of(event.type)
        unit = unit_of(event) or lead
        return NewestEvent(
            position=fact.position,
            occurred_at=event.occurred_at,
            type=event.type,
            zh=zh,
            en=en,
            tone=TONES.get(event.type, ""),
            ticket_id=event.ticket_id,
            ticket=event.ticket_id[-SHORT_ID:],
            unit=unit,
            unit_name=self._system.directory.plain_unit_name(unit),
        )


def unit_of(event: TicketEvent) -> str:
    unit = getattr(event, "unit", None) or getattr(event, "lead", None)
    return unit if isinstance(unit, str) else ""


def newest_facts(log: EventLog, head: int) -> list[Fact]:
    """The newest first; what cannot be decoded is left out."""
    facts, _ = decode_all(log.read_all(max(0, head - NEWEST_MAX), NEWEST_MAX, head))
    return list(reversed(facts))


def leads_of(log: EventLog, ticket_ids: list[str]) -> dict[str, str | None]:
    """Who has these tickets, or had them last."""
    marks = ",".join("?" * len(ticket_ids))
    statement = f"SELECT ticket_id, last_lead FROM tickets WHERE ticket_id IN ({marks})"
    return dict(log.query(statement, ticket_ids)) if ticket_ids else {}
