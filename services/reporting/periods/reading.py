"""What a report over a period needs, read from the rows: plain counts, codes, and moments."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.reporting.periods.period import Period
from services.reporting.rows import Query

_SPAN = "day BETWEEN ? AND ?"
_ALL = f"SELECT day, measure, n FROM day_sums WHERE dimension = 'all' AND {_SPAN}"
_BY_CODE = (
    "SELECT code, measure, SUM(n) FROM day_sums"
    f" WHERE dimension = ? AND {_SPAN} GROUP BY code, measure"
)
_STAGES = "SELECT code, SUM(n) FROM day_sums WHERE dimension = 'stage' AND day <= ? GROUP BY code"
_FIRST_DAY = "SELECT MIN(day) FROM day_sums WHERE dimension = 'all' AND day <> ''"
_KEPT_FROM = "SELECT position FROM day_sums_from WHERE id = 1"
_OPENED = (
    "SELECT kind, item, area, COUNT(*) FROM tickets WHERE opened_day BETWEEN ? AND ?"
    " GROUP BY kind, item, area"
)
_RETURNS = (
    "SELECT reason, COUNT(*), SUM(CASE WHEN decision = 'upheld' THEN 1 ELSE 0 END),"
    " SUM(CASE WHEN decision = 'refused' THEN 1 ELSE 0 END),"
    " SUM(CASE WHEN decision IS NULL AND next_lead IS NULL THEN 1 ELSE 0 END)"
    " FROM ticket_returns WHERE returned_day BETWEEN ? AND ?"
    " GROUP BY reason ORDER BY COUNT(*) DESC, reason"
)
# Promises of tickets that were open at a moment, which end after it and up to another one.
_DUE_RESOLVE = (
    "SELECT resolve_due, COUNT(*) FROM tickets"
    " WHERE ((ended_at IS NULL AND resolve_due > ? AND resolve_due <= ?)"
    " OR (ended_at > ? AND resolve_due > ? AND resolve_due <= ?))"
    " AND first_routed_day <= ? GROUP BY resolve_due ORDER BY resolve_due"
)
_DUE_ACCEPT = (
    "SELECT accept_due, COUNT(*) FROM tickets"
    " WHERE ((accepted_at IS NULL AND accept_due > ? AND accept_due <= ? AND stage = 'routed')"
    " OR (accepted_at > ? AND accept_due > ? AND accept_due <= ?))"
    " AND routed_at <= ? GROUP BY accept_due ORDER BY accept_due"
)


class OutdatedRows(Exception):
    """The rows were begun by an older version and lack what reports over a period read."""


class OpenedGroup(NamedTuple):
    """Tickets opened in a period that are alike in kind, item and area ("" is not known)."""

    kind: str
    item: str
    area: str
    tickets: int


class Counted(NamedTuple):
    """One period. days: local day → measure → how many; sums: of all its days."""

    period: Period
    days: Mapping[str, Mapping[str, int]]
    sums: Mapping[str, int]
    channels: Mapping[str, int]
    opened: Sequence[OpenedGroup]


class ReturnCount(NamedTuple):
    reason: str
    returns: int
    upheld: int
    refused: int
    waiting: int


def require_sums(query: Query) -> None:
    """Raises OutdatedRows."""
    found = query(_KEPT_FROM, ())
    if (found[0][0] if found else 0) > 0 or (
        not found and query("SELECT 1 FROM reporting_position", ())
    ):
        raise OutdatedRows(
            "the rows of reporting were begun by an older version: run `yousu rebuild reporting`"
        )


def first_day(query: Query) -> date | None:
    """The first local day that the log tells of."""
    found = query(_FIRST_DAY, ())[0][0]
    return date.fromisoformat(found) if found else None


def counted(query: Query, period: Period) -> Counted:
    span = _days(period)
    days: defaultdict[str, dict[str, int]] = defaultdict(dict)
    sums: Counter[str] = Counter()
    for day, measure, n in query(_ALL, span):
        days[day][measure] = n
        sums[measure] += n
    channels = {code: int(n) for code, _, n in query(_BY_CODE, ("channel", *span))}
    opened = [
        OpenedGroup(kind or "", item or "", area or "", n)
        for kind, item, area, n in query(_OPENED, span)
    ]
    return Counted(period, days, sums, channels, opened)


def by_code(query: Query, dimension: str, period: Period) -> dict[str, dict[str, int]]:
    """code → measure → how many."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for code, measure, n in query(_BY_CODE, (dimension, *_days(period))):
        found[code][measure] = int(n)
    return dict(found)


def stages_after(query: Query, day: date) -> dict[str, int]:
    """stage → tickets that stood there when the day ended."""
    return {stage: int(n) for stage, n in query(_STAGES, (day.isoformat(),))}


def returns_by_reason(query: Query, period: Period) -> list[ReturnCount]:
    return [
        ReturnCount(reason, *map(int, counts)) for reason, *counts in query(_RETURNS, _days(period))
    ]


def due_after(query: Query, as_at: str, until: str, day: date) -> dict[str, list[tuple[str, int]]]:
    """clock → (moment in UTC, promises). as_at, day: when the tickets were open; its local day."""
    between = (as_at, until, as_at, as_at, until)
    return {
        "resolve": [(due, n) for due, n in query(_DUE_RESOLVE, (*between, day.isoformat()))],
        "accept": [(due, n) for due, n in query(_DUE_ACCEPT, (*between, as_at))],
    }


def _days(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.last.isoformat()
