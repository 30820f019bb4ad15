"""What facts about urgency change in a ticket's state."""

from typing import Any

from services.domain.events_urgency import TicketUrgencyRaised
from services.domain.ticket import Ticket


def urgency_raised(ticket: Ticket, event: TicketUrgencyRaised) -> dict[str, Any]:
    days = event.urgency_days
    return {
        "urgency_days": days if ticket.urgency_days is not None else None,
        "urgency_at_most": min(days, ticket.urgency_at_most or days),
        "extended_when_raised": ticket.extended_days,
    }


def kept_after(at_most: int | None, urgency_days: int) -> int | None:
    """Only a person gives a matter more time than rules ask for, and then they are overruled."""
    return at_most if at_most is not None and urgency_days <= at_most else None
