"""One promise of a ticket, and what its own facts do to it."""

from datetime import datetime
from typing import NamedTuple, assert_never, cast

from services.domain import events_clocks as c
from services.domain import events_parts as p
from services.domain import events_urgency as u
from services.domain.clock_terms import Step, Steps, until_day
from services.domain.replaced import replaced

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
        return replaced(self, steps=(*self.steps, step)) if self.moves else self


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
    return state and replaced(state, running=False)


def changed(
    state: ClockState, event: ClockChange | PartChange, still_open: bool, steps: Steps = ()
) -> ClockState:
    """`still_open`: whether the work that was promised is yet to be done. steps: of a promise that
    was counted anew, because the matter became more urgent."""
    kind = type(event)
    if kind in _WARNED:
        return replaced(state, warned=True)
    if kind in _MISSED:
        return replaced(state, missed=True, running=still_open)
    if kind in _MET:
        return replaced(state, running=False)
    if isinstance(event, c.TicketEscalated):
        return replaced(state, level=event.level)
    return _counted_anew(state, cast(_Moved, event), steps)


# Not a match: these come by the thousand with a tick, and to ask one class after the other is slow.
_WARNED = frozenset({c.DeadlineWarned, p.PartDeadlineWarned})
_MISSED = frozenset({c.DeadlineMissed, p.PartDeadlineMissed})
_MET = frozenset({c.DeadlineMet, p.PartDeadlineMet})
_Moved = c.DeadlineMoved | u.DeadlineShortened | p.PartDeadlineMoved


def _counted_anew(state: ClockState, event: _Moved, steps: Steps) -> ClockState:
    match event:
        case u.DeadlineShortened():
            counted = _moved(state, event)
            return replaced(counted, steps=steps, calendar_version=event.calendar_version)
        case c.DeadlineMoved(reason="calendar") | p.PartDeadlineMoved(reason="calendar"):
            known = replaced(state, calendar_version=event.calendar_version)
            return _ending_on(_moved(known, event), event, steps)
        case p.PartDeadlineMoved(reason="urgency"):
            return _ending_on(_moved(state, event), event, steps)
        case c.DeadlineMoved() | p.PartDeadlineMoved():
            return _moved(state, event)
        case _:
            assert_never(event)


def _moved(state: ClockState, event: _Moved) -> ClockState:
    """A promise made anew: warned of, and reminded of, anew."""
    return replaced(state, warn_at=event.warn_at, due_at=event.due_at, warned=False, level=0)


def _ending_on(
    state: ClockState, event: c.DeadlineMoved | p.PartDeadlineMoved, steps: Steps
) -> ClockState:
    """steps: of the ticket's own promise, where a part's ends with it."""
    if event.day is not None:
        return replaced(state, steps=(until_day(state.starts_at, event.day),))
    if isinstance(event, p.PartDeadlineMoved) and event.with_lead:
        return replaced(state, steps=steps)
    return state
