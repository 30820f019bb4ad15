"""One row for each return: by whom, why, what was proposed, what was decided, who was next."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.domain import events as e
from services.domain.events_returns import TicketReturnDecided
from services.platform.event_log import Change
from services.platform.stored_time import stored
from services.reporting.rows import TicketRow

_RETURNED = (
    "INSERT INTO ticket_returns (ticket_id, attempt, unit, reason, item, area, proposed_unit,"
    " proposed_item, routed_at, returned_at, returned_day)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ticket_id, attempt) DO NOTHING"
)
_DECIDED = (
    "UPDATE ticket_returns SET decision = ?, decided_by = ?, decided_at = ?, next_lead = ?"
    " WHERE ticket_id = ? AND attempt = ?"
)
# In logs from before decisions were facts, the next routing is all that is known.
_NEXT = (
    "UPDATE ticket_returns SET next_lead = ?, next_at = ? WHERE ticket_id = ? AND attempt = ?"
    " AND next_at IS NULL AND (decision IS NULL OR next_lead = ?)"
)


class ReturnRows:
    """Changes of one batch. A return comes before its decision, and that before the routing, so
    each kind can be written for all tickets at once."""

    def __init__(self, day: Callable[[datetime], str]) -> None:
        self._day = day
        self._returned: list[tuple[Any, ...]] = []
        self._decided: list[tuple[Any, ...]] = []
        self._next: list[tuple[Any, ...]] = []

    def returned(self, row: TicketRow, event: e.TicketReturned) -> None:
        """`row`: as it was while the unit had the ticket."""
        said = (event.unit, event.reason, row.item, row.area)
        proposed = (event.proposed_unit, event.proposed_item)
        times = (row.routed_at, stored(event.occurred_at), self._day(event.occurred_at))
        self._returned.append((event.ticket_id, row.attempt, *said, *proposed, *times))

    def decided(self, event: TicketReturnDecided) -> None:
        what = (event.decision, event.decided_by, stored(event.occurred_at), event.lead)
        self._decided.append((*what, event.ticket_id, event.attempt))

    def routed(self, event: e.TicketRouted) -> None:
        if event.attempt > 1:
            place = (event.ticket_id, event.attempt - 1)
            self._next.append((event.lead, stored(event.occurred_at), *place, event.lead))

    def changes(self) -> list[Change]:
        kinds = ((_RETURNED, self._returned), (_DECIDED, self._decided), (_NEXT, self._next))
        return [Change(statement, rows) for statement, rows in kinds if rows]
