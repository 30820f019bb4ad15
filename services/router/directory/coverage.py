"""Who answers for every item in every area on a day: all pairs, by the rule that dispatch follows.

Items without rows of their own share what their parent has, so all pairs cost what the rows cost.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from services.router.directory.model import Directory, Duty

ByArea = Mapping[str, Duty | None]


def coverage(directory: Directory, on: date) -> dict[str, ByArea]:
    """item -> area -> the duty, None where there is none. Equal to `find_duty` for each pair."""
    nobody: ByArea = dict.fromkeys(directory.areas)
    found: dict[str, ByArea] = {}
    for code in sorted(directory.items):
        above = found.get(code.rpartition(".")[0], nobody)
        own = directory.duties.get(code)
        found[code] = above if own is None else _own_first(directory, own, above, on)
    return found


def _own_first(
    directory: Directory, own: Mapping[str, tuple[Duty, ...]], above: ByArea, on: date
) -> ByArea:
    mine: dict[str, Duty | None] = {}
    for code in sorted(directory.areas, key=len):
        here = next((duty for duty in own.get(code, ()) if duty.holds_on(on)), None)
        mine[code] = here or mine.get(directory.areas[code].parent or "")
    return {code: duty or above[code] for code, duty in mine.items()}


def change_days(directory: Directory, after: date) -> list[date]:
    """The days later than `after` on which a duty begins, or has just ended."""
    days: set[date] = set()
    for by_area in directory.duties.values():
        for duties in by_area.values():
            for duty in duties:
                if duty.valid_from is not None:
                    days.add(duty.valid_from)
                if duty.valid_to is not None and duty.valid_to < date.max:
                    days.add(duty.valid_to + timedelta(days=1))
    return sorted(day for day in days if day > after)


def uncovered(directory: Directory, found: Mapping[str, ByArea]) -> set[tuple[str, str]]:
    """(leaf item, area) that nobody answers for. Above the leaves a person is asked instead."""
    by_map: dict[int, list[str]] = {}
    pairs: set[tuple[str, str]] = set()
    for item in directory.leaves():
        by_area = found[item.code]
        if id(by_area) not in by_map:
            by_map[id(by_area)] = [area for area, duty in by_area.items() if duty is None]
        pairs.update((item.code, area) for area in by_map[id(by_area)])
    return pairs
