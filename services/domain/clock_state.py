"""One promise of a ticket, and what its own facts do to it."""

from datetime import datetime
from typing import NamedTuple, assert_never

from services.domain import events_clocks as c
from services.domain import events_parts as p
from services.domain import events_urgency as u
from services.domain.clock_terms import Step, Steps, until_day

ClockChange = (
    c.DeadlineMoved
    | u.DeadlineShortened
    | c.DeadlineWarned
    | c.DeadlineMissed
    | c.DeadlineMet
    | c.TicketEscalated
)
PartChange = p.PartDeadlineMoved | p.PartDeadlineWarned | p.PartDeadlineMissed | p.PartDeadlineMet


class ClockState(NamedTuple):
    """One promise. `running` ends when the work is done; `missed` stays true for ever.

    steps: how `due_at` was reckoned. calendar_version: by which all of them were.
    """

    starts_at: datetime
    working_days: int
    warn_at: datetime
    due_at: datetime
    running: bool = True
    warned: bool = False
    missed: bool = False
    level: int = 0
    steps: Steps = ()
    calendar_version: str = ""

    @property
    def moves(self) -> bool:
        """Whether its end may still move: what was missed stays missed."""
        return self.running and not self.missed

    def and_then(self, step: Step) -> "ClockState":
        """One more step of its reckoning, if its end may still move."""
        return self._replace(steps=(*self.steps, step)) if self.moves else self


def promised(event: c.DeadlineSet | p.PartDeadlineSet, steps: Steps) -> ClockState:
    return ClockState(
        event.starts_at,
        event.working_days or 0,
        event.warn_at,
        event.due_at,
        steps=steps,
        calendar_version=event.calendar_version,
    )


def stopped(state: ClockState | None) -> ClockState | None:
    return state and state._replace(running=False)


def changed(
    state: ClockState, event: ClockChange | PartChange, still_open: bool, steps: Steps = ()
) -> ClockState:
    """`still_open`: whether the work that was promised is yet to be done. steps: of a promise that
    was counted anew, because the matter became more urgent."""
    match event:
        case u.DeadlineShortened():
            counted = _moved(state, event)
            return counted._replace(steps=steps, calendar_version=event.calendar_version)
        case c.DeadlineMoved(reason="calendar") | p.PartDeadlineMoved(reason="calendar"):
            known = state._replace(calendar_version=event.calendar_version)
            return _ending_on(_moved(known, event), event, steps)
        case p.PartDeadlineMoved(reason="urgency"):
            return _ending_on(_moved(state, event), event, steps)
        case c.DeadlineMoved() | p.PartDeadlineMoved():
            return _moved(state, event)
        case c.DeadlineWarned() | p.PartDeadlineWarned():
            return state._replace(warned=True)
        case c.DeadlineMissed() | p.PartDeadlineMissed():
            return state._replace(missed=True, running=still_open)
        case c.DeadlineMet() | p.PartDeadlineMet():
            return state._replace(running=False)
        case c.TicketEscalated():
            return state._replace(level=event.level)
        case _:
            assert_never(event)


def _moved(
    state: ClockState, event: c.DeadlineMoved | u.DeadlineShortened | p.PartDeadlineMoved
) -> ClockState:
    """A promise made anew: warned of, and reminded of, anew."""
    return state._replace(warn_at=event.warn_at, due_at=event.due_at, warned=False, level=0)


def _ending_on(
    state: ClockState, event: c.DeadlineMoved | p.PartDeadlineMoved, steps: Steps
) -> ClockState:
    """steps: of the ticket's own promise, where a part's ends with it."""
    if event.day is not None:
        return state._replace(steps=(until_day(state.starts_at, event.day),))
    if isinstance(event, p.PartDeadlineMoved) and event.with_lead:
        return state._replace(steps=steps)
    return state
