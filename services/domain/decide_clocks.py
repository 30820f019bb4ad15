"""督: promises are made, warned of, broken or kept. A tick that comes twice finds nothing to do."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from services.domain.clock_evolve import steps_when_set
from services.domain.clock_state import ClockState
from services.domain.clock_terms import reckoned
from services.domain.commands import (
    ClockRules,
    Command,
    EscalateTicket,
    MissDeadline,
    SetDeadline,
    WarnDeadline,
)
from services.domain.decide_meta import Meta, happened_at, meta
from services.domain.event_base import Clock
from services.domain.events import TicketEvent
from services.domain.events_clocks import (
    DeadlineMet,
    DeadlineMissed,
    DeadlineSet,
    DeadlineWarned,
    TicketEscalated,
)
from services.domain.ticket import Ticket, still_open


def set_deadline(command: SetDeadline, ticket: Ticket) -> list[TicketEvent]:
    """The first promise is kept: being routed again never makes a new resolve deadline. If the work
    was done before the clock was set, the clock is settled at once. A promise that was due to an
    earlier routing or handling comes too late to be made.
    """
    known = ticket.clock(command.clock)
    if ticket.stage == "merged":  # it follows its primary, and so do its promises
        return []
    if command.starts_at < _began(ticket, command.clock, command.starts_at):
        return []
    if known is not None and not _begins_anew(command, ticket, known):
        return []
    working_days = command.working_days or ticket.urgency_days
    if working_days is None:  # reopened before any unit had it: routing will set the clock
        return []
    deadline = _deadline(command, ticket, working_days)
    done_at = _done_at(ticket, command.clock)
    if done_at is None:
        return [deadline] if still_open(ticket, command.clock) else []
    return [deadline, _verdict(command, command.clock, done_at, deadline.due_at)]


def _begins_anew(command: SetDeadline, ticket: Ticket, known: ClockState) -> bool:
    """Whether a promise may follow an earlier one: only a reopening gives more time to resolve."""
    if known.running or command.starts_at <= known.starts_at:
        return False
    reopened_at = ticket.reopened_at
    return command.clock == "accept" or (reopened_at is not None and known.starts_at < reopened_at)


def _began(ticket: Ticket, clock: Clock, otherwise: datetime) -> datetime:
    """When the work that the clock is about began."""
    return (ticket.routed_at if clock == "accept" else ticket.reopened_at) or otherwise


def _deadline(command: SetDeadline, ticket: Ticket, working_days: int) -> DeadlineSet:
    calendar = command.rules.calendar
    steps = steps_when_set(ticket, command.clock, command.starts_at, working_days)
    due_at = reckoned(steps, calendar)
    return DeadlineSet(
        **meta(command),
        clock=command.clock,
        starts_at=command.starts_at,
        working_days=working_days,
        warn_at=_warn_at(command.rules, command.starts_at, due_at),
        due_at=due_at,
        calendar_version=calendar.version,
        policy_version=command.rules.policy_version,
    )


@lru_cache(maxsize=4_096)  # tickets of one batch are dispatched, and due, at the same moments
def _warn_at(rules: ClockRules, starts_at: datetime, due_at: datetime) -> datetime:
    return rules.calendar.point_between(starts_at, due_at, rules.warn_fraction)


def _done_at(ticket: Ticket, clock: Clock) -> datetime | None:
    return ticket.accepted_at if clock == "accept" else ticket.resolved_at


def settled(command: Command, ticket: Ticket, clock: Clock) -> list[TicketEvent]:
    """Met or missed, now that the work is done; nothing if that is known already."""
    state = ticket.clock(clock)
    if state is None or not state.running or state.missed:
        return []
    return [_verdict(command, clock, happened_at(command), state.due_at)]


def overdue(command: Command, ticket: Ticket, clock: Clock) -> list[TicketEvent]:
    """Missed, if the clock stops too late; a return (退单) in time keeps no promise either."""
    return [fact for fact in settled(command, ticket, clock) if isinstance(fact, DeadlineMissed)]


def _verdict(
    command: Command, clock: Clock, done_at: datetime, due_at: datetime
) -> DeadlineMet | DeadlineMissed:
    if done_at <= due_at:
        return DeadlineMet(**meta(command), clock=clock, due_at=due_at)
    return DeadlineMissed(**meta(command), clock=clock, due_at=due_at, done_at=done_at)


def warn(command: WarnDeadline, ticket: Ticket) -> list[TicketEvent]:
    state = _ticking(ticket, command.clock, command.due_at)
    if state is None or state.warned or state.missed or command.now < state.warn_at:
        return []
    common = meta(command)
    warned = DeadlineWarned(**common, clock=command.clock, due_at=state.due_at)
    return [warned, *_measures(common, command, state)]


def miss(command: MissDeadline, ticket: Ticket) -> list[TicketEvent]:
    state = _ticking(ticket, command.clock, command.due_at)
    if state is None or state.missed or command.now <= state.due_at:
        return []
    common = meta(command)
    missed = DeadlineMissed(**common, clock=command.clock, due_at=state.due_at)
    return [missed, *_measures(common, command, state)]


def escalate(command: EscalateTicket, ticket: Ticket) -> list[TicketEvent]:
    state = _ticking(ticket, command.clock, command.due_at)
    return [] if state is None else [*_measures(meta(command), command, state)]


def _measures(
    common: Meta, command: WarnDeadline | MissDeadline | EscalateTicket, state: ClockState
) -> Iterable[TicketEscalated]:
    """Each rung once; who is on a higher one is not reminded of a lower."""
    level = state.level
    for rung in command.rungs:
        if rung.level <= level:
            continue
        level = rung.level
        yield TicketEscalated(
            **common,
            clock=command.clock,
            due_at=state.due_at,
            level=level,
            measure=rung.measure,
            addressee=rung.addressee,
            policy_version=rung.policy_version,
        )


def _ticking(ticket: Ticket, clock: Clock, due_at: datetime) -> ClockState | None:
    """The clock, if it runs and is still the one that the tick was about."""
    state = ticket.clock(clock)
    if state is None or not state.running or state.due_at != due_at:
        return None
    return None if clock == "resolve" and ticket.suspended_since is not None else state
