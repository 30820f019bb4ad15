"""Whose duty is it: the item first, then the area, then the date; else the fallback (兜底)."""

from dataclasses import dataclass
from datetime import date

from services.router.directory.model import Directory, Duty


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who leads and why: a duty's row, or None for the fallback."""

    lead: str
    assisting: tuple[str, ...]
    urgency_days: int
    duty: Duty | None


def find_duty(directory: Directory, item: str, area: str | None, on: date) -> Duty | None:
    """The row for the longest item prefix; among those the longest area prefix, valid on the day.

    A row for the item in the whole city therefore outranks a row for the item's parent in one
    street. An unknown area is the city. No two rows can tie: loading refuses that.
    """
    lineage = directory.areas[area or directory.city].lineage
    for code in directory.items[item].lineage:
        by_area = directory.duties.get(code)
        if by_area is None:
            continue
        for around in lineage:
            for duty in by_area.get(around, ()):
                if duty.holds_on(on):
                    return duty
    return None


def assign(directory: Directory, item: str, area: str | None, on: date) -> Assignment:
    """Always somebody: without a duty the area's district, without an area the dispatch centre."""
    urgency_days = directory.items[item].urgency_days
    duty = find_duty(directory, item, area, on)
    if duty is not None:
        return Assignment(duty.lead, duty.assisting, duty.urgency_days or urgency_days, duty)
    return Assignment(fallback_unit(directory, area), (), urgency_days, None)


def fallback_unit(directory: Directory, area: str | None) -> str:
    for around in directory.areas[area].lineage if area else ():
        if around in directory.district_units:
            return directory.district_units[around]
    return directory.dispatch_centre
