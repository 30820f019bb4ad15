"""Which duties the city's own course of things contradicts: given to A, and resolved by B."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from services.router.directory.duties import Assignment, assign
from services.router.directory.model import Directory
from services.router.suggestions.cases import DispatchCase
from services.router.suggestions.evidence import wilson_lower

SHARE_MIN = 0.5  # below it the row is right more often than wrong
TICKETS_LISTED_MAX = 50


class DutySuggestion(NamedTuple):
    """line: of duties.csv, None where no row has the matter. covers: the row's own item, which may
    lie above `item`: then one more row is meant, not another lead for all of it.

    returned, chosen: of the `tickets`, those the lead returned and those a dispatcher took
    elsewhere. resolved: all that were resolved under this duty. confidence: Wilson's lower bound.
    """

    item: str
    area: str
    line: int | None
    covers: str | None
    lead: str
    better: str
    tickets: int
    returned: int
    chosen: int
    resolved: int
    confidence: float
    listed: tuple[str, ...]


@dataclass(slots=True)
class _Evidence:
    resolved: int = 0
    elsewhere: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    returned: dict[str, int] = field(default_factory=lambda: defaultdict(int))


Key = tuple[str, str, int | None, str | None, str]  # item, area, line, covered item, lead


def duty_suggestions(
    cases: Iterable[DispatchCase], directory: Directory, on: date, tickets_min: int
) -> list[DutySuggestion]:
    """The surest first. A duty is suggested against where most of its matters were resolved by one
    other unit, to which the lead's own return or a dispatcher brought them."""
    found: defaultdict[Key, _Evidence] = defaultdict(_Evidence)
    for case in cases:
        _weigh(case, directory, on, found)
    suggestions = [
        _suggestion(key, evidence, better, tickets)
        for key, evidence in found.items()
        for better, tickets in evidence.elsewhere.items()
        if len(tickets) >= tickets_min and len(tickets) > SHARE_MIN * evidence.resolved
    ]
    return sorted(suggestions, key=lambda one: (-one.confidence, -one.tickets, one[:6]))


def _weigh(case: DispatchCase, directory: Directory, on: date, found: dict[Key, _Evidence]) -> None:
    """A matter that another version of the directory gave elsewhere says nothing of this one."""
    last, resolver = case.settled, case.resolver
    if last is None or resolver is None:
        return
    if last.item is None or last.item not in directory.items:
        return
    area = last.area if last.area in directory.areas else None
    today = assign(directory, last.item, area, on)
    key = _key(directory, last.item, area or directory.city, today)
    if resolver == today.lead:
        found[key].resolved += 1
        return
    is_returned = today.lead in case.returned_by
    is_chosen = last.by_a_person and last.directory_version == directory.version
    if is_returned or is_chosen:
        found[key].resolved += 1
        found[key].elsewhere[resolver].append(case.ticket_id)
        found[key].returned[resolver] += is_returned


def _key(directory: Directory, item: str, area: str, today: Assignment) -> Key:
    """A row with a template stands for many: what counts together is the lead's own area."""
    lead, duty = today.lead, today.duty
    if duty is None:
        return item, area, None, None, lead
    unit = directory.unit(lead)
    own = unit.area if unit and unit.area in directory.areas[duty.area].lineage else duty.area
    return item, own if duty.is_template else duty.area, duty.line, duty.item, lead


def _suggestion(key: Key, evidence: _Evidence, better: str, tickets: list[str]) -> DutySuggestion:
    item, area, line, covers, lead = key
    returned = evidence.returned[better]
    return DutySuggestion(
        item=item,
        area=area,
        line=line,
        covers=covers,
        lead=lead,
        better=better,
        tickets=len(tickets),
        returned=returned,
        chosen=len(tickets) - returned,
        resolved=evidence.resolved,
        confidence=round(wilson_lower(len(tickets), evidence.resolved), 4),
        listed=tuple(tickets[:TICKETS_LISTED_MAX]),
    )
