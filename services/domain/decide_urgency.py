"""督: a matter that became more urgent, and its promises. Nothing here is ever lowered or later."""

from typing import cast

from services.domain.clock_evolve import steps_when_raised
from services.domain.clock_terms import reckoned
from services.domain.commands_urgency import RaiseUrgency, ShortenDeadline
from services.domain.decide_meta import meta
from services.domain.decide_part_clocks import parts_shortened
from services.domain.event_base import UrgencyDays
from services.domain.events import TicketEvent
from services.domain.events_urgency import DeadlineShortened, TicketUrgencyRaised
from services.domain.rejections import TicketNotOpen
from services.domain.ticket import OPEN, Ticket
from services.domain.urgency import LEAST_URGENT_DAYS, find_raise


def as_rules_asked(ticket: Ticket, days: UrgencyDays) -> UrgencyDays:
    """What rules have asked for before holds on, whoever gets the matter next by rule."""
    at_most = ticket.urgency_at_most
    return days if at_most is None else min(days, cast(UrgencyDays, at_most))


def raise_urgency(command: RaiseUrgency, ticket: Ticket) -> list[TicketEvent]:
    standing = _standing(ticket)
    reporters = len(set(ticket.reporters))
    found = find_raise(command.claims, ticket.item, reporters, standing or LEAST_URGENT_DAYS)
    if found is None:
        return []
    if ticket.stage not in OPEN:
        raise TicketNotOpen(command.ticket_id)
    return [
        TicketUrgencyRaised(
            **meta(command),
            urgency_days=found.urgency_days,
            from_days=cast(UrgencyDays | None, standing),
            rules=found.rules,
            reporters=reporters,
            explanation=found.told,
            directory_version=command.directory_version,
        )
    ]


def shorten_deadline(command: ShortenDeadline, ticket: Ticket) -> list[TicketEvent]:
    """Only a promise that runs, and was neither missed nor over when the matter became more
    urgent. A promise that began later was made for the higher urgency already."""
    state = ticket.clock(command.clock)
    if state is None or not state.running or state.missed:
        return []
    if not state.starts_at <= command.starts_at <= state.due_at:
        return []
    rules, calendar = command.rules, command.rules.calendar
    steps = steps_when_raised(ticket, command.clock, command.starts_at, command.working_days)
    due_at = reckoned(steps, calendar)
    if due_at >= state.due_at:
        return []
    counted_from = steps[0].begins or command.starts_at
    warn_at = calendar.point_between(counted_from, due_at, rules.warn_fraction)
    shortened = DeadlineShortened(
        **meta(command),
        clock=command.clock,
        starts_at=command.starts_at,
        working_days=command.working_days,
        from_due_at=state.due_at,
        warn_at=warn_at,
        due_at=due_at,
        calendar_version=calendar.version,
        policy_version=rules.policy_version,
    )
    if command.clock == "accept":
        return [shortened]
    return [shortened, *parts_shortened(command, rules, ticket, due_at, warn_at)]


def _standing(ticket: Ticket) -> int | None:
    """The working days as they stand; before any unit had it, what was asked for so far."""
    return ticket.urgency_days or ticket.urgency_at_most
