"""督: the promises of assisting units and of sub-tasks, beside the ticket's own."""

from datetime import datetime
from math import ceil
from typing import TypedDict

from services.domain import commands_parts as k
from services.domain.clock_state import ClockState
from services.domain.clock_terms import reckoned
from services.domain.command_base import ClockRules, Command
from services.domain.decide_meta import happened_at, meta
from services.domain.events import TicketEvent
from services.domain.events_parts import (
    PartDeadlineMet,
    PartDeadlineMissed,
    PartDeadlineMoved,
    PartDeadlineSet,
    PartDeadlineWarned,
)
from services.domain.part_evolve import part_steps
from services.domain.part_state import Part
from services.domain.ticket import Ticket


class Named(TypedDict):
    unit: str
    subtask: int | None


def named(part: Part) -> Named:
    return {"unit": part.unit, "subtask": part.number or None}


def set_part_deadlines(command: k.SetPartDeadlines, ticket: Ticket) -> list[TicketEvent]:
    """A unit that assists has a share of the lead's working days, rounded up, and never longer
    than the lead itself. Settled at once if the work is done."""
    if ticket.stage == "merged" or ticket.urgency_days is None:
        return []
    days = max(1, ceil(round(ticket.urgency_days * command.fraction, 6)))
    waiting = [p for p in ticket.parts if not p.number and p.clock is None and not p.over]
    return [fact for part in waiting for fact in _promise(command, ticket, part, days)]


def _promise(
    command: k.SetPartDeadlines, ticket: Ticket, part: Part, working_days: int
) -> list[TicketEvent]:
    """With the lead's own promise, if that ends earlier and is not over."""
    steps = part_steps(ticket, part.asked_at, working_days, None)
    own_due_at = reckoned(steps, command.rules.calendar)
    lead = ticket.resolve
    with_lead = lead is not None and lead.moves and part.asked_at < lead.due_at < own_due_at
    due_at = lead.due_at if lead is not None and with_lead else own_due_at
    promise = PartDeadlineSet(
        **meta(command),
        **named(part),
        starts_at=part.asked_at,
        working_days=working_days,
        with_lead=with_lead,
        warn_at=_warn_at(command.rules, part.asked_at, due_at),
        due_at=due_at,
        calendar_version=command.rules.calendar.version,
        policy_version=command.rules.policy_version,
    )
    if part.done_at is None:
        return [promise]
    return [promise, _verdict(command, part, due_at, part.done_at, part.done_at)]


def warn_part(command: k.WarnPart, ticket: Ticket) -> list[TicketEvent]:
    part, state = _ticking(ticket, command.part, command.due_at)
    if part is None or state is None or state.warned or state.missed:
        return []
    if command.now < state.warn_at:
        return []
    return [PartDeadlineWarned(**meta(command), **named(part), due_at=state.due_at)]


def miss_part(command: k.MissPart, ticket: Ticket) -> list[TicketEvent]:
    part, state = _ticking(ticket, command.part, command.due_at)
    if part is None or state is None or state.missed or command.now <= state.due_at:
        return []
    return [PartDeadlineMissed(**meta(command), **named(part), due_at=state.due_at)]


def part_settled(command: Command, ticket: Ticket, part: Part) -> list[TicketEvent]:
    """Met or missed, now that the work is done; nothing if that is known already. While the ticket
    is suspended the clock stands still."""
    state = part.clock
    if state is None or not state.moves:
        return []
    done_at = happened_at(command)
    reached = done_at if ticket.suspended_since is None else min(done_at, ticket.suspended_since)
    return [_verdict(command, part, state.due_at, reached, done_at)]


def parts_overdue(command: Command, ticket: Ticket, *parts: Part) -> list[TicketEvent]:
    """Missed, if nobody asks for it any more, but too late."""
    settled = (fact for part in parts for fact in part_settled(command, ticket, part))
    return [fact for fact in settled if isinstance(fact, PartDeadlineMissed)]


def parts_moved_by_pause(
    command: Command, rules: ClockRules, ticket: Ticket, until: datetime
) -> list[TicketEvent]:
    """`ticket`: still suspended."""
    moved: list[TicketEvent] = []
    for part in ticket.parts:
        begins = max(ticket.suspended_since or until, part.asked_at)
        state = part.clock
        if state is None or not state.moves or begins >= until:
            continue
        due_at = rules.calendar.shift(state.due_at, begins, until)
        if due_at != state.due_at:
            warn_at = _warn_at(rules, until, due_at)
            moved.append(_moved(command, rules, part, state, warn_at, due_at))
    return moved


def parts_shortened(
    command: Command, rules: ClockRules, ticket: Ticket, lead_due_at: datetime, warn_at: datetime
) -> list[TicketEvent]:
    """The ticket became more urgent: no part may end after it."""
    return [
        PartDeadlineMoved(
            **meta(command),
            **named(part),
            reason="urgency",
            from_due_at=part.clock.due_at,
            with_lead=True,
            warn_at=warn_at,
            due_at=lead_due_at,
            calendar_version=rules.calendar.version,
            policy_version=rules.policy_version,
        )
        for part in ticket.parts
        if part.clock is not None and part.clock.moves and part.clock.due_at > lead_due_at
    ]


def _moved(
    command: Command,
    rules: ClockRules,
    part: Part,
    state: ClockState,
    warn_at: datetime,
    due_at: datetime,
) -> PartDeadlineMoved:
    return PartDeadlineMoved(
        **meta(command),
        **named(part),
        reason="suspension",
        from_due_at=state.due_at,
        warn_at=warn_at,
        due_at=due_at,
        calendar_version=rules.calendar.version,
        policy_version=rules.policy_version,
    )


def _verdict(
    command: Command, part: Part, due_at: datetime, reached: datetime, done_at: datetime
) -> PartDeadlineMet | PartDeadlineMissed:
    if reached <= due_at:
        return PartDeadlineMet(**meta(command), **named(part), due_at=due_at)
    return PartDeadlineMissed(**meta(command), **named(part), due_at=due_at, done_at=done_at)


def _warn_at(rules: ClockRules, stands_at: datetime, due_at: datetime) -> datetime:
    return rules.calendar.point_between(stands_at, due_at, rules.warn_fraction)


def _ticking(ticket: Ticket, key: str, due_at: datetime) -> tuple[Part | None, ClockState | None]:
    """The clock, if it runs and is still the one that the tick was about."""
    part = ticket.part(key)
    state = part and part.clock
    if state is None or not state.running or state.due_at != due_at:
        return None, None
    return (None, None) if ticket.suspended_since is not None else (part, state)
