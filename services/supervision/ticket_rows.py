"""Projection: facts of tickets → what supervision has to know of them.

What is counted belongs to the day of the promise that was broken, however late it was written down.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_merging as m
from services.domain.evaluation_evolve import disagrees
from services.domain.event_base import Event
from services.domain.events_evaluation import DisagreementEscalated
from services.domain.events_returns import TicketReturnDecided
from services.domain.supervision_values import Counted
from services.platform.event_log import Change
from services.platform.stored_time import stored
from services.platform.tail import Fact

_ROUTED = (
    "INSERT INTO supervised_tickets VALUES (?, ?, 'open')"
    " ON CONFLICT (ticket_id) DO UPDATE SET lead = excluded.lead, stage = 'open'"
)
_STAGE = "UPDATE supervised_tickets SET stage = ? WHERE ticket_id = ?"
_ASKED = (
    "INSERT INTO supervision_asked SELECT ticket_id, CAST(? AS INTEGER), CAST(? AS TEXT),"
    " CAST(? AS TEXT), lead FROM supervised_tickets WHERE ticket_id = ? ON CONFLICT DO NOTHING"
)
_RUNG = (
    "INSERT INTO supervision_rungs SELECT ticket_id, CAST(? AS INTEGER), CAST(? AS TEXT), lead,"
    " CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS INTEGER), CAST(? AS TEXT), CAST(? AS TEXT)"
    " FROM supervised_tickets WHERE ticket_id = ? ON CONFLICT DO NOTHING"
)
_COUNTED_OF_LEAD = (
    "INSERT INTO supervision_counted SELECT CAST(? AS TEXT), lead, CAST(? AS TEXT),"
    " CAST(? AS TEXT), ticket_id FROM supervised_tickets WHERE ticket_id = ?"
    " ON CONFLICT DO NOTHING"
)
_COUNTED = "INSERT INTO supervision_counted VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_NOT_ASKED = "DELETE FROM supervision_asked WHERE ticket_id = ? AND clock <> ''"
_DISAGREED = (
    "INSERT INTO supervision_asked SELECT ticket_id, CAST(? AS INTEGER), '', '', lead"
    " FROM supervised_tickets WHERE ticket_id = ? ON CONFLICT DO NOTHING"
)
_NOT_DISAGREED = "DELETE FROM supervision_asked WHERE ticket_id = ? AND clock = ''"
_NOT_ASKED_TO_ACCEPT = "DELETE FROM supervision_asked WHERE ticket_id = ? AND clock = 'accept'"
# What is done by then needs no reminder; criticism (通报) is told all the same.
_NOT_TOLD = "DELETE FROM supervision_rungs WHERE ticket_id = ? AND measure <> 'criticise'"
_NOT_TOLD_TO_ACCEPT = (
    "DELETE FROM supervision_rungs"
    " WHERE ticket_id = ? AND clock = 'accept' AND measure <> 'criticise'"
)

LocalDay = Callable[[datetime], date]


def ticket_rows(fact: Fact, local_day: LocalDay) -> Sequence[Change]:
    """In the order in which they must be applied."""
    handler = _HANDLERS.get(type(fact.event))
    return () if handler is None else handler(fact, fact.event, local_day)


def _routed(fact: Fact, event: e.TicketRouted, local_day: LocalDay) -> Sequence[Change]:
    return [Change(_ROUTED, [(event.ticket_id, event.lead)])]


def _missed(fact: Fact, event: c.DeadlineMissed, local_day: LocalDay) -> Sequence[Change]:
    kind: Counted = "accept_missed" if event.clock == "accept" else "resolve_missed"
    return [_counted(fact, kind, local_day(event.due_at))]


def _return_decided(
    fact: Fact, event: TicketReturnDecided, local_day: LocalDay
) -> Sequence[Change]:
    if event.decision != "refused":
        return ()
    day = local_day(event.occurred_at).isoformat()
    return [
        Change(_COUNTED, [(_source(fact), event.returned_unit, "bad_return", day, event.ticket_id)])
    ]


def _accept_over(
    fact: Fact, event: e.TicketAccepted | e.TicketReturned, local_day: LocalDay
) -> Sequence[Change]:
    ticket = (event.ticket_id,)
    return [Change(_NOT_ASKED_TO_ACCEPT, [ticket]), Change(_NOT_TOLD_TO_ACCEPT, [ticket])]


def _done(
    fact: Fact,
    event: e.TicketResolved | e.TicketDeclined | e.TicketAnsweredAtOnce,
    local_day: LocalDay,
) -> Sequence[Change]:
    return _over(event.ticket_id, "done")


def _evaluated(fact: Fact, event: e.TicketEvaluated, local_day: LocalDay) -> Sequence[Change]:
    if not event.reached or disagrees(event.solved, event.satisfaction):
        return ()
    return [Change(_STAGE, [("settled", event.ticket_id)])]


def _closed(fact: Fact, event: e.TicketClosed, local_day: LocalDay) -> Sequence[Change]:
    return _over(event.ticket_id, "settled")


def _merged(fact: Fact, event: e.TicketMerged, local_day: LocalDay) -> Sequence[Change]:
    """It may come back: what is owed waits, and nothing is forgotten."""
    return [Change(_STAGE, [("merged", event.ticket_id)])]


def _unmerged(fact: Fact, event: m.TicketUnmerged, local_day: LocalDay) -> Sequence[Change]:
    return [Change(_STAGE, [("open", event.ticket_id)])]


def _reopened(fact: Fact, event: e.TicketReopened, local_day: LocalDay) -> Sequence[Change]:
    ticket_id = event.ticket_id
    return [Change(_STAGE, [("open", ticket_id)]), Change(_NOT_DISAGREED, [(ticket_id,)])]


def _disagreed(fact: Fact, event: DisagreementEscalated, local_day: LocalDay) -> Sequence[Change]:
    return [Change(_DISAGREED, [(fact.version, event.ticket_id)])]


def _over(ticket_id: str, stage: str) -> Sequence[Change]:
    ticket = (ticket_id,)
    return [
        Change(_STAGE, [(stage, ticket_id)]),
        Change(_NOT_ASKED, [ticket]),
        Change(_NOT_TOLD, [ticket]),
    ]


def _escalated(fact: Fact, event: c.TicketEscalated, local_day: LocalDay) -> Sequence[Change]:
    due_at = stored(event.due_at)
    rung = (event.clock, due_at, event.level, event.measure, event.addressee)
    at = stored(event.recorded_at)
    changes = [Change(_RUNG, [(fact.version, at, *rung, event.ticket_id)])]
    if event.measure == "supervise":
        changes.append(Change(_ASKED, [(fact.version, event.clock, due_at, event.ticket_id)]))
    if event.measure == "criticise":
        changes.append(_counted(fact, "criticised", local_day(event.due_at)))
    return changes


def _counted(fact: Fact, kind: Counted, day: date) -> Change:
    row = (_source(fact), kind, day.isoformat(), fact.event.ticket_id)
    return Change(_COUNTED_OF_LEAD, [row])


def _source(fact: Fact) -> str:
    return f"{fact.event.ticket_id}/{fact.version}"


# What is not here changes no row.
_HANDLERS: dict[type[Event], Callable[[Fact, Any, LocalDay], Sequence[Change]]] = {
    e.TicketRouted: _routed,
    c.TicketEscalated: _escalated,
    c.DeadlineMissed: _missed,
    TicketReturnDecided: _return_decided,
    e.TicketAccepted: _accept_over,
    e.TicketReturned: _accept_over,
    e.TicketResolved: _done,
    e.TicketDeclined: _done,
    e.TicketAnsweredAtOnce: _done,
    e.TicketEvaluated: _evaluated,
    e.TicketClosed: _closed,
    e.TicketMerged: _merged,
    m.TicketUnmerged: _unmerged,
    e.TicketReopened: _reopened,
    DisagreementEscalated: _disagreed,
}
