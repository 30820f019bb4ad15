"""Projection: facts of tickets → what supervision has to know of them.

What is counted belongs to the day of the promise that was broken, however late it was written down.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_merging as m
from services.domain.evaluation_evolve import disagrees
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


def ticket_rows(fact: Fact, local_day: LocalDay) -> Iterable[Change]:
    """In the order in which they must be applied."""
    event = fact.event
    ticket_id = event.ticket_id
    match event:
        case e.TicketRouted():
            yield Change(_ROUTED, [(ticket_id, event.lead)])
        case c.TicketEscalated():
            yield from _escalated(fact, event, local_day)
        case c.DeadlineMissed():
            kind: Counted = "accept_missed" if event.clock == "accept" else "resolve_missed"
            yield _counted(fact, kind, local_day(event.due_at))
        case TicketReturnDecided(decision="refused"):
            day = local_day(event.occurred_at).isoformat()
            row = (_source(fact), event.returned_unit, "bad_return", day, ticket_id)
            yield Change(_COUNTED, [row])
        case e.TicketAccepted() | e.TicketReturned():
            yield Change(_NOT_ASKED_TO_ACCEPT, [(ticket_id,)])
            yield Change(_NOT_TOLD_TO_ACCEPT, [(ticket_id,)])
        case e.TicketResolved() | e.TicketDeclined() | e.TicketAnsweredAtOnce():
            yield from _over(ticket_id, "done")
        case e.TicketEvaluated():
            if event.reached and not disagrees(event.solved, event.satisfaction):
                yield Change(_STAGE, [("settled", ticket_id)])
        case e.TicketClosed():
            yield from _over(ticket_id, "settled")
        case e.TicketMerged():  # it may come back: what is owed waits, and nothing is forgotten
            yield Change(_STAGE, [("merged", ticket_id)])
        case m.TicketUnmerged():
            yield Change(_STAGE, [("open", ticket_id)])
        case e.TicketReopened():
            yield Change(_STAGE, [("open", ticket_id)])
            yield Change(_NOT_DISAGREED, [(ticket_id,)])
        case DisagreementEscalated():
            yield Change(_DISAGREED, [(fact.version, ticket_id)])
        case _:
            return


def _over(ticket_id: str, stage: str) -> Iterable[Change]:
    yield Change(_STAGE, [(stage, ticket_id)])
    yield Change(_NOT_ASKED, [(ticket_id,)])
    yield Change(_NOT_TOLD, [(ticket_id,)])


def _escalated(fact: Fact, event: c.TicketEscalated, local_day: LocalDay) -> Iterable[Change]:
    due_at = stored(event.due_at)
    rung = (event.clock, due_at, event.level, event.measure, event.addressee)
    at = stored(event.recorded_at)
    yield Change(_RUNG, [(fact.version, at, *rung, event.ticket_id)])
    if event.measure == "supervise":
        yield Change(_ASKED, [(fact.version, event.clock, due_at, event.ticket_id)])
    if event.measure == "criticise":
        yield _counted(fact, "criticised", local_day(event.due_at))


def _counted(fact: Fact, kind: Counted, day: date) -> Change:
    row = (_source(fact), kind, day.isoformat(), fact.event.ticket_id)
    return Change(_COUNTED_OF_LEAD, [row])


def _source(fact: Fact) -> str:
    return f"{fact.event.ticket_id}/{fact.version}"
