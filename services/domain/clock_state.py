"""One promise of a ticket, and what its own facts do to it."""

from datetime import datetime
from typing import NamedTuple, assert_never

from services.domain import events_clocks as c
from services.domain import events_urgency as u

ClockChange = (
    c.DeadlineMoved
    | u.DeadlineShortened
    | c.DeadlineWarned
    | c.DeadlineMissed
    | c.DeadlineMet
    | c.TicketEscalated
)


class ClockState(NamedTuple):
    """One promise. `running` ends when the work is done; `missed` stays true for ever."""

    starts_at: datetime
    working_days: int
    warn_at: datetime
    due_at: datetime
    running: bool = True
    warned: bool = False
    missed: bool = False
    level: int = 0


def promised(event: c.DeadlineSet) -> ClockState:
    return ClockState(event.starts_at, event.working_days, event.warn_at, event.due_at)


def stopped(state: ClockState | None) -> ClockState | None:
    return state and state._replace(running=False)


def changed(state: ClockState, event: ClockChange, still_open: bool) -> ClockState:
    """`still_open`: whether the work that was promised is yet to be done."""
    match event:
        case c.DeadlineMoved() | u.DeadlineShortened():
            return state._replace(  # a promise made anew: warned of, and reminded of, anew
                warn_at=event.warn_at, due_at=event.due_at, warned=False, level=0
            )
        case c.DeadlineWarned():
            return state._replace(warned=True)
        case c.DeadlineMissed():
            return state._replace(missed=True, running=still_open)
        case c.DeadlineMet():
            return state._replace(running=False)
        case c.TicketEscalated():
            return state._replace(level=event.level)
        case _:
            assert_never(event)
