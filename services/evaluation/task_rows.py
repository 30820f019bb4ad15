"""Projection: facts → rows of what is to be evaluated, and of appeals."""

from collections.abc import Callable, Sequence
from typing import Any, get_args

from services.domain import events as e
from services.domain import events_evaluation as v
from services.domain.evaluation_evolve import UNREACHED
from services.domain.event_base import Event
from services.evaluation import tasks
from services.evaluation.appeal_rows import APPEAL_ROWS
from services.platform.event_log import Change
from services.platform.tail import Fact


def rows_of(fact: Fact) -> Sequence[Change]:
    """In the order in which they must be applied."""
    handler = _HANDLERS.get(type(fact.event))
    return () if handler is None else handler(fact.event, fact.version)


def _asked(event: v.CallBackAsked, version: int) -> Sequence[Change]:
    span = (event.occurred_at, event.due_at, event.unit or "")
    return [tasks.set_task(event.ticket_id, "call_back", event.handling, *span)]


def _planned(event: v.LookBackPlanned, version: int) -> Sequence[Change]:
    span = (event.opens_at, event.due_at, event.unit or "")
    return [tasks.set_task(event.ticket_id, "look_back", event.handling, *span)]


def _escalated(event: v.DisagreementEscalated, version: int) -> Sequence[Change]:
    span = (event.occurred_at, event.occurred_at, event.unit or "")
    return [tasks.set_task(event.ticket_id, "disagreement", event.handling, *span)]


def _tried(event: v.CallBackTried, version: int) -> Sequence[Change]:
    reached = event.result not in UNREACHED
    return () if reached else [tasks.tried(event.ticket_id, event.occurred_at)]


def _evaluated(event: e.TicketEvaluated, version: int) -> Sequence[Change]:
    if not event.reached:
        return [tasks.tried(event.ticket_id, event.occurred_at)]
    return [tasks.done(event.ticket_id, "call_back")]


def _ended(event: v.CallBackEnded, version: int) -> Sequence[Change]:
    return [tasks.done(event.ticket_id, "call_back")]


def _looked_back(event: e.TicketLookedBack, version: int) -> Sequence[Change]:
    ticket_id = event.ticket_id
    return [tasks.done(ticket_id, "look_back"), tasks.done(ticket_id, "disagreement")]


def _closed(event: e.TicketClosed, version: int) -> Sequence[Change]:
    return [tasks.done(event.ticket_id, "disagreement")]


def _reopened(event: e.TicketReopened, version: int) -> Sequence[Change]:
    return [tasks.done(event.ticket_id, task) for task in get_args(tasks.TaskKind)]


def _call_back_overdue(event: v.CallBackOverdue, version: int) -> Sequence[Change]:
    return [tasks.overdue(event.ticket_id, "call_back")]


def _look_back_overdue(event: v.LookBackOverdue, version: int) -> Sequence[Change]:
    return [tasks.overdue(event.ticket_id, "look_back")]


# What is not here changes no row.
_HANDLERS: dict[type[Event], Callable[[Any, int], Sequence[Change]]] = {
    v.CallBackAsked: _asked,
    v.LookBackPlanned: _planned,
    v.DisagreementEscalated: _escalated,
    v.CallBackTried: _tried,
    e.TicketEvaluated: _evaluated,
    v.CallBackEnded: _ended,
    e.TicketLookedBack: _looked_back,
    e.TicketClosed: _closed,
    e.TicketReopened: _reopened,
    v.CallBackOverdue: _call_back_overdue,
    v.LookBackOverdue: _look_back_overdue,
    **APPEAL_ROWS,
}
