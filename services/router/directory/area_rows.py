"""areas.csv: the official codes. A code's prefixes are the areas around it."""

from collections.abc import Iterable

from services.router.directory.faults import Fault
from services.router.directory.model import AREA_LEVELS, Area
from services.router.directory.table import Row
from services.router.directory.words import WORD_CHARACTERS_MIN

AREA_COLUMNS = ("code", "name", "level", "parent", "aliases")


def parse_areas(rows: Iterable[Row], faults: list[Fault]) -> dict[str, Area]:
    areas: dict[str, Area] = {}
    for row in rows:
        if row["code"] in areas:
            first = areas[row["code"]].line
            faults.append(row.fault("code", f"{row['code']} is already on line {first}"))
            continue
        faults.extend(_row_faults(row))
        areas[row["code"]] = _area(row)
    faults.extend(_parent_faults(areas))
    return areas


def _area(row: Row) -> Area:
    code = row["code"]
    lengths = [length for length in AREA_LEVELS.values() if length <= len(code)]
    return Area(
        code=code,
        name=row["name"],
        level=row["level"],
        parent=row["parent"] or None,
        aliases=row.several("aliases"),
        lineage=tuple(code[:length] for length in reversed(lengths)) or (code,),
        line=row.line,
    )


def _row_faults(row: Row) -> Iterable[Fault]:
    code, level = row["code"], row["level"]
    if not row["name"]:
        yield row.fault("name", "is empty")
    if not (code.isascii() and code.isdigit()):
        yield row.fault("code", f"{code!r} is not an official code (digits only)")
    elif level not in AREA_LEVELS:
        yield row.fault("level", f"{level!r} is not one of {', '.join(AREA_LEVELS)}")
    elif len(code) != AREA_LEVELS[level]:
        yield row.fault("level", f"a {level} code has {AREA_LEVELS[level]} digits, not {len(code)}")
    for alias in row.several("aliases"):
        if len(alias) < WORD_CHARACTERS_MIN:
            yield row.fault("aliases", f"{alias!r} has less than two characters")


def _parent_faults(areas: dict[str, Area]) -> Iterable[Fault]:
    """Parents are known, and are what the code says. So an area cannot be inside itself."""
    for area in areas.values():
        expected = area.lineage[1] if len(area.lineage) > 1 else None
        if area.parent != expected:
            reason = f"parent: {area.parent or 'none'} where the code says {expected or 'none'}"
            yield Fault("areas.csv", area.line, reason)
        elif expected is not None and expected not in areas:
            yield Fault("areas.csv", area.line, f"parent: unknown area {expected}")
    cities = [area for area in areas.values() if area.level == "city"]
    if areas and len(cities) != 1:
        yield Fault("areas.csv", 0, f"exactly one area has the level city, not {len(cities)}")
