"""What facts about returns (退单) change in a ticket's state."""

from typing import Any

from services.domain.events import TicketReturned
from services.domain.events_returns import TicketConsulted, TicketReturnDecided
from services.domain.return_state import Consultation, DecidedReturn, Returning
from services.domain.ticket import Ticket


def returned(ticket: Ticket, event: TicketReturned) -> dict[str, Any]:
    waiting = Returning(
        ticket.attempt, event.unit, event.reason, event.proposed_unit, event.proposed_item
    )
    return {
        "returns": (*ticket.returns, (event.unit, event.reason)),
        "returning": waiting,
        "consultation": None,
    }


def consulted(event: TicketConsulted) -> Consultation:
    return Consultation(event.consulted, event.lead, event.minutes)


def return_decided(ticket: Ticket, event: TicketReturnDecided) -> dict[str, Any]:
    """A refused return binds the unit that made it, a 会商 whomever it named."""
    decided = DecidedReturn(event.attempt, event.returned_unit, event.decision, event.lead)
    is_binding = event.decision == "refused" or event.decided_by == "consultation"
    bound = (*ticket.bound, event.lead) if is_binding and event.lead else ticket.bound
    return {
        "decided": (*ticket.decided, decided),
        "bound": tuple(dict.fromkeys(bound)),
        "returning": None,
        "consultation": None,
    }
