"""What the facts of merging change in a ticket."""

from typing import Any, assert_never

from services.domain import events_merging as m
from services.domain.clock_state import ClockState, stopped
from services.domain.events import TicketMerged
from services.domain.part_evolve import parts_stopped
from services.domain.replaced import replaced
from services.domain.ticket import BeforeMerge, Ticket

MergingFact = TicketMerged | m.JoinProposed | m.JoinRefused | m.ReportSplit | m.TicketUnmerged


def merging_changes(ticket: Ticket, event: MergingFact) -> dict[str, Any]:
    """Fields of the ticket that the fact changes, apart from its version."""
    match event:
        case TicketMerged():
            return _merged(ticket, event)
        case m.JoinProposed():
            return {"proposed": _added(ticket.proposed, event.other)}
        case m.JoinRefused():
            return _apart(ticket, event.other)
        case m.ReportSplit():
            return {**_without(ticket, event.report_id), **_apart(ticket, event.to_ticket)}
        case m.TicketUnmerged():
            return {**_unmerged(ticket, event), **_apart(ticket, event.primary)}
        case _:
            assert_never(event)


def _merged(ticket: Ticket, event: TicketMerged) -> dict[str, Any]:
    """Nobody has to do anything any more; what it was stays known."""
    before = BeforeMerge(
        ticket.stage,
        _runs(ticket.accept),
        _runs(ticket.resolve),
        ticket.suspended_since,
        ticket.extension_days,
        ticket.returning,
        ticket.consultation,
        ticket.parts,
        ticket.suspended_until,
        ticket.suspended_for,
    )
    return {
        "stage": "merged",
        "primary": event.primary,
        "before_merge": ticket.before_merge or before,
        "accept": stopped(ticket.accept),
        "resolve": stopped(ticket.resolve),
        "parts": parts_stopped(ticket.parts),
        "suspended_since": None,
        "suspended_until": None,
        "suspended_for": None,
        "extension_days": None,
        "returning": None,
        "consultation": None,
        "proposed": tuple(other for other in ticket.proposed if other != event.primary),
    }


def _unmerged(ticket: Ticket, event: m.TicketUnmerged) -> dict[str, Any]:
    before = ticket.before_merge
    if before is None:  # a foreign log: the decider never writes this
        return {"stage": event.stage, "primary": None}
    return {
        "stage": before.stage,
        "primary": None,
        "before_merge": None,
        "accept": _running(ticket.accept, before.accept_runs),
        "resolve": _running(ticket.resolve, before.resolve_runs),
        "parts": before.parts,
        "suspended_since": before.suspended_since,
        "suspended_until": before.suspended_until,
        "suspended_for": before.suspended_for,
        "extension_days": before.extension_days,
        "returning": before.returning,
        "consultation": before.consultation,
    }


def _without(ticket: Ticket, report_id: str) -> dict[str, Any]:
    kept = [at for at, report in enumerate(ticket.reports) if report != report_id]
    return {
        "reports": tuple(ticket.reports[at] for at in kept),
        "fingerprints": tuple(ticket.fingerprints[at] for at in kept),
        "reporters": tuple(ticket.reporters[at] for at in kept),
    }


def _apart(ticket: Ticket, other: str) -> dict[str, Any]:
    return {
        "apart": _added(ticket.apart, other),
        "proposed": tuple(one for one in ticket.proposed if one != other),
    }


def _added(tickets: tuple[str, ...], other: str) -> tuple[str, ...]:
    return tickets if other in tickets else (*tickets, other)


def _runs(clock: ClockState | None) -> bool:
    return clock is not None and clock.running


def _running(clock: ClockState | None, runs: bool) -> ClockState | None:
    return clock and replaced(clock, running=runs)
