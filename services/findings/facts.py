"""What findings are made from: the rows of reporting as columns. No words, no contacts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from services.findings.codes import NONE, Codes, Numbers, coded

Query = Callable[[str, Sequence[Any]], list[Any]]
EPOCH = date(1970, 1, 1).toordinal()
OPEN = 0  # as a day: none
_TICKETS = (
    "SELECT ticket_id, opened_day, item, area, last_lead, primary_ticket, ended_at, closed_at"
    " FROM tickets WHERE opened_day >= ? AND opened_day <= ? ORDER BY ticket_id"
)
_REPORTS = (
    "SELECT ticket_id, day, resident, x, y FROM ticket_reports WHERE day >= ? AND day <= ?"
    " ORDER BY ticket_id, report_id"
)
_REOPENINGS = (
    "SELECT ticket_id, ended_day, reopened_day FROM ticket_reopenings"
    " WHERE reopened_day >= ? AND reopened_day <= ? ORDER BY ticket_id, position"
)
_LAST = "SELECT recorded_at FROM reporting_position WHERE id = 1"
_FIRST = "SELECT MIN(opened_day) FROM tickets WHERE opened_day IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Facts:
    """Tickets in the order of their ids, reports in that of their tickets'. Days are ordinals.

    primary: of a merged ticket the number of the one that it follows, else its own; items, areas
    and units of a merged ticket are those of its primary. ended, closed: OPEN while it is not.
    """

    first_day: int
    last_day: int
    tickets: tuple[str, ...]
    opened: Numbers
    items: Codes
    areas: Codes
    units: Codes
    primary: Numbers
    ended: Numbers
    closed: Numbers
    report_ticket: Numbers
    report_day: Numbers
    residents: Codes
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    reopened_ticket: Numbers
    reopened_ended: Numbers
    reopened_day: Numbers


class Told(NamedTuple):
    """Rows as they were read, from a day to a day."""

    first: date
    last: date
    tickets: Sequence[Any]
    reports: Sequence[Any]
    reopenings: Sequence[Any]


def span_of(
    query: Query, zone: ZoneInfo, history_days: int, until: date | None
) -> tuple[date, date] | None:
    """The days that are looked at; None if there is nothing yet. Days beyond the last record are
    somebody's error, and are left out."""
    recorded, first = query(_LAST, ()), query(_FIRST, ())
    if not recorded or not first or first[0][0] is None:
        return None
    last = datetime.fromisoformat(recorded[0][0]).astimezone(zone).date()
    last = min(last, until) if until else last
    earliest = date.fromordinal(max(1, last.toordinal() - history_days + 1))
    return max(earliest, date.fromisoformat(first[0][0])), last


def read_told(query: Query, first: date, last: date) -> Told:
    """Of a day to a day, both included. No more than it must be: rows may move meanwhile. Raises
    Outage."""
    span = (first.isoformat(), last.isoformat())
    return Told(first, last, query(_TICKETS, span), query(_REPORTS, span), query(_REOPENINGS, span))


def load_facts(query: Query, zone: ZoneInfo, first: date, last: date) -> Facts:
    """What was told from a day to a day, both included. Raises Outage."""
    return facts_of(read_told(query, first, last), zone)


def facts_of(told: Told, zone: ZoneInfo) -> Facts:
    rows = told.tickets
    columns = list(zip(*rows, strict=True)) if rows else [()] * 8
    tickets = tuple(columns[0])
    number = {ticket_id: at for at, ticket_id in enumerate(tickets)}
    primary = _primaries(number, columns[5])
    reports = [row for row in told.reports if row[0] in number]
    reopened = [row for row in told.reopenings if row[0] in number]
    to = reports or _without_reports(rows)
    return Facts(
        first_day=told.first.toordinal(),
        last_day=told.last.toordinal(),
        tickets=tickets,
        opened=_days(columns[1]),
        items=_of_primary(columns[2], primary),
        areas=_of_primary(columns[3], primary),
        units=_of_primary(columns[4], primary),
        primary=primary,
        ended=_local_days(columns[6], zone),
        closed=_local_days(columns[7], zone),
        report_ticket=np.fromiter((number[row[0]] for row in to), np.int64),
        report_day=_days([row[1] for row in to]),
        residents=coded([row[2] for row in to]),
        x=np.array([np.nan if row[3] is None else row[3] for row in to], np.float64),
        y=np.array([np.nan if row[4] is None else row[4] for row in to], np.float64),
        reopened_ticket=np.fromiter((number[row[0]] for row in reopened), np.int64),
        reopened_ended=_days([row[1] for row in reopened]),
        reopened_day=_days([row[2] for row in reopened]),
    )


def _without_reports(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows that an older program made: a ticket is its own one report, of a resident unknown."""
    return [(row[0], row[1], None, None, None) for row in rows]


def _primaries(number: dict[str, int], named: Sequence[str | None]) -> Numbers:
    """Chains of merged tickets are followed to their end; a ring stays where it is."""
    follows = [number.get(name or "", at) for at, name in enumerate(named)]
    for at, target in enumerate(follows):
        seen = {at}
        while target not in seen and follows[target] != target:
            seen.add(target)
            target = follows[target]
        follows[at] = target
    return np.array(follows, np.int64)


def _of_primary(values: Sequence[str | None], primary: Numbers) -> Codes:
    own = coded(values)
    if not len(primary):
        return own
    of = own.of[primary]
    return Codes(own.names, np.where(of == NONE, own.of, of))


def _days(values: Sequence[str]) -> Numbers:
    return np.array(values, "datetime64[D]").astype(np.int64) + EPOCH


def _local_days(moments: Sequence[str | None], zone: ZoneInfo) -> Numbers:
    """Of times in UTC. The zone has had one offset since long before any of them."""
    offset = datetime(2020, 1, 1, tzinfo=zone).utcoffset()
    assert offset is not None
    known = np.array([moment is not None for moment in moments], bool)
    times = np.array([(moment or "1970-01-01")[:19] for moment in moments], "datetime64[s]")
    days = (times + np.timedelta64(offset)).astype("datetime64[D]").astype(np.int64) + EPOCH
    return np.where(known, days, OPEN)
