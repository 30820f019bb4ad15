"""Codes that a deed may name: units, items and areas of the directory, and tickets that exist."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from services.domain import topic_commands as k
from services.domain.topic_rejections import TopicRejected

NAMED_MAX = 10


class Known(NamedTuple):
    """tickets_missing: those of some ids that are no tickets."""

    is_unit: Callable[[str], bool]
    is_item: Callable[[str], bool]
    is_area: Callable[[str], bool]
    tickets_missing: Callable[[Sequence[str]], Sequence[str]]


class NotInDirectory(TopicRejected):
    message = "the directory does not have this code"


class TicketsUnknown(TopicRejected):
    message = "there are no such tickets"


def check_known(code: str, deed: k.AnyDeed, known: Known) -> None:
    """Raises NotInDirectory, TicketsUnknown; all missing codes of a kind are named."""
    _check(code, "unit", _units(deed), known.is_unit)
    if isinstance(deed, k.Propose):
        _check(code, "item", deed.request_items, known.is_item)
        _check(code, "area", deed.request_areas, known.is_area)
    if isinstance(deed, k.Propose | k.LinkTickets) and deed.tickets:
        missing = known.tickets_missing(deed.tickets)
        if missing:
            raise TicketsUnknown(code, ", ".join(missing[:NAMED_MAX]))


def _units(deed: k.AnyDeed) -> Iterable[str]:
    match deed:
        case k.Adopt():
            return [deed.lead, *deed.assisting, *(one.responsible for one in deed.measures)]
        case k.ChangePlan():
            return [deed.lead, *deed.assisting]
        case k.AddMeasure() | k.AddItem():
            return [deed.responsible]
        case k.ChangeItem():
            return [] if deed.responsible is None else [deed.responsible]
        case _:
            return []


def _check(code: str, kind: str, named: Iterable[str], is_known: Callable[[str], bool]) -> None:
    missing = [one for one in dict.fromkeys(named) if not is_known(one)]
    if missing:
        raise NotInDirectory(code, f"{kind} {', '.join(missing[:NAMED_MAX])}")
