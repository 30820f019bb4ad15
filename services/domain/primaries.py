"""Who follows whom: merged tickets point to their primary, which may be merged itself."""

from collections.abc import Callable

from services.domain.rejections import (
    MergedInCircle,
    MergedWithItself,
    PrimaryNotOpen,
    TicketUnknown,
)
from services.domain.ticket import OPEN, Ticket

TicketOf = Callable[[str], Ticket]


def primary_of(ticket_id: str, ticket_of: TicketOf) -> Ticket:
    """The ticket at the end of the way; itself, if it follows no other. A circle, which two
    processes could write that do not see each other, ends at its oldest ticket."""
    seen: dict[str, Ticket] = {}
    ticket = ticket_of(ticket_id)
    while ticket.primary is not None:
        if ticket.ticket_id in seen:
            return seen[min(seen)]
        seen[ticket.ticket_id] = ticket
        ticket = ticket_of(ticket.primary)
    return ticket


def primary_for(ticket_id: str, wanted: str, ticket_of: TicketOf) -> str:
    """Which ticket `ticket_id` will follow when it is merged into `wanted`.

    Raises TicketUnknown, MergedWithItself, MergedInCircle, PrimaryNotOpen.
    """
    if wanted == ticket_id:
        raise MergedWithItself(ticket_id)
    if ticket_of(wanted).stage == "new":
        raise TicketUnknown(wanted, "the primary")
    primary = primary_of(wanted, ticket_of)
    ticket = ticket_of(ticket_id)
    if ticket.primary is not None and primary_of(ticket_id, ticket_of) == primary:
        return ticket.primary  # it follows it already
    if primary.ticket_id == ticket_id:
        raise MergedInCircle(ticket_id)
    if primary.stage not in OPEN:
        raise PrimaryNotOpen(ticket_id, f"it is {primary.stage}")
    return primary.ticket_id
