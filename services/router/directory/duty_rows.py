"""duties.csv: item × area → lead. `{district}`, `{street}` or `{community}` in a unit's code writes
a row out for every one in its area: `{district}-education` is each district's own bureau."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from services.router.directory.faults import Fault
from services.router.directory.item_rows import parse_urgency_days, urgency_fault
from services.router.directory.model import Area, Duty, DutyIndex, Item, Unit, community_unit
from services.router.directory.table import Row

DUTY_COLUMNS = (
    "item",
    "area",
    "lead",
    "assisting",
    "urgency_days",
    "basis",
    "valid_from",
    "valid_to",
)
TEMPLATE_LEVELS = ("district", "street", "community")
UNFILLED = "\0"  # in no code: stands where an area has no district or street around it


@dataclass(frozen=True, slots=True)
class Known:
    """What a duty may name. `within` lists the codes of a template's level in each area, `around`
    what fills the templates in an area."""

    areas: Mapping[str, Area]
    units: Mapping[str, Unit]
    items: Mapping[str, Item]
    within: Mapping[tuple[str, str], tuple[str, ...]]
    around: Mapping[str, Mapping[str, str]]

    def has_unit(self, code: str) -> bool:
        return code in self.units or community_unit(self.areas.get(code)) is not None


def known_to_duties(
    areas: Mapping[str, Area], units: Mapping[str, Unit], items: Mapping[str, Item]
) -> Known:
    within: dict[tuple[str, str], list[str]] = {}
    around: dict[str, dict[str, str]] = {}
    for area in areas.values():
        levels = {areas[code].level: code for code in area.lineage if code in areas}
        around[area.code] = {f"{{{one}}}": levels.get(one, UNFILLED) for one in TEMPLATE_LEVELS}
        if area.level in TEMPLATE_LEVELS:
            for code in area.lineage:
                within.setdefault((area.level, code), []).append(area.code)
    listed = {key: tuple(codes) for key, codes in within.items()}
    return Known(areas, units, items, listed, around)


def parse_duties(rows: Iterable[Row], known: Known, faults: list[Fault]) -> DutyIndex:
    duties: list[Duty] = []
    for row in rows:
        found = list(_row_faults(row, known))
        faults.extend(found)
        if not found:
            duties.extend(_written_out(row, known, faults))
    faults.extend(_tie_faults(duties))
    return index_duties(duties)


def index_duties(duties: Iterable[Duty]) -> DutyIndex:
    index: dict[str, dict[str, tuple[Duty, ...]]] = {}
    for duty in sorted(duties, key=lambda duty: duty.is_template):
        by_area = index.setdefault(duty.item, {})
        by_area[duty.area] = (*by_area.get(duty.area, ()), duty)
    return MappingProxyType({item: MappingProxyType(areas) for item, areas in index.items()})


def _row_faults(row: Row, known: Known) -> Iterable[Fault]:
    if row["item"] not in known.items:
        yield row.fault("item", f"unknown item {row['item'] or '(empty)'}")
    if row["area"] not in known.areas:
        yield row.fault("area", f"unknown area {row['area'] or '(empty)'}")
    if not row["lead"]:
        yield row.fault("lead", "is empty")
    yield from urgency_fault(row)
    for column in ("valid_from", "valid_to"):
        if row[column] and _day(row[column]) is None:
            yield row.fault(column, f"{row[column]!r} is not a date like 2026-01-31")
    start, end = _day(row["valid_from"]), _day(row["valid_to"])
    if start and end and end < start:
        yield row.fault("valid_to", f"{end} is before valid_from {start}")


def _written_out(row: Row, known: Known, faults: list[Fault]) -> Iterable[Duty]:
    """The row itself, or a row for each area its templates speak of; unknown units are faults."""
    written = _as_written(row)
    duties = [_filled(written, area, known) for area in _areas_meant(row, known)]
    if not duties:
        faults.append(row.fault("lead", f"area {row['area']} has nothing to fill the template"))
    for column, codes in (
        ("lead", {duty.lead for duty in duties}),
        ("assisting", {code for duty in duties for code in duty.assisting}),
    ):
        unknown = sorted(code for code in codes if not known.has_unit(code))
        faults.extend(row.fault(column, f"unknown unit {code}") for code in unknown)
    if any(duty.lead in duty.assisting for duty in duties):
        faults.append(row.fault("assisting", "the lead does not assist itself"))
    return duties


def _areas_meant(row: Row, known: Known) -> Iterable[str]:
    """From the level that the lead needs down to the level that any assistant needs.

    `{district}-education` assisted by `{street}` holds in a district too: without the assistant.
    """
    levels = ("", *TEMPLATE_LEVELS)
    first = _deepest(row["lead"])
    last = max(first, _deepest(row["assisting"]))
    own = known.areas[row["area"]]
    around = {known.areas[code].level for code in own.lineage}
    meant: dict[str, None] = {}
    for level in levels[first : last + 1]:
        fills_itself = not level or level in around
        meant |= dict.fromkeys(
            [own.code] if fills_itself else known.within.get((level, own.code), ())
        )
    return meant


def _deepest(codes: str) -> int:
    """0 without a template, 1 for {district}, 2 for {street}, 3 for {community}."""
    named = [f"{{{level}}}" in codes for level in TEMPLATE_LEVELS]
    return max((depth for depth, found in enumerate(named, start=1) if found), default=0)


def _as_written(row: Row) -> Duty:
    """The row in its own area, its templates not yet filled."""
    return Duty(
        item=row["item"],
        area=row["area"],
        lead=row["lead"],
        assisting=row.several("assisting"),
        urgency_days=parse_urgency_days(row["urgency_days"]),
        basis=row["basis"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        is_template=False,
        line=row.line,
    )


def _filled(written: Duty, area: str, known: Known) -> Duty:
    around = known.around[area]
    assisting = (_filled_in(code, around) for code in written.assisting)
    return Duty(
        item=written.item,
        area=area,
        lead=_filled_in(written.lead, around),
        assisting=tuple(code for code in assisting if UNFILLED not in code),
        urgency_days=written.urgency_days,
        basis=written.basis,
        valid_from=written.valid_from,
        valid_to=written.valid_to,
        is_template=area != written.area,
        line=written.line,
    )


def _filled_in(code: str, around: Mapping[str, str]) -> str:
    for template, name in around.items() if "{" in code else ():
        code = code.replace(template, name)
    return code


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None  # not 20260131, not 2026-W05-6


def _tie_faults(duties: Iterable[Duty]) -> Iterable[Fault]:
    """Two rows for one item and area on one day: nobody could tell which unit answers."""
    groups: dict[tuple[str, str, bool], list[Duty]] = {}
    for duty in duties:
        groups.setdefault((duty.item, duty.area, duty.is_template), []).append(duty)
    ties: dict[tuple[int, int], Fault] = {}  # a template meets another in many areas: told once
    for group in groups.values():
        for earlier, later in _overlapping(group):
            first, second = sorted((earlier.line, later.line))
            where = f"{later.item} in {later.area} is also on line {first} at the same time"
            ties.setdefault(
                (first, second),
                Fault(
                    "duties.csv",
                    second,
                    f"item, area: {where}",
                    "overlap",
                    item=later.item,
                    area=later.area,
                ),
            )
    return ties.values()


def _overlapping(group: list[Duty]) -> Iterable[tuple[Duty, Duty]]:
    """Each duty that begins before all that began earlier have ended, with the longest of those."""
    lasting: Duty | None = None
    for duty in sorted(group, key=lambda duty: (_start(duty), duty.line)):
        if lasting is not None and _start(duty) <= _end(lasting):
            yield lasting, duty
        if lasting is None or _end(duty) > _end(lasting):
            lasting = duty


def _start(duty: Duty) -> date:
    return duty.valid_from or date.min


def _end(duty: Duty) -> date:
    return duty.valid_to or date.max
