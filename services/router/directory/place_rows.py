"""places.csv (optional): roads, compounds and landmarks, and the areas they are in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.router.directory.faults import Fault
from services.router.directory.model import Area
from services.router.directory.table import LIST_SEPARATOR, Row
from services.router.directory.words import WORD_CHARACTERS_MIN

PLACE_FILE = "places.csv"
PLACE_COLUMNS = ("name", "aliases", "kind", "areas")
PLACE_KINDS = ("road", "compound", "landmark")
AREA_AND_NUMBERS = re.compile(r"(\d+)(?::(\d{1,5})-(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Place:
    """`areas` with, for each, the first and last house number in it, or None: all of them."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    areas: tuple[str, ...]
    numbers: tuple[tuple[int, int] | None, ...]
    line: int


def parse_places(
    rows: Iterable[Row], areas: Mapping[str, Area], faults: list[Fault]
) -> tuple[Place, ...]:
    places = []
    for row in rows:
        found_before = len(faults)
        faults.extend(_row_faults(row, areas))
        if len(faults) == found_before:
            places.append(_place(row))
    return tuple(places)


def _place(row: Row) -> Place:
    parts = [AREA_AND_NUMBERS.fullmatch(part) for part in row.several("areas")]
    found = [part for part in parts if part is not None]
    return Place(
        name=row["name"],
        aliases=row.several("aliases"),
        kind=row["kind"],
        areas=tuple(part[1] for part in found),
        numbers=tuple((int(part[2]), int(part[3])) if part[2] else None for part in found),
        line=row.line,
    )


def _row_faults(row: Row, areas: Mapping[str, Area]) -> Iterable[Fault]:
    for column, names in (("name", (row["name"],)), ("aliases", row.several("aliases"))):
        for name in names:
            if len(name) < WORD_CHARACTERS_MIN:
                yield row.fault(column, f"{name!r} has less than two characters")
    if row["kind"] not in PLACE_KINDS:
        yield row.fault("kind", f"{row['kind']!r} is not one of {', '.join(PLACE_KINDS)}")
    if not row.several("areas"):
        yield row.fault("areas", f"an area is needed, several with {LIST_SEPARATOR} between")
    for part in row.several("areas"):
        found = AREA_AND_NUMBERS.fullmatch(part)
        if found is None or (found[2] and int(found[2]) > int(found[3])):
            yield row.fault("areas", f"{part!r} is neither CODE nor CODE:FIRST-LAST")
        elif found[1] not in areas or areas[found[1]].level == "city":
            yield row.fault("areas", f"unknown area {found[1]}")
