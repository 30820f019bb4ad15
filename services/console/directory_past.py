"""What the directory called its codes when a period ended, and what it renamed while it lasted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from services.console.live_directory import LiveDirectory
from services.domain.city_events import decode_city
from services.domain.directory_events import DirectoryPublished
from services.platform.event_log import EventLog
from services.platform.names import Names
from services.reporting.periods.model import Said
from services.router.directory import Directory
from services.router.directory.model import UNIT_LEVELS
from services.router.directory.versions import STREAM, in_force

NAMED_MAX = 20  # changes that are told one by one


class Past(NamedTuple):
    """version: of the directory in force on the last day; office: its dispatch centre's name."""

    office: str
    names: Names
    version: str
    notes: tuple[Said, ...]


def directory_past(
    log: EventLog, directories: LiveDirectory, position: int, first: date, last: date
) -> Past:
    """By the versions that were published up to a position. Units that are gone at the end keep
    the name that they had last."""
    published = [
        event
        for one in log.read_stream(STREAM)
        if one.position <= position
        and isinstance(event := decode_city(one.type, one.data), DirectoryPublished)
    ]
    used = [directories.of(one) for one in _in_force_between(published, first, last)]
    each = [names_of(one) for one in used]
    names = each[-1]
    changes = list(changes_between(used))
    centre = used[-1].dispatch_centre
    return Past(
        names.units.get(centre, centre),
        replace(
            names,
            units={code: name for one in each for code, name in one.units.items()},
            levels={code: level for one in each for code, level in one.levels.items()},
        ),
        used[-1].version,
        tuple(changes[:NAMED_MAX]),
    )


def _in_force_between(
    published: Sequence[DirectoryPublished], first: date, last: date
) -> list[DirectoryPublished | None]:
    days = sorted({first, last, *(one.valid_from for one in published)})
    used: list[DirectoryPublished | None] = []
    for day in days:
        version = in_force(published, day)
        if first <= day <= last and (not used or version is not used[-1]):
            used.append(version)
    return used


def changes_between(used: Sequence[Directory]) -> Iterator[Said]:
    """Units whose name is another at the end than when they were first there, and those gone."""
    last = used[-1].units
    told: set[str] = set()
    for directory in used[:-1]:
        for code, unit in directory.units.items():
            if code in told or (code in last and last[code].name == unit.name):
                continue
            told.add(code)
            if code in last:
                yield Said(
                    zh=f"单位更名：{unit.name} 现为 {last[code].name}（{code}），以现名列示。",
                    en=f"Renamed: {unit.name} is now {last[code].name} ({code}).",
                )
            else:
                yield Said(
                    zh=f"{unit.name}（{code}）已不在派单目录中；其工单仍计在原单位名下。",
                    en=f"{unit.name} ({code}) is no longer in the directory; its tickets stay"
                    " counted under it.",
                )


def unit_names(directory: Directory) -> dict[str, str]:
    """Communities are units too, under their areas' codes."""
    communities = {a.code: a.name for a in directory.areas.values() if a.level == "community"}
    return communities | {unit.code: unit.name for unit in directory.units.values()}


def names_of(directory: Directory) -> Names:
    """What the directory calls its codes, communities' units included."""
    units = unit_names(directory)
    items = directory.items.values()
    return Names(
        units=units,
        items={item.code: item.name for item in items},
        areas={area.code: area.name for area in directory.areas.values()},
        first_level={item.code: item.lineage[-1] for item in items},
        districts=_above(directory, "district"),
        second_level={item.code: item.lineage[-2:][0] for item in items},
        streets=_above(directory, "street"),
        levels=dict.fromkeys(units, UNIT_LEVELS)
        | {unit.code: unit.level for unit in directory.units.values()},
    )


def _above(directory: Directory, level: str) -> dict[str, str]:
    """area → what it lies in (or is) of that level."""
    return {
        area.code: above
        for area in directory.areas.values()
        for above in area.lineage
        if directory.areas[above].level == level
    }
