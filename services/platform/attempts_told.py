"""What earlier attempts at a ticket came to, for the explanation of the next one."""

from collections.abc import Callable

from services.domain.ticket import Ticket
from services.platform.return_reasons import shipped_return_reasons

Named = Callable[[str], str]
DECISIONS = {"upheld": "，退单成立", "refused": "，退单不成立", None: ""}


def told_attempts(ticket: Ticket, named: Named) -> str:
    """One sentence a return, the last of which may still wait; "" if there was none.

    named: a unit's code → what a dispatcher calls it. Holds codes and names only.
    """
    closed = ticket.returns[:-1] if ticket.returning else ticket.returns
    # Logs from before decisions were facts have returns without one: those are the first.
    without = len(closed) - len(ticket.decided)
    parts = []
    for number, (unit, reason) in enumerate(ticket.returns):
        place = number - without
        has_decision = 0 <= place < len(ticket.decided)
        decision = ticket.decided[place].decision if has_decision else None
        first = "（首接单位）" if number == 0 and unit == ticket.first_lead else ""
        parts.append(f"此前{named(unit)}{first}以“{_why(reason)}”退单{DECISIONS[decision]}")
    return "；".join(parts) + ("。" if parts else "")


def _why(reason: str) -> str:
    return shipped_return_reasons().name(reason)
