"""Under which name somebody acts on a ticket."""

from services.domain.ticket import Ticket


def acting(actor: str, ticket: Ticket) -> str:
    """Actors stand in the clear for ever, so a resident acts under the ticket's pseudonym."""
    return f"resident:{ticket.resident}" if actor.startswith("resident:") else actor
