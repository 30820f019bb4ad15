"""`evolve(ticket, event) -> ticket`: one more fact, folded into the state."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import reduce
from typing import Any, get_args

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_parts as p
from services.domain import events_urgency as u
from services.domain.clock_evolve import clock_changed, clock_set, extended, resumed, suspended
from services.domain.clock_state import ClockChange, stopped
from services.domain.evaluation_evolve import EVALUATION_HANDLERS
from services.domain.event_base import Event
from services.domain.events_evaluation import EvaluationEvent
from services.domain.events_returns import TicketConsulted, TicketReturnDecided
from services.domain.merging_evolve import MergingFact, merging_changes
from services.domain.part_evolve import (
    assistance_asked,
    assistance_done,
    assisting_routed,
    part_changes,
    parts_over,
)
from services.domain.replaced import places_of
from services.domain.return_evolve import consulted, return_decided, returned
from services.domain.ticket import ANONYMOUS, Ticket
from services.domain.urgency_evolve import kept_after, urgency_raised

_NEW = Ticket()
_PLACES = places_of(Ticket)
_VERSION, _EVALUATION = _PLACES["version"], _PLACES["evaluation"]

Changes = Mapping[str, object]  # fields of the ticket that a fact changes, apart from its version


def fold(history: Iterable[e.TicketEvent], ticket: Ticket = Ticket()) -> Ticket:  # noqa: B008
    return reduce(evolve, history, ticket)


def evolve(ticket: Ticket, event: e.TicketEvent) -> Ticket:
    """The ticket after one more fact. Total: any fact can be folded into any state."""
    kind = type(event)
    version = ticket.version + 1
    if kind is e.TicketOpened:
        ticket = _NEW
    values: list[object] = list(ticket)
    values[_VERSION] = version
    for name, value in CHANGES[kind](ticket, event).items():
        values[_PLACES[name]] = value
    evaluated = EVALUATION_HANDLERS.get(kind)
    if evaluated is not None:
        values[_EVALUATION] = evaluated(ticket.evaluation, event, version)
    return tuple.__new__(Ticket, values)


def _nothing(ticket: Ticket, event: e.TicketEvent) -> Changes:
    """Said for people, or for the state of the evaluation only."""
    return _NO_CHANGES


_NO_CHANGES: Changes = {}


def _triaged(ticket: Ticket, event: e.TicketSentToTriage) -> Changes:
    return {"stage": "triage"}


def _declined(ticket: Ticket, event: e.TicketDeclined) -> Changes:
    return {**_ended(ticket), "stage": "declined", "lead": None}


def _answered(ticket: Ticket, event: e.TicketAnsweredAtOnce) -> Changes:
    return {**_done(ticket, event.occurred_at), "stage": "answered", "lead": None}


def _resolved(ticket: Ticket, event: e.TicketResolved) -> Changes:
    return {**_done(ticket, event.occurred_at), "stage": "resolved"}


def _accepted(ticket: Ticket, event: e.TicketAccepted) -> Changes:
    return {
        "stage": "handling",
        "accepted_at": event.occurred_at,
        "accept": stopped(ticket.accept),
    }


def _given_back(ticket: Ticket, event: e.TicketReturned) -> Changes:
    return {
        "stage": "returned",
        "lead": None,
        "accept": stopped(ticket.accept),
        "parts": parts_over(ticket.parts),
        **returned(ticket, event),
    }


def _consulted(ticket: Ticket, event: TicketConsulted) -> Changes:
    return {"consultation": consulted(event)}


def _closed(ticket: Ticket, event: e.TicketClosed) -> Changes:
    return {"stage": "closed", "closed_at": event.occurred_at}


def _evaluated(ticket: Ticket, event: e.TicketEvaluated) -> Changes:
    changes: dict[str, object] = {}
    if event.report_id is None or event.report_id in ticket.reports[:1]:
        changes["evaluated"] = event.reached
    if event.report_id is not None and event.reached:
        changes["evaluated_reports"] = (*ticket.evaluated_reports, event.report_id)
    return changes


def _ended(ticket: Ticket) -> Changes:
    """Nobody has to do anything any more: no clock runs."""
    return {
        "accept": stopped(ticket.accept),
        "resolve": stopped(ticket.resolve),
        "parts": parts_over(ticket.parts),
        "returning": None,
        "consultation": None,
    }


def _done(ticket: Ticket, at: datetime) -> Changes:
    """And whoever asked for it is to be asked."""
    asked = {"resolved_at": at, "evaluated": False, "evaluated_reports": ()}
    return {**_ended(ticket), **asked}


def _opened(ticket: Ticket, event: e.TicketOpened) -> Changes:
    return {
        "ticket_id": event.ticket_id,
        "stage": "received",
        "channel": event.channel,
        "resident": event.resident,
        "reports": (event.report_id,),
        "fingerprint": event.fingerprint,
        "fingerprints": (event.fingerprint,),
        "apart": (event.split_from,) if event.split_from else (),
        "kind": event.kind,
        "item": event.item,
        "area": event.area,
        "opened_at": event.occurred_at,
        "reporters": (_reporter(event),),
    }


def _joined(ticket: Ticket, event: e.ReportJoined) -> Changes:
    return {
        "reports": (*ticket.reports, event.report_id),
        "fingerprints": (*ticket.fingerprints, event.fingerprint),
        "reporters": (*ticket.reporters, _reporter(event)),
    }


def _reporter(event: e.TicketOpened | e.ReportJoined) -> str:
    return ANONYMOUS if event.contact is None else event.resident


def _routed(ticket: Ticket, event: e.TicketRouted) -> Changes:
    return {
        "stage": "routed",
        "attempt": event.attempt,
        "lead": event.lead,
        "first_lead": ticket.first_lead or event.lead,
        "returning": None,
        "consultation": None,
        "assisting": event.assisting,
        "assisting_done": (),
        "parts": assisting_routed(ticket, event),
        "item": event.item or ticket.item,
        "area": event.area or ticket.area,
        "urgency_days": event.urgency_days,
        "urgency_at_most": kept_after(ticket.urgency_at_most, event.urgency_days),
        "routed_at": event.occurred_at,
        "accepted_at": None,
        "resolved_at": None,
        "accept": None,
    }


def _reopened(ticket: Ticket, event: e.TicketReopened) -> Changes:
    """Back to the unit that had it; a ticket nobody had goes to the dispatchers."""
    return {
        "stage": "handling" if ticket.lead else "triage",
        "reopened": ticket.reopened + 1,
        "reopened_at": event.occurred_at,
        "resolved_at": None,
        "closed_at": None,
        "evaluated": False,
        "evaluated_reports": (),
        "suspended_since": None,
        "suspended_until": None,
        "suspended_for": None,
        "paused_for": (),
        "extension_by": None,
        "extension_days": None,
        "extensions": 0,
        "pauses": (),
        "extended_days": 0,
        "extended_when_raised": 0,
    }


# Found by type, not by trying one after the other: there are 55 kinds, and a log is long.
CHANGES: dict[type[Event], Callable[[Ticket, Any], Changes]] = {
    e.TicketOpened: _opened,
    e.ReportJoined: _joined,
    e.TicketSupplemented: _nothing,
    e.TicketSentToTriage: _triaged,
    e.TicketRouted: _routed,
    e.TicketDeclined: _declined,
    e.TicketAnsweredAtOnce: _answered,
    e.TicketAccepted: _accepted,
    e.TicketReturned: _given_back,
    TicketConsulted: _consulted,
    TicketReturnDecided: return_decided,
    e.TicketProgressed: _nothing,
    e.AssistanceAsked: assistance_asked,
    e.AssistanceDone: assistance_done,
    e.TicketSuspended: suspended,
    e.TicketResumed: resumed,
    e.ExtensionRequested: extended,
    e.ExtensionGranted: extended,
    e.ExtensionRefused: extended,
    e.TicketResolved: _resolved,
    e.TicketEvaluated: _evaluated,
    e.TicketReopened: _reopened,
    e.TicketLookedBack: _nothing,
    e.TicketClosed: _closed,
    u.TicketUrgencyRaised: urgency_raised,
    c.DeadlineSet: clock_set,
    **dict.fromkeys(get_args(ClockChange), clock_changed),
    **dict.fromkeys(get_args(MergingFact), merging_changes),
    **dict.fromkeys(get_args(p.SubtaskFact), part_changes),
    **dict.fromkeys(get_args(p.PartClockFact), part_changes),
    **{kind: _nothing for kind in get_args(e.TicketEvent) if issubclass(kind, EvaluationEvent)},
}
