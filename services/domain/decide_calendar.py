"""督: another calendar is in force (a notice of the State Council, loaded later).

Promises that run are counted by it, with all their pauses and extensions; what was kept, missed or
ended stays. None is cut short unheard: at the earliest it ends with the next working day.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from services.domain.clock_state import ClockState
from services.domain.clock_terms import reckoned
from services.domain.command_base import ClockRules
from services.domain.commands_parts import RecountDeadlines
from services.domain.decide_meta import meta
from services.domain.decide_part_clocks import named
from services.domain.event_base import Clock
from services.domain.events import TicketEvent
from services.domain.events_clocks import DeadlineMoved
from services.domain.events_parts import PartDeadlineMoved
from services.domain.part_state import Part
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import evolve
from services.domain.working_time import CalendarYearMissing

Subject = TypeVar("Subject")
Moved = TypeVar("Moved", DeadlineMoved, PartDeadlineMoved)


class _End(NamedTuple):
    """day: the reckoning says earlier, but nobody could know in time."""

    due_at: datetime
    day: date | None = None


def recount(command: RecountDeadlines, ticket: Ticket) -> list[TicketEvent]:
    """Nothing for a clock that this calendar counts to the same end."""
    events: list[TicketEvent] = []
    clocks: tuple[Clock, ...] = ("accept", "resolve")
    for clock in clocks:
        fact = _known(_own, command, ticket, clock)
        if fact is not None:
            ticket = evolve(ticket, fact)
            events.append(fact)
    moved = (_known(_of_part, command, ticket, part) for part in ticket.parts)
    return [*events, *(fact for fact in moved if fact is not None)]


def _known(
    move: Callable[[RecountDeadlines, Ticket, Subject], Moved | None],
    command: RecountDeadlines,
    ticket: Ticket,
    subject: Subject,
) -> Moved | None:
    """A calendar that does not reach so far moves nothing."""
    try:
        return move(command, ticket, subject)
    except CalendarYearMissing:
        return None


def _own(command: RecountDeadlines, ticket: Ticket, clock: Clock) -> DeadlineMoved | None:
    state = ticket.clock(clock)
    if state is None or not _is_of_another(state, command.rules):
        return None
    paused = ticket.suspended_since if clock == "resolve" else None
    stands_at = paused or command.now
    end = _end(state, command.rules, stands_at)
    if end.due_at == state.due_at or end.due_at <= stands_at:
        return None
    calendar = command.rules.calendar
    dates = sorted((calendar.local_date(state.due_at), calendar.local_date(end.due_at)))
    return DeadlineMoved(
        **meta(command),
        clock=clock,
        reason="calendar",
        working_days=calendar.working_days_between(*dates),
        from_due_at=state.due_at,
        from_calendar_version=state.calendar_version or None,
        day=end.day,
        warn_at=_warn_at(command.rules, stands_at, end.due_at),
        due_at=end.due_at,
        calendar_version=calendar.version,
        policy_version=command.rules.policy_version,
    )


def _of_part(command: RecountDeadlines, ticket: Ticket, part: Part) -> PartDeadlineMoved | None:
    state, lead = part.clock, ticket.resolve
    if state is None or not _is_of_another(state, command.rules):
        return None
    stands_at = ticket.suspended_since or command.now
    end = _end(state, command.rules, stands_at)
    bounded = lead is not None and lead.moves and lead.due_at < end.due_at
    with_lead = bounded and lead is not None and lead.steps != state.steps
    if lead is not None and bounded:
        end = _End(lead.due_at)
    if end.due_at == state.due_at or end.due_at <= stands_at:
        return None
    return PartDeadlineMoved(
        **meta(command),
        **named(part),
        reason="calendar",
        from_due_at=state.due_at,
        from_calendar_version=state.calendar_version or None,
        day=end.day,
        with_lead=with_lead,
        warn_at=_warn_at(command.rules, stands_at, end.due_at),
        due_at=end.due_at,
        calendar_version=command.rules.calendar.version,
        policy_version=command.rules.policy_version,
    )


def _is_of_another(state: ClockState, rules: ClockRules) -> bool:
    return state.moves and bool(state.steps) and state.calendar_version != rules.calendar.version


def _end(state: ClockState, rules: ClockRules, stands_at: datetime) -> _End:
    calendar = rules.calendar
    counted = reckoned(state.steps, calendar)
    as_it_was = calendar.close_of(calendar.local_date(state.due_at))
    earliest = min(as_it_was, calendar.due_at(stands_at, 1))
    if counted >= earliest:
        return _End(counted)
    return _End(earliest, calendar.local_date(earliest))


def _warn_at(rules: ClockRules, stands_at: datetime, due_at: datetime) -> datetime:
    return rules.calendar.point_between(stands_at, due_at, rules.warn_fraction)
