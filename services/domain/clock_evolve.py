"""What facts about a ticket's own promises, its pauses and extensions change in its state.

The steps of a promise are made here from the facts, by the same functions that `decide` reckons
its date with: so a date can always be counted again.
"""

from datetime import datetime
from typing import Any

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_urgency as u
from services.domain.clock_state import ClockChange, changed, promised
from services.domain.clock_terms import Steps, after_pauses, extension, pause, term
from services.domain.event_base import Clock
from services.domain.part_evolve import parts_paused
from services.domain.ticket import Ticket, still_open
from services.domain.working_time import union_of_pauses


def steps_when_set(ticket: Ticket, clock: Clock, starts_at: datetime, working_days: int) -> Steps:
    """With the pauses and extensions that were over before the clock was set."""
    first = term(starts_at, working_days)
    if clock == "accept" or not (ticket.pauses or ticket.extended_days):
        return (first,)
    return after_pauses(first, union_of_pauses(ticket.pauses), ticket.extended_days)


def steps_when_raised(ticket: Ticket, clock: Clock, raised_at: datetime, days: int) -> Steps:
    """From when the working days count that follow from a higher urgency, and what comes after.

    While a ticket is suspended its clock stands still, so they count from where it stands; the
    pause moves them when it ends. What was paused or granted since then, and is over when the
    clock is looked at, counts as if it had been looked at at once: so a repeat finds nothing new.
    """
    if clock == "accept":
        return (term(raised_at, days),)
    pauses = [one for one in ticket.pauses if one[1] > raised_at]
    stood_since = [begin for begin, _ in pauses] + [ticket.suspended_since or raised_at]
    counted_from = min(raised_at, *stood_since)
    granted_since = ticket.extended_days - ticket.extended_when_raised
    return after_pauses(term(counted_from, days), union_of_pauses(pauses), granted_since)


def clock_set(ticket: Ticket, event: c.DeadlineSet) -> dict[str, Any]:
    steps = steps_when_set(ticket, event.clock, event.starts_at, event.working_days)
    return {event.clock: promised(event, steps)}


def clock_changed(ticket: Ticket, event: ClockChange) -> dict[str, Any]:
    state = ticket.clock(event.clock)
    if state is None:  # facts out of a foreign log: keep folding, the decider never writes this
        return {}
    steps: Steps = ()
    if isinstance(event, u.DeadlineShortened):
        steps = steps_when_raised(ticket, event.clock, event.starts_at, event.working_days)
    return {event.clock: changed(state, event, still_open(ticket, event.clock), steps)}


def suspended(ticket: Ticket, event: e.TicketSuspended) -> dict[str, Any]:
    """Told late, a pause may seem to begin before the last one ended: no time counts twice."""
    last_end = max((end for _, end in ticket.pauses), default=event.occurred_at)
    return {
        "suspended_since": max(event.occurred_at, last_end),
        "suspended_until": event.ends_at,
        "suspended_for": event.reason,
    }


def resumed(ticket: Ticket, event: e.TicketResumed) -> dict[str, Any]:
    over: dict[str, Any] = dict.fromkeys(("suspended_since", "suspended_until", "suspended_for"))
    since = ticket.suspended_since
    if since is None:
        return over
    until = max(since, event.occurred_at)
    return over | {
        "pauses": (*ticket.pauses, (since, until)),
        "paused_for": (*ticket.paused_for, ticket.suspended_for or ""),
        "resolve": ticket.resolve and ticket.resolve.and_then(pause(since, until)),
        "parts": parts_paused(ticket.parts, since, until),
    }


def extended(
    ticket: Ticket, event: e.ExtensionRequested | e.ExtensionGranted | e.ExtensionRefused
) -> dict[str, Any]:
    if isinstance(event, e.ExtensionRequested):
        return {"extension_by": event.actor, "extension_days": event.working_days}
    decided: dict[str, Any] = {"extension_by": None, "extension_days": None}
    if isinstance(event, e.ExtensionRefused):
        return decided
    more = extension(event.working_days)
    return decided | {
        "extensions": ticket.extensions + 1,
        "extended_days": ticket.extended_days + event.working_days,
        "resolve": ticket.resolve and ticket.resolve.and_then(more),
    }
