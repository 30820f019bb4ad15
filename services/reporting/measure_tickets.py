"""The tickets behind a figure, one by one: who is in the numerator, who in the denominator, and who
is in neither and why. Their sums are the figure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from services.platform.many import in_parts
from services.reporting.measure_policy import MeasurePolicy
from services.reporting.measured_facts import BITS, LEFT_OUT, mask_of
from services.reporting.measures import Definition, weight_of
from services.reporting.rows import Query
from services.reporting.slices import Slice, condition

Side = Literal["all", "numerator", "denominator", "excluded"]
SIDES: tuple[Side, ...] = ("all", "numerator", "denominator", "excluded")
LIMIT_MAX = 10_000
APPEAL_UPHELD = "appeal_upheld"
CALL_BACK_KEYS = frozenset({"response_rate", "solution_rate", "satisfaction_rate"})
_TICKETS = (
    "SELECT DISTINCT ticket_id FROM measured_facts WHERE {part} AND ticket_id > ?"
    " AND (kinds & ?) <> 0 ORDER BY ticket_id LIMIT ?"
)
_FACTS = (
    "SELECT ticket_id, version, day, unit, channel, item, area, kinds FROM measured_facts"
    " WHERE {part} AND (kinds & ?) <> 0 AND ticket_id IN ({{marks}}) ORDER BY ticket_id, version"
)
_OUT = (
    "SELECT ticket_id, version, appeal, reason FROM measure_exclusions"
    " WHERE measure = ? AND ticket_id IN ({marks})"
)


class Left(NamedTuple):
    """Why one of a ticket's facts is in neither side. appeal: the number of the fact that decided
    so; 0 where a rule did. detail: of an appeal, its reason as a code."""

    version: int
    reason: str
    appeal: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MeasuredTicket:
    """What one ticket adds to both sides, by which of its facts (their numbers in it)."""

    ticket_id: str
    numerator: Decimal
    denominator: int
    facts: tuple[int, ...]
    days: tuple[str, ...]
    units: tuple[str, ...]
    excluded: tuple[Left, ...] = ()


class TicketPage(NamedTuple):
    """next_after: ask for those after this ticket; None if there are no more."""

    tickets: tuple[MeasuredTicket, ...]
    next_after: str | None


def tickets_of(
    query: Query,
    definition: Definition,
    part: Slice,
    policy: MeasurePolicy,
    side: Side = "all",
    after: str = "",
    limit: int = LIMIT_MAX,
) -> TicketPage:
    """In the order of their ids; at most `limit` of them are looked at."""
    sql, values = condition(part)
    mask = mask_of(definition.terms) | _left_out_mask(definition)
    asked = [*values, after, mask, limit + 1]
    ids = [row[0] for row in query(_TICKETS.format(part=sql), asked)]
    some = ids[:limit]
    found = _measured(query, definition, policy, some, (sql, values, mask))
    wanted = tuple(one for one in found if _is_on(one, side))
    return TicketPage(wanted, some[-1] if len(ids) > limit else None)


def _measured(
    query: Query,
    definition: Definition,
    policy: MeasurePolicy,
    ticket_ids: Sequence[str],
    asked: tuple[str, Sequence[Any], int],
) -> list[MeasuredTicket]:
    sql, values, mask = asked
    rows: defaultdict[str, list[Any]] = defaultdict(list)
    for statement, marked in in_parts(_FACTS.format(part=sql), ticket_ids, [*values, mask]):
        for row in query(statement, marked):
            rows[row[0]].append(row)
    out = _taken_out(query, definition.key, ticket_ids)
    return [_ticket(definition, policy, one, rows[one], out) for one in ticket_ids]


def _ticket(
    definition: Definition,
    policy: MeasurePolicy,
    ticket_id: str,
    rows: Iterable[Any],
    out: dict[tuple[str, int], Left],
) -> MeasuredTicket:
    numerator, denominator = Decimal(0), 0
    left: list[Left] = []
    kept = []
    for row in rows:
        version, kinds = int(row[1]), int(row[7])
        counts = bool(kinds & mask_of(definition.terms))
        if counts and (ticket_id, version) in out:
            left.append(out[ticket_id, version])
        elif counts:
            numerator += _weight(definition.numerator, kinds, policy)
            denominator += sum(bool(kinds & BITS[kind]) for kind in definition.denominator)
            kept.append(row)
        if not counts:
            left += [Left(version, kind) for kind in LEFT_OUT if kinds & BITS[kind]]
    return MeasuredTicket(
        ticket_id,
        numerator,
        denominator,
        tuple(dict.fromkeys(int(row[1]) for row in kept)),
        tuple(dict.fromkeys(row[2] for row in kept)),
        tuple(dict.fromkeys(row[3] for row in kept)),
        tuple(left),
    )


def _weight(terms: Iterable[str], kinds: int, policy: MeasurePolicy) -> Decimal:
    present = (term for term in terms if kinds & BITS[term.removeprefix("-")])
    return sum((weight_of(term, policy) for term in present), Decimal(0))


def _is_on(ticket: MeasuredTicket, side: Side) -> bool:
    match side:
        case "numerator":
            return ticket.numerator != 0
        case "denominator":
            return ticket.denominator != 0
        case "excluded":
            return bool(ticket.excluded)
        case _:
            return True


def _left_out_mask(definition: Definition) -> int:
    return mask_of(tuple(LEFT_OUT)) if definition.key in CALL_BACK_KEYS else 0


def _taken_out(query: Query, key: str, ticket_ids: Sequence[str]) -> dict[tuple[str, int], Left]:
    found = {}
    for statement, marked in in_parts(_OUT, ticket_ids, [key]):
        for ticket_id, version, appeal, reason in query(statement, marked):
            found[ticket_id, int(version)] = Left(int(version), APPEAL_UPHELD, int(appeal), reason)
    return found
