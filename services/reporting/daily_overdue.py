"""逾期: open tickets whose promise was broken by a moment, out of the rows."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, cast

from services.platform.names import Names
from services.reporting.daily_model import OverdueLine
from services.reporting.rows import Query

OVERDUE_MAX = 500  # lines in one report; the counts are of all
# A clock that stands still in a pause is not late, unless it was before the pause began.
# Written so that each side of an OR is a range of an index.
_RESOLVE = (
    "((ended_at IS NULL AND resolve_due < ?) OR (ended_at > ? AND resolve_due < ?))"
    " AND (suspended_since IS NULL OR suspended_since > ? OR resolve_verdict = 'missed')"
)
_ACCEPT = (
    "((accepted_at IS NULL AND accept_due < ? AND stage = 'routed')"
    " OR (accepted_at > ? AND accept_due < ?)) AND routed_at <= ?"
)
_CONDITIONS: Mapping[str, str] = {"accept": _ACCEPT, "resolve": _RESOLVE}


def overdue_counts(query: Query, as_at: str) -> dict[str, int]:
    """clock → how many."""
    return {
        clock: query(f"SELECT COUNT(*) FROM tickets WHERE {condition}", (as_at,) * 4)[0][0]
        for clock, condition in _CONDITIONS.items()
    }


def overdue_by_unit(query: Query, as_at: str) -> dict[str, int]:
    """unit → promises of either kind that are late with it now."""
    late: Counter[str] = Counter()
    for condition in _CONDITIONS.values():
        statement = f"SELECT last_lead, COUNT(*) FROM tickets WHERE {condition} GROUP BY last_lead"
        late.update({unit or "": n for unit, n in query(statement, (as_at,) * 4)})
    return dict(late)


def overdue_lines(query: Query, as_at: str, names: Names) -> tuple[OverdueLine, ...]:
    """The longest overdue first."""
    found = []
    for clock, condition in _CONDITIONS.items():
        statement = (
            f"SELECT {clock}_due, ticket_id, '{clock}', last_lead, stage, escalation FROM tickets"
            f" WHERE {condition} ORDER BY {clock}_due, ticket_id LIMIT {OVERDUE_MAX}"
        )
        found += query(statement, (as_at,) * 4)
    return tuple(_line(row, as_at, names) for row in sorted(found)[:OVERDUE_MAX])


def _line(row: tuple[str, str, str, str | None, str, int], as_at: str, names: Names) -> OverdueLine:
    due_at, ticket_id, clock, unit, stage, escalation = row
    late = datetime.fromisoformat(as_at) - datetime.fromisoformat(due_at)
    return OverdueLine(
        ticket_id=ticket_id,
        clock=cast(Literal["accept", "resolve"], clock),
        unit=unit or "",
        unit_name=names.units.get(unit or "", unit or ""),
        stage=stage,
        due_at=due_at,
        late_s=int(late.total_seconds()),
        escalation=escalation,
    )
