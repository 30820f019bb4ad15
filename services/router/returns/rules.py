"""When a return is so clear that nobody has to look. A wrong ruling costs a unit's trust, so a rule
only ever upholds, only the first return of a ticket, and only with an explicit duty behind it.

A rule that cannot say yes says nothing: a dispatcher decides.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from services.router.directory.areas import Place
from services.router.directory.duties import Assignment, assign
from services.router.directory.model import Directory
from services.router.jurisdiction.model import DISPATCH_MIN
from services.router.returns.case import ReturnCase

BY_DUTY = frozenset({"not_our_duty", "needs_other_lead"})
NOT_OUR_AREA, WRONG_ITEM, NEEDS_OTHER_LEAD = "not_our_area", "wrong_item", "needs_other_lead"
# Whoever chose the item has read the resident's words: no unit's word alone outweighs that.
CHOSEN_BY_A_PERSON = frozenset({"item_given", "person", "consultation"})


class Ruling(NamedTuple):
    """An upheld return: the rule's code, whose the ticket is next, and why in words."""

    rule: str
    item: str
    area: str | None
    assignment: Assignment
    assisting: tuple[str, ...]
    confidence: float
    why: str


Locate = Callable[[], Place]
"""Where the resident's own words say that it is, whatever code the channel gave."""


def ruling(case: ReturnCase, directory: Directory, on: date, locate: Locate) -> Ruling | None:
    """Pure but for `locate`, which is asked only if the place is in question."""
    item = case.ticket.item
    if case.number > 1 or item is None or item not in directory.items:
        return None
    reason = case.returning.reason
    if reason in BY_DUTY:
        return directory_agrees(case, directory, on, item)
    if reason == WRONG_ITEM:
        return item_corrected(case, directory, on)
    if reason == NOT_OUR_AREA:
        return area_elsewhere(case, directory, on, item, locate)
    return None


def directory_agrees(case: ReturnCase, directory: Directory, on: date, item: str) -> Ruling | None:
    """The directory in use gives the matter to the very unit that was proposed."""
    area = known_area(directory, case.ticket.area)
    found = assign(directory, item, area, on)
    if case.returning.proposed_unit is None or not _may_go_to(case, directory, found):
        return None
    why = f"现行职责目录{_row(found)}将该事项归{directory.unit_name(found.lead)}，与退单建议一致"
    return _ruling("directory_agrees", case, item, area, found, 1.0, why)


def item_corrected(case: ReturnCase, directory: Directory, on: date) -> Ruling | None:
    """A machine's choice of item, corrected by the unit to an item that another unit has."""
    item = case.returning.proposed_item
    if item is None or item not in directory.items or item == case.ticket.item:
        return None
    if case.routed.method in CHOSEN_BY_A_PERSON:
        return None
    area = known_area(directory, case.ticket.area)
    found = assign(directory, item, area, on)
    if not _may_go_to(case, directory, found):
        return None
    why = (
        f"事项原由系统认定，退单单位更正为{directory.items[item].path}（{item}），"
        f"职责目录{_row(found)}归{directory.unit_name(found.lead)}"
    )
    return _ruling("item_corrected", case, item, area, found, case.routed.confidence, why)


def area_elsewhere(
    case: ReturnCase, directory: Directory, on: date, item: str, locate: Locate
) -> Ruling | None:
    """The address surely lies in another district: the same matter, there."""
    place = locate()
    if place.area is None or place.outside or place.confidence < DISPATCH_MIN:
        return None
    district = _district(directory, place.area)
    if district is None or district == _district(directory, case.ticket.area):
        return None
    found = assign(directory, item, place.area, on)
    if not _may_go_to(case, directory, found):
        return None
    why = f"{place.told}，不在原区域；职责目录{_row(found)}归{directory.unit_name(found.lead)}"
    return _ruling("area_elsewhere", case, item, place.area, found, place.confidence, why)


def known_area(directory: Directory, code: str | None) -> str | None:
    return code if code in directory.areas else None


def _may_go_to(case: ReturnCase, directory: Directory, found: Assignment) -> bool:
    """An explicit duty, of a unit that has not returned it, and no other than was proposed."""
    proposed = case.returning.proposed_unit
    if found.duty is None or found.lead in case.returned_by:
        return False
    return proposed in (None, found.lead) and directory.unit(found.lead) is not None


def _ruling(
    rule: str,
    case: ReturnCase,
    item: str,
    area: str | None,
    found: Assignment,
    confidence: float,
    why: str,
) -> Ruling:
    assisting = found.assisting
    if case.returning.reason == NEEDS_OTHER_LEAD and case.returning.unit not in assisting:
        assisting = (*assisting, case.returning.unit)
    return Ruling(rule, item, area, found, assisting, confidence, why)


def _row(found: Assignment) -> str:
    return f"（duties.csv 第 {found.duty.line} 行）" if found.duty else ""


def _district(directory: Directory, code: str | None) -> str | None:
    if code is None or code not in directory.areas:
        return None
    levels = {directory.areas[around].level: around for around in directory.areas[code].lineage}
    return levels.get("district")
