"""What the synthetic city remembers of a ticket: as much as planning its next steps needs."""

from datetime import datetime
from typing import NamedTuple

from services.console.simulation.planner import Origin, origin_of
from services.domain import events as e
from services.domain.events_returns import TicketReturnDecided
from services.domain.events_urgency import TicketUrgencyRaised
from services.domain.replaced import replaced
from services.domain.urgency import LEAST_URGENT_DAYS


class Life(NamedTuple):
    """Folded out of the ticket's facts. key: what its chances are drawn by. waiting: the return
    that is undecided; bound: units that must accept."""

    ticket_id: str
    key: str
    origin: Origin | None
    channel: str
    area: str | None = None
    lead: str | None = None
    assisting: tuple[str, ...] = ()
    urgency_days: int = 7
    urgency_at_most: int = LEAST_URGENT_DAYS
    routed_at: datetime | None = None
    item: str | None = None
    first_lead: str | None = None
    waiting: e.TicketReturned | None = None
    returns: tuple[tuple[str, str], ...] = ()
    bound: tuple[str, ...] = ()
    candidate: str | None = None
    attempt: int = 0
    reopened: int = 0
    calls: int = 0
    closed: int = 0

    def cause(self, step: str) -> str:
        """The same whenever the step is planned, and never the same for two steps."""
        return f"command:{self.key}/{step}/{self.attempt}.{self.reopened}.{self.calls}"


def begun(event: e.TicketOpened) -> Life:
    """A report of somebody else's is known by its ticket's id."""
    origin = origin_of(event.reference)
    key = event.reference if origin else event.ticket_id
    return Life(event.ticket_id, key, origin, event.channel, event.area)


def lived(life: Life, event: e.TicketEvent) -> Life:
    match event:
        case e.TicketRouted():
            return replaced(
                life,
                lead=event.lead,
                first_lead=life.first_lead or event.lead,
                item=event.item,
                waiting=None,
                assisting=event.assisting,
                area=event.area,
                urgency_days=event.urgency_days,
                routed_at=event.occurred_at,
                attempt=event.attempt,
            )
        case TicketUrgencyRaised():
            days = event.urgency_days
            return replaced(life, urgency_days=days, urgency_at_most=days)
        case e.TicketReturned():
            returns = (*life.returns, (event.unit, event.reason))
            return replaced(life, lead=None, waiting=event, returns=returns)
        case TicketReturnDecided():
            is_binding = event.decision == "refused" or event.decided_by == "consultation"
            bound = (*life.bound, event.lead) if is_binding and event.lead else life.bound
            return replaced(life, waiting=None, bound=bound)
        case e.TicketSentToTriage():
            candidate = event.candidates[0].item if event.candidates else life.candidate
            return replaced(life, candidate=candidate)
        case e.TicketReopened():
            return replaced(life, reopened=life.reopened + 1, calls=0)
        case e.TicketResolved():
            return replaced(life, calls=0)
        case e.TicketClosed():
            return replaced(life, closed=life.closed + 1)
        case e.TicketEvaluated():
            return replaced(life, calls=life.calls + 1)
        case _:
            return life
