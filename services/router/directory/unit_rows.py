"""units.csv: who can be asked, in three levels."""

from collections.abc import Iterable, Mapping

from services.router.directory.faults import Fault
from services.router.directory.model import UNIT_KINDS, UNIT_LEVELS, Area, Unit
from services.router.directory.table import Row

UNIT_COLUMNS = ("code", "name", "level", "parent", "area", "kind", "aliases")


def parse_units(
    rows: Iterable[Row], areas: Mapping[str, Area], faults: list[Fault]
) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for row in rows:
        if row["code"] in units:
            first = units[row["code"]].line
            faults.append(row.fault("code", f"{row['code']} is already on line {first}"))
            continue
        faults.extend(_row_faults(row, areas))
        units[row["code"]] = _unit(row)
    for unit in units.values():
        faults.extend(_parent_faults(unit, units))
    return units


def _unit(row: Row) -> Unit:
    return Unit(
        code=row["code"],
        name=row["name"],
        level=int(row["level"]) if _is_level(row["level"]) else 0,
        parent=row["parent"] or None,
        area=row["area"],
        kind=row["kind"],
        aliases=row.several("aliases"),
        line=row.line,
    )


def _is_level(text: str) -> bool:
    return text in {str(level) for level in range(1, UNIT_LEVELS + 1)}


def _row_faults(row: Row, areas: Mapping[str, Area]) -> Iterable[Fault]:
    for column in ("code", "name"):
        if not row[column]:
            yield row.fault(column, "is empty")
    if not _is_level(row["level"]):
        yield row.fault("level", f"{row['level']!r} is not a level from 1 to {UNIT_LEVELS}")
    if row["area"] not in areas:
        yield row.fault("area", f"unknown area {row['area'] or '(empty)'}")
    if row["kind"] not in UNIT_KINDS:
        yield row.fault("kind", f"{row['kind']!r} is not one of {', '.join(UNIT_KINDS)}")


def _parent_faults(unit: Unit, units: Mapping[str, Unit]) -> Iterable[Fault]:
    if unit.parent is None:
        if unit.level > 1:
            yield Fault("units.csv", unit.line, f"parent: a unit of level {unit.level} needs one")
        return
    parent = units.get(unit.parent)
    if parent is None:
        yield Fault("units.csv", unit.line, f"parent: unknown unit {unit.parent}")
    elif _runs_in_a_circle(unit, units):
        reason = "parent: the chain of parents runs in a circle"
        yield Fault("units.csv", unit.line, reason, "cycle")
    elif unit.level and parent.level and parent.level != unit.level - 1:
        reason = f"level: {unit.level} under a parent of level {parent.level}"
        yield Fault("units.csv", unit.line, reason)


def _runs_in_a_circle(unit: Unit, units: Mapping[str, Unit]) -> bool:
    """Does the unit meet itself among its own parents?"""
    seen: set[str] = set()
    above = units.get(unit.parent or "")
    while above is not None and above.code not in seen:
        if above.code == unit.code:
            return True
        seen.add(above.code)
        above = units.get(above.parent or "")
    return False
