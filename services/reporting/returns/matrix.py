"""The pair matrix of returns: who returned what to whom, and who resolved it at last. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from services.reporting.returns.reading import ReturnRow

TICKETS_LISTED_MAX = 50
WORST_MAX = 20
PAIR = tuple[str, str, str]  # returning unit, proposed unit, resolver; "" where there is none


@dataclass(slots=True)
class Pair:
    """Counts of one pair; hours: lost in all. tickets: the first TICKETS_LISTED_MAX."""

    returns: int = 0
    upheld: int = 0
    refused: int = 0
    waiting: int = 0
    hours: float = 0.0
    by_item: Counter[str] = field(default_factory=Counter)
    by_area: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[str] = field(default_factory=Counter)
    tickets: list[str] = field(default_factory=list)


class UnitRate(NamedTuple):
    """rate: 退单率, None if nothing was routed to it in the period."""

    unit: str
    routed: int
    returned: int
    rate: float | None


class PingPong(NamedTuple):
    """units: whoever returned it, in order."""

    ticket_id: str
    returns: int
    hours: float
    units: tuple[str, ...]
    resolver: str | None


class Matrix(NamedTuple):
    """pairs: most returns first. units: the highest rates first. worst: most returns first."""

    returns: int
    routed: int
    hours: float
    pairs: tuple[tuple[PAIR, Pair], ...]
    units: tuple[UnitRate, ...]
    worst: tuple[PingPong, ...]


def matrix(rows: Sequence[ReturnRow], dispatched: Mapping[str, tuple[int, int]]) -> Matrix:
    """rows: of one ticket next to each other, in order. dispatched: unit → (routed, returned)."""
    pairs: defaultdict[PAIR, Pair] = defaultdict(Pair)
    for row in rows:
        _add(pairs[row.unit, row.proposed_unit or "", row.resolver or ""], row)
    ordered = sorted(pairs.items(), key=lambda one: (-one[1].returns, -one[1].hours, one[0]))
    return Matrix(
        returns=len(rows),
        routed=sum(routed for routed, _ in dispatched.values()),
        hours=round(sum(row.hours for row in rows), 2),
        pairs=tuple(ordered),
        units=_rates(dispatched),
        worst=_worst(rows),
    )


def _add(pair: Pair, row: ReturnRow) -> None:
    pair.returns += 1
    pair.upheld += row.decision == "upheld"
    pair.refused += row.decision == "refused"
    pair.waiting += row.decision is None and row.next_lead is None
    pair.hours = round(pair.hours + row.hours, 2)
    pair.by_item[row.item or ""] += 1
    pair.by_area[row.area or ""] += 1
    pair.by_reason[row.reason] += 1
    if row.ticket_id not in pair.tickets and len(pair.tickets) < TICKETS_LISTED_MAX:
        pair.tickets.append(row.ticket_id)


def _rates(dispatched: Mapping[str, tuple[int, int]]) -> tuple[UnitRate, ...]:
    rates = [
        UnitRate(unit, routed, returned, round(returned / routed, 4) if routed else None)
        for unit, (routed, returned) in dispatched.items()
        if returned
    ]
    return tuple(sorted(rates, key=lambda one: (-(one.rate or 0), -one.returned, one.unit)))


def _worst(rows: Iterable[ReturnRow]) -> tuple[PingPong, ...]:
    """Tickets that were returned more than once."""
    found = []
    for ticket_id, group in groupby(rows, key=lambda row: row.ticket_id):
        some = list(group)
        if len(some) > 1:
            hours = round(sum(row.hours for row in some), 2)
            units = tuple(row.unit for row in some)
            found.append(PingPong(ticket_id, len(some), hours, units, some[-1].resolver))
    found.sort(key=lambda one: (-one.returns, -one.hours, one.ticket_id))
    return tuple(found[:WORST_MAX])
