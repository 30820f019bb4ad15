"""Returns of a period, read with what became of their tickets."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from services.reporting.rows import Query

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
# A unit resolved a ticket if it had accepted it; who answers at once (直接答复) is no unit.
_RETURNS = (
    "SELECT r.ticket_id, r.attempt, r.unit, r.reason, r.item, r.area, r.proposed_unit,"
    " r.proposed_item, r.decision, r.decided_by, r.next_lead, r.routed_at,"
    " COALESCE(r.next_at, r.decided_at, r.returned_at),"
    " CASE WHEN t.resolved_at IS NOT NULL AND t.accepted_at IS NOT NULL THEN t.last_lead END"
    " FROM ticket_returns r JOIN tickets t ON t.ticket_id = r.ticket_id"
    " WHERE r.returned_day BETWEEN ? AND ? ORDER BY r.ticket_id, r.attempt"
)
_COUNTS = (
    "SELECT unit, measure, SUM(n) FROM daily_counts"
    " WHERE measure IN ('routed', 'returned') AND day BETWEEN ? AND ? GROUP BY unit, measure"
)


class ReturnRow(NamedTuple):
    """decision: None while it waits (or in an old log). hours: from the unit being asked until the
    next was, or until it was decided or returned. resolver: None if no unit has resolved it."""

    ticket_id: str
    attempt: int
    unit: str
    reason: str
    item: str | None
    area: str | None
    proposed_unit: str | None
    proposed_item: str | None
    decision: str | None
    decided_by: str | None
    next_lead: str | None
    hours: float
    resolver: str | None


def returns_between(query: Query, since: date | None, until: date | None) -> list[ReturnRow]:
    """By the local day of the return, both days included; of one ticket in order."""
    found = query(_RETURNS, _days(since, until))
    return [ReturnRow._make((*row[:11], _hours(row[11], row[12]), row[13])) for row in found]


def dispatched_between(
    query: Query, since: date | None, until: date | None
) -> Mapping[str, tuple[int, int]]:
    """unit → (routings to it, returns by it) of the period."""
    counts: dict[str, dict[str, int]] = {}
    for unit, measure, n in query(_COUNTS, _days(since, until)):
        counts.setdefault(unit, {})[measure] = int(n)
    return {
        unit: (one.get("routed", 0), one.get("returned", 0)) for unit, one in counts.items() if unit
    }


def _days(since: date | None, until: date | None) -> tuple[str, str]:
    return (since or FIRST_DAY).isoformat(), (until or LAST_DAY).isoformat()


def _hours(start: str | None, end: str) -> float:
    if start is None:
        return 0.0
    lasted = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return round(max(0.0, lasted.total_seconds()) / 3_600, 2)
