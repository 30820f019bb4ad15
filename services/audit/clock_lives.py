"""Every promise a ticket ever had, and what became of it: those that run, and those before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.domain import events_clocks as c
from services.domain import events_parts as p
from services.domain.clock_state import ClockState
from services.domain.events import TicketEvent
from services.domain.events_urgency import DeadlineShortened
from services.domain.part_state import part_key
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import evolve

Promise = c.DeadlineSet | p.PartDeadlineSet
Move = c.DeadlineMoved | DeadlineShortened | p.PartDeadlineMoved
ClockFact = (
    Promise
    | Move
    | c.DeadlineWarned
    | c.DeadlineMissed
    | c.DeadlineMet
    | c.TicketEscalated
    | p.PartDeadlineWarned
    | p.PartDeadlineMissed
    | p.PartDeadlineMet
)


@dataclass(slots=True)
class ClockLife:
    """key: `accept`, `resolve`, or that of a part. state: at the end of what is known of it.

    verdict: None while it runs, and if it ended without one. verdict_at: when it was told.
    """

    key: str
    promise: Promise
    state: ClockState
    moves: list[tuple[Move, datetime]] = field(default_factory=list)  # each with the end before it
    warned_at: list[datetime] = field(default_factory=list)
    verdict: str | None = None
    verdict_at: datetime | None = None
    done_at: datetime | None = None
    level: int = 0

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]


def clock_lives(facts: Iterable[TicketEvent]) -> tuple[Ticket, list[ClockLife]]:
    """In the order in which they were promised. `facts`: all of one ticket, in order."""
    ticket = Ticket()
    lives: list[ClockLife] = []
    current: dict[str, ClockLife] = {}
    for event in facts:
        before = {key: life.state for key, life in current.items()}
        ticket = evolve(ticket, event)
        if isinstance(event, Promise):
            key = key_of(event)
            state = state_of(ticket, key)
            if state is not None:
                current[key] = ClockLife(key, event, state)
                lives.append(current[key])
        for key, life in current.items():
            life.state = state_of(ticket, key) or life.state
        if isinstance(event, ClockFact) and key_of(event) in before:
            _told(current[key_of(event)], event, before[key_of(event)].due_at)
    return ticket, lives


def key_of(event: ClockFact) -> str:
    if isinstance(event, p.PartClockFact):
        return part_key(event.unit, event.subtask)
    return event.clock


def state_of(ticket: Ticket, key: str) -> ClockState | None:
    if key == "accept":
        return ticket.accept
    if key == "resolve":
        return ticket.resolve
    part = ticket.part(key)
    return part.clock if part else None


def _told(life: ClockLife, event: ClockFact, due_before: datetime) -> None:
    match event:
        case c.DeadlineMoved() | DeadlineShortened() | p.PartDeadlineMoved():
            life.moves.append((event, due_before))
        case c.DeadlineWarned() | p.PartDeadlineWarned():
            life.warned_at.append(event.occurred_at)
        case c.DeadlineMet() | p.PartDeadlineMet():
            life.verdict, life.verdict_at = "met", event.occurred_at
        case c.DeadlineMissed() | p.PartDeadlineMissed():
            life.verdict, life.verdict_at = "missed", event.occurred_at
            life.done_at = event.done_at
        case c.TicketEscalated():
            life.level = max(life.level, event.level)
        case _:
            return
