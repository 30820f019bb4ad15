"""Pauses 中止 and extensions 延期: how a promise moves, and who may move it."""

from datetime import datetime
from typing import Literal, TypedDict

from msgspec.structs import replace

from services.domain.commands import (
    ClockRules,
    Command,
    EndSuspension,
    ExtensionLimits,
    GrantExtension,
    RefuseExtension,
    RequestExtension,
    ResumeTicket,
    SuspendTicket,
)
from services.domain.decide_meta import happened_at, meta
from services.domain.decide_part_clocks import parts_moved_by_pause
from services.domain.events import (
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    TicketEvent,
    TicketResumed,
    TicketSuspended,
)
from services.domain.events_clocks import DeadlineMoved
from services.domain.rejections import (
    ExtensionLimitReached,
    ExtensionNotRequested,
    ExtensionTooLate,
    ExtensionTooLong,
    SelfApproval,
    SuspensionUsedUp,
    TicketNotInHandling,
    TicketNotSuspended,
    WrongUnit,
)
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import fold
from services.domain.topic_decide_base import same_person, speaks_for


def suspend(command: SuspendTicket, ticket: Ticket) -> list[TicketEvent]:
    if ticket.suspended_since is not None:
        return []
    if ticket.stage != "handling":
        raise TicketNotInHandling(command.ticket_id, f"it is {ticket.stage}")
    limit = _limit(command, ticket)
    return [TicketSuspended(**meta(command), reason=command.reason, note=command.note, **limit)]


class Limit(TypedDict, total=False):
    working_days: int
    ends_at: datetime
    calendar_version: str
    policy_version: str


def _limit(command: SuspendTicket, ticket: Ticket) -> Limit:
    """What is left of the working days that the reason has within one handling."""
    rules = command.rules
    if command.working_days_max is None or rules is None:
        return {}
    calendar = rules.calendar
    used = sum(
        calendar.working_days_between(calendar.local_date(begin), calendar.local_date(end))
        for (begin, end), reason in zip(ticket.pauses, ticket.paused_for, strict=True)
        if reason == command.reason
    )
    left = command.working_days_max - used
    if left < 1:
        raise SuspensionUsedUp(command.ticket_id, f"{command.reason}, {used} working days")
    begins = max([happened_at(command), *(end for _, end in ticket.pauses)])
    return {
        "working_days": left,
        "ends_at": calendar.due_at(begins, left),
        "calendar_version": calendar.version,
        "policy_version": rules.policy_version,
    }


def resume(command: ResumeTicket, ticket: Ticket) -> list[TicketEvent]:
    if ticket.suspended_since is None:
        if ticket.stage == "handling":
            return []
        raise TicketNotSuspended(command.ticket_id)
    events, _ = resumed(command, command.rules, ticket)
    return events


def end_suspension(command: EndSuspension, ticket: Ticket) -> list[TicketEvent]:
    """The pause has lasted as long as its reason allows: the clock goes on by itself."""
    if ticket.suspended_until != command.ends_at or command.now < command.ends_at:
        return []
    events, _ = resumed(command, command.rules, ticket)
    return events


def resumed(
    command: Command, rules: ClockRules, ticket: Ticket
) -> tuple[list[TicketEvent], Ticket]:
    """The facts that end a pause, and the ticket after them. Nothing if it is not paused.

    The move is one fact with its end, so no tick can see a clock that forgot its pause. A pause
    within a day moves nothing, and a promise that was missed before stays where it was missed.
    Whoever ends it after its limit finds that it ended then, by itself.
    """
    since, limit = ticket.suspended_since, ticket.suspended_until
    if since is None:
        return [], ticket
    is_over = limit is not None and happened_at(command) >= limit
    if is_over:
        command = replace(command, at=limit)
    because: Literal["limit"] | None = "limit" if is_over else None
    events: list[TicketEvent] = [TicketResumed(**meta(command), because=because)]
    state, until = ticket.resolve, max(since, happened_at(command))
    if state is not None and state.moves:
        calendar = rules.calendar
        due_at = calendar.shift(state.due_at, since, until)
        if due_at != state.due_at:
            lost = calendar.working_days_between(
                calendar.local_date(state.due_at), calendar.local_date(due_at)
            )
            events.append(_moved(command, rules, "suspension", lost, until, due_at))
    events += parts_moved_by_pause(command, rules, ticket, until)
    return events, fold(events, ticket)


def request_extension(command: RequestExtension, ticket: Ticket) -> list[TicketEvent]:
    if ticket.stage != "handling":
        raise TicketNotInHandling(command.ticket_id, f"it is {ticket.stage}")
    if command.unit != ticket.lead:
        raise WrongUnit(command.ticket_id, command.unit)
    if ticket.extension_days == command.working_days:
        return []
    if ticket.extensions >= command.limits.times_max:
        raise ExtensionLimitReached(command.ticket_id)
    _require_short_enough(command, command.limits, command.working_days)
    if _late(command, ticket):
        raise ExtensionTooLate(command.ticket_id)
    return [
        ExtensionRequested(
            **meta(command),
            unit=command.unit,
            working_days=command.working_days,
            reason=command.reason,
            note=command.note,
        )
    ]


def grant_extension(command: GrantExtension, ticket: Ticket) -> list[TicketEvent]:
    asked = _require_request(command, ticket)
    if _late(command, ticket):  # before anybody decided
        raise ExtensionTooLate(command.ticket_id)
    days = command.working_days or asked
    _require_short_enough(command, command.limits, days)
    events: list[TicketEvent] = [ExtensionGranted(**meta(command), working_days=days)]
    state = ticket.resolve
    if state is not None and state.running:
        due_at = command.rules.calendar.extend(state.due_at, days)
        stands_at = ticket.suspended_since or happened_at(command)
        events.append(_moved(command, command.rules, "extension", days, stands_at, due_at))
    return events


def refuse_extension(command: RefuseExtension, ticket: Ticket) -> list[TicketEvent]:
    _require_request(command, ticket)
    return [ExtensionRefused(**meta(command), note=command.note)]


def _require_request(command: Command, ticket: Ticket) -> int:
    if ticket.extension_days is None or ticket.stage != "handling":
        raise ExtensionNotRequested(command.ticket_id)
    own = speaks_for(command.actor, ticket.lead or "")
    if own or same_person(command.actor, ticket.extension_by or ""):
        raise SelfApproval(command.ticket_id)
    return ticket.extension_days


def _require_short_enough(command: Command, limits: ExtensionLimits, days: int) -> None:
    longest = limits.working_days_max
    if longest is not None and days > longest:
        raise ExtensionTooLong(command.ticket_id, f"{longest} at a time")


def _late(command: Command, ticket: Ticket) -> bool:
    """Whether the deadline has passed; while a ticket is suspended its clock stands still."""
    state = ticket.resolve
    if state is None:
        return False
    reached = ticket.suspended_since or happened_at(command)
    return state.missed or reached > state.due_at


def _moved(
    command: Command,
    rules: ClockRules,
    reason: Literal["suspension", "extension"],
    working_days: int,
    stands_at: datetime,
    due_at: datetime,
) -> DeadlineMoved:
    """The warning is a share of what is left from where the clock stands: measured from its old
    start, it could be due at this very moment, in the middle of a night."""
    return DeadlineMoved(
        **meta(command),
        clock="resolve",
        reason=reason,
        working_days=working_days,
        warn_at=rules.calendar.point_between(stands_at, due_at, rules.warn_fraction),
        due_at=due_at,
        calendar_version=rules.calendar.version,
        policy_version=rules.policy_version,
    )
