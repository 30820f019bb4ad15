"""Loading a directory from its folder: everything is checked, every fault is told at once."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from services.router.directory.area_rows import AREA_COLUMNS, parse_areas
from services.router.directory.community_rows import (
    COMMUNITY_COLUMNS,
    COMMUNITY_FILE,
    community_faults,
    community_rule,
    parse_matters,
)
from services.router.directory.duty_rows import (
    DUTY_COLUMNS,
    known_to_duties,
    parse_duties,
)
from services.router.directory.faults import DirectoryInvalid, Fault
from services.router.directory.heading import HEADING_FILE, Heading, read_heading
from services.router.directory.item_rows import ITEM_COLUMNS, parse_items
from services.router.directory.model import (
    Area,
    CommunityMatter,
    Directory,
    DutyIndex,
    Item,
    Unit,
)
from services.router.directory.place_rows import PLACE_COLUMNS, PLACE_FILE, parse_places
from services.router.directory.table import Folder, Row, is_there, read_table, read_text
from services.router.directory.unit_rows import UNIT_COLUMNS, parse_units
from services.router.directory.urgency_rows import (
    URGENCY_COLUMNS,
    URGENCY_FILE,
    parse_urgency_rules,
)
from services.router.directory.words import build_word_table
from services.router.jurisdiction import (
    NO_BOUNDARIES,
    Boundaries,
    BoundariesInvalid,
    Gazetteer,
    build_gazetteer,
    read_boundaries,
)
from services.router.urgency import UrgencyTable, build_urgency_table

TABLES = {
    "areas.csv": AREA_COLUMNS,
    "units.csv": UNIT_COLUMNS,
    "items.csv": ITEM_COLUMNS,
    "duties.csv": DUTY_COLUMNS,
}
OPTIONAL_TABLES = {
    COMMUNITY_FILE: COMMUNITY_COLUMNS,  # without it a community may be given nothing
    PLACE_FILE: PLACE_COLUMNS,
    URGENCY_FILE: URGENCY_COLUMNS,
}
BOUNDARIES_FILE = "boundaries.geojson"
FILES = (HEADING_FILE, *TABLES, *OPTIONAL_TABLES, BOUNDARIES_FILE)
VERSION_HEX_DIGITS = 12
BEARABLE = frozenset({"overlap", "community"})  # faults beside which the rest can be looked at


@cache
def shipped_directory() -> Directory:
    """The directory of Xining that comes with the package. Read once: it cannot change."""
    return load_directory(files("services.router") / "data" / "xining")


def load_directory(folder: Folder) -> Directory:
    """The directory in this folder (a Path will do). Raises DirectoryInvalid with all faults.

    A file that cannot be read at all hides what refers to it: then the rows are checked one by one,
    but not against each other.
    """
    directory, faults = read_directory(folder)
    if directory is None or faults:
        raise DirectoryInvalid(faults)
    return directory


def read_directory(folder: Folder) -> tuple[Directory | None, list[Fault]]:
    """All faults, and the directory if none is worse than BEARABLE: to look at, not to use."""
    faults: list[Fault] = []
    heading = read_heading(folder, faults)
    tables: dict[str, list[Row]] = {}
    unreadable = heading is None
    for file, columns in TABLES.items():
        tables[file] = read_table(folder, file, columns, faults)
        unreadable |= not tables[file]
    for file, columns in OPTIONAL_TABLES.items():
        if is_there(folder, file):
            tables[file] = read_table(folder, file, columns, faults)
            unreadable |= not tables[file]
    if unreadable or heading is None:
        return None, faults + _faults_of_rows_alone(tables)
    areas = parse_areas(tables["areas.csv"], faults)
    units = parse_units(tables["units.csv"], areas, faults)
    items = parse_items(tables["items.csv"], faults)
    known = known_to_duties(areas, units, items)
    duties = parse_duties(tables["duties.csv"], known, faults)
    matters = parse_matters(tables.get(COMMUNITY_FILE, ()), items, faults)
    places = parse_places(tables.get(PLACE_FILE, ()), areas, faults)
    urgency = parse_urgency_rules(tables.get(URGENCY_FILE, ()), items, faults)
    drawn, boundaries = _read_boundaries(folder, areas, faults)
    faults.extend(_fallback_faults(heading, areas, units))
    written = [duty for by_area in duties.values() for found in by_area.values() for duty in found]
    rule = community_rule(matters.values())
    faults.extend(community_faults(written, areas, items, rule))
    if any(fault.kind not in BEARABLE for fault in faults):
        return None, faults
    version = _version(heading, tables, drawn)
    gazetteer = build_gazetteer(areas.values(), heading.area_decoys, places, boundaries)
    rules = build_urgency_table(urgency)
    found = _directory(heading, version, areas, units, items, duties, matters, gazetteer, rules)
    return found, faults


def _faults_of_rows_alone(tables: Mapping[str, list[Row]]) -> list[Fault]:
    """What can be said of the files that could be read, though not all could."""
    faults: list[Fault] = []
    areas = parse_areas(tables["areas.csv"], faults)
    if areas:
        parse_units(tables["units.csv"], areas, faults)
    parse_items(tables["items.csv"], faults)
    return faults


def _fallback_faults(
    heading: Heading, areas: Mapping[str, Area], units: Mapping[str, Unit]
) -> list[Fault]:
    """Every district has one government and the city one dispatch centre: nothing is nobody's."""
    faults = []
    if heading.dispatch_centre not in units:
        reason = f"dispatch_centre: unknown unit {heading.dispatch_centre}"
        faults.append(Fault(HEADING_FILE, 0, reason))
    governments = [unit.area for unit in units.values() if unit.kind == "district"]
    for area in areas.values():
        count = governments.count(area.code)
        if area.level == "district" and count != 1:
            reason = f"{area.code}: one unit of kind district is needed in units.csv, not {count}"
            faults.append(Fault("areas.csv", area.line, reason))
    return faults


def _read_boundaries(
    folder: Folder, areas: Mapping[str, Area], faults: list[Fault]
) -> tuple[str | None, Boundaries]:
    """The polygons' text, if there is one, and what it says."""
    drawn = (
        read_text(folder, BOUNDARIES_FILE, faults) if is_there(folder, BOUNDARIES_FILE) else None
    )
    if drawn is None:
        return None, NO_BOUNDARIES
    try:
        return drawn, read_boundaries(drawn, areas)
    except BoundariesInvalid as error:
        faults.append(Fault(BOUNDARIES_FILE, 0, str(error)))
        return None, NO_BOUNDARIES


def _version(heading: Heading, tables: Mapping[str, list[Row]], drawn: str | None) -> str:
    """The label and 12 hex digits of SHA-256 over the content, whatever the order of lines and
    columns, line ends, byte order mark and quoting."""
    content = {
        file: sorted(sorted(row.values.items()) for row in rows) for file, rows in tables.items()
    }
    whole = {"heading": [heading.name, heading.dispatch_centre, *map(sorted, _decoys(heading))]}
    if drawn is not None:
        whole["boundaries"] = [drawn]
    canonical = json.dumps(whole | content, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return f"{heading.label}+{digest[:VERSION_HEX_DIGITS]}"


def _decoys(heading: Heading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return heading.item_decoys, heading.area_decoys


def _directory(
    heading: Heading,
    version: str,
    areas: dict[str, Area],
    units: dict[str, Unit],
    items: dict[str, Item],
    duties: DutyIndex,
    matters: dict[str, CommunityMatter],
    gazetteer: Gazetteer,
    urgency: UrgencyTable,
) -> Directory:
    aliases = {alias: (item.code,) for item in items.values() for alias in item.aliases}
    return Directory(
        name=heading.name,
        version=version,
        city=next(area.code for area in areas.values() if area.level == "city"),
        dispatch_centre=heading.dispatch_centre,
        areas=MappingProxyType(areas),
        units=MappingProxyType(units),
        items=MappingProxyType(items),
        duties=duties,
        district_units=MappingProxyType(
            {unit.area: unit.code for unit in units.values() if unit.kind == "district"}
        ),
        community_matters=MappingProxyType(matters),
        item_words=build_word_table(aliases, heading.item_decoys),
        gazetteer=gazetteer,
        urgency=urgency,
    )
