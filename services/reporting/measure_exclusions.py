"""What upheld appeals (申诉成立) have taken out of which measure, fact by fact. The facts stay.

A fact that a measure counts is counted once more on the same day, for the same unit and matter,
under a name of that measure (`taken_out`), and the measure takes the one from the other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from services.domain.events_evaluation import AppealDecided
from services.platform.event_log import Change
from services.platform.many import in_parts
from services.reporting.measured_facts import BITS, MeasuredFact
from services.reporting.measures import BY_KEY, taken_out
from services.reporting.sums import CountKey, Sums

Query = Callable[[str, Sequence[Any]], list[Any]]

_FACTS = (
    "SELECT ticket_id, version, day, unit, channel, item, area, kinds FROM measured_facts"
    " WHERE ticket_id IN ({marks})"
)
_ADD = "INSERT INTO measure_exclusions VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class _Counted(NamedTuple):
    fact: MeasuredFact
    kinds: int


def exclude(sums: Sums, query: Query) -> list[Change]:
    """Counts what the upheld appeals of a batch take out, and says it in rows. `sums` holds all
    facts of the batch; earlier ones are read. Each verdict is appealed once, so counted once."""
    if not sums.upheld:
        return []
    counted = _counted(sums, query, {event.ticket_id for event, _ in sums.upheld})
    rows = [
        row
        for event, version in sums.upheld
        for row in _excluded(sums, event, version, counted[event.ticket_id])
    ]
    return [Change(_ADD, rows)] if rows else []


def _counted(sums: Sums, query: Query, ticket_ids: Iterable[str]) -> Mapping[str, list[_Counted]]:
    found: dict[str, list[_Counted]] = {ticket_id: [] for ticket_id in ticket_ids}
    for statement, some in in_parts(_FACTS, sorted(found)):
        for row in query(statement, some):
            found[row[0]].append(_Counted(MeasuredFact(*row[:7]), int(row[7])))
    for fact, kinds in sums.measured.items():
        if fact.ticket_id in found:
            found[fact.ticket_id].append(_Counted(fact, kinds))
    return found


def _excluded(
    sums: Sums, event: AppealDecided, version: int, counted: Sequence[_Counted]
) -> list[tuple[object, ...]]:
    """One row for each fact and measure."""
    day = sums.day(event.occurred_at)
    rows: dict[tuple[int, str], tuple[object, ...]] = {}
    for key in event.measures:
        for fact, kinds in counted:
            terms = [term for term in BY_KEY[key].terms if kinds & BITS[term]]
            if fact.version not in event.facts or not terms:
                continue
            for term in terms:
                sums.counts[_count_key(fact, taken_out(term, key))] += 1
            said = (event.unit, event.verdict, event.reason, day)
            rows[fact.version, key] = (event.ticket_id, fact.version, key, version, *said)
    return list(rows.values())


def _count_key(fact: MeasuredFact, kind: str) -> CountKey:
    return (fact.day, kind, fact.channel, fact.item, fact.area, fact.unit)
