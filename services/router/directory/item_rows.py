"""items.csv: matters in five levels. A code's dotted prefixes are its ancestors: 02.03 is in 02."""

import re
from collections.abc import Iterable, Mapping

from services.router.directory.faults import Fault
from services.router.directory.model import ITEM_LEVELS, URGENCIES_DAYS, Item
from services.router.directory.table import Row
from services.router.directory.words import WORD_CHARACTERS_MIN

ITEM_COLUMNS = ("code", "name", "level", "aliases", "urgency_days", "basis", "notes")
ITEM_CODE = re.compile(rf"[0-9]{{2}}(\.[0-9]{{2}}){{0,{ITEM_LEVELS - 1}}}")


def parse_items(rows: Iterable[Row], faults: list[Fault]) -> dict[str, Item]:
    written: dict[str, Row] = {}
    for row in rows:
        if row["code"] in written:
            first = written[row["code"]].line
            faults.append(row.fault("code", f"{row['code']} is already on line {first}"))
            continue
        written[row["code"]] = row
    parents = {parent_code(code) for code in written}
    for row in written.values():
        faults.extend(_row_faults(row, written, parents))
    faults.extend(_alias_faults(written.values()))
    return {code: _item(row, written, code not in parents) for code, row in written.items()}


def parent_code(code: str) -> str:
    """Of 02.03.01 it is 02.03; of a first-level code it is empty."""
    return code.rpartition(".")[0]


def item_lineage(code: str) -> tuple[str, ...]:
    lineage = [code]
    while lineage[-1]:
        lineage.append(parent_code(lineage[-1]))
    return tuple(lineage[:-1])


def parse_urgency_days(text: str) -> int | None:
    """One of the city's urgencies, or None."""
    return int(text) if text in map(str, URGENCIES_DAYS) else None


def urgency_fault(row: Row) -> Iterable[Fault]:
    text = row["urgency_days"]
    if text and parse_urgency_days(text) is None:
        allowed = ", ".join(map(str, URGENCIES_DAYS))
        yield row.fault("urgency_days", f"{text!r} is not one of {allowed}")


def _item(row: Row, written: Mapping[str, Row], is_leaf: bool) -> Item:
    lineage = item_lineage(row["code"])
    known = [written[code] for code in lineage if code in written]
    days = (parse_urgency_days(ancestor["urgency_days"]) for ancestor in known)
    return Item(
        code=row["code"],
        name=row["name"],
        level=len(lineage),
        path="›".join(ancestor["name"] for ancestor in reversed(known)),
        aliases=tuple(alias.lower() for alias in row.several("aliases")),
        urgency_days=next((found for found in days if found), max(URGENCIES_DAYS)),
        basis=next((ancestor["basis"] for ancestor in known if ancestor["basis"]), ""),
        notes=row["notes"],
        is_leaf=is_leaf,
        lineage=lineage,
        line=row.line,
    )


def _row_faults(row: Row, written: Mapping[str, Row], parents: set[str]) -> Iterable[Fault]:
    code = row["code"]
    if not ITEM_CODE.fullmatch(code):
        yield row.fault("code", f"{code!r} is not two digits a level, dotted, like 02.03.01.02.01")
        return
    if not row["name"]:
        yield row.fault("name", "is empty")
    lineage = item_lineage(code)
    if row["level"] != str(len(lineage)):
        yield row.fault("level", f"{row['level']!r} where the code has {len(lineage)} levels")
    if len(lineage) > 1 and lineage[1] not in written:
        yield row.fault("code", f"unknown parent {lineage[1]}")
    yield from urgency_fault(row)
    ancestors = [written[known] for known in lineage if known in written]
    if code not in parents and not any(ancestor["urgency_days"] for ancestor in ancestors):
        yield row.fault("urgency_days", "is empty here and in every ancestor")


def _alias_faults(rows: Iterable[Row]) -> Iterable[Fault]:
    """An alias decides for one item, so it belongs to one item (of any level), once."""
    owners: dict[str, Row] = {}
    for row in rows:
        for alias in map(str.lower, row.several("aliases")):
            if len(alias) < WORD_CHARACTERS_MIN:
                yield row.fault("aliases", f"{alias!r} has less than two characters")
            elif alias in owners:
                first = owners[alias]
                where = f"item {first['code']} on line {first.line}"
                reason = f"aliases: {alias!r} is already given to {where}"
                yield Fault(row.file, row.line, reason, "dead_alias", item=row["code"])
            else:
                owners[alias] = row
