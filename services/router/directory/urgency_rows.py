"""urgency_rules.csv (optional): what makes a matter more urgent than its item or duty says."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

from services.domain.event_base import UrgencyDays
from services.platform.folded_text import PAUSE, STOP, folded
from services.router.directory.faults import Fault
from services.router.directory.item_rows import parse_urgency_days, urgency_fault
from services.router.directory.model import Item
from services.router.directory.table import Row
from services.router.directory.words import WORD_CHARACTERS_MIN
from services.router.urgency.model import MonthDay, Season, UrgencyRule

URGENCY_FILE = "urgency_rules.csv"
URGENCY_COLUMNS = (
    "code",
    "name",
    "items",
    "words",
    "decoys",
    "even_if_feared",
    "discreet",
    "from",
    "to",
    "reporters_min",
    "urgency_days",
    "basis",
    "notes",
)
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CODE_CHARACTERS_MAX = 40
MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
A_LEAP_YEAR = 2024
REPORTERS_MIN = re.compile(r"[1-9][0-9]{0,4}")
YES = "yes"


def parse_urgency_rules(
    rows: Iterable[Row], items: Mapping[str, Item], faults: list[Fault]
) -> tuple[UrgencyRule, ...]:
    rules: dict[str, UrgencyRule] = {}
    for row in rows:
        found_before = len(faults)
        faults.extend(_row_faults(row, items))
        if row["code"] in rules:
            first = rules[row["code"]].line
            faults.append(row.fault("code", f"{row['code']} is already on line {first}"))
        if len(faults) == found_before:
            rules[row["code"]] = _rule(row)
    return tuple(rules.values())


def _rule(row: Row) -> UrgencyRule:
    first, last = _month_day(row["from"]), _month_day(row["to"])
    return UrgencyRule(
        code=row["code"],
        name=row["name"],
        items=row.several("items"),
        words=row.several("words"),
        decoys=row.several("decoys"),
        even_if_feared=row["even_if_feared"] == YES,
        discreet=row["discreet"] == YES,
        season=Season(first, last) if first and last else None,
        reporters_min=int(row["reporters_min"] or 1),
        urgency_days=cast(UrgencyDays, parse_urgency_days(row["urgency_days"])),
        basis=row["basis"],
        notes=row["notes"],
        line=row.line,
    )


def _row_faults(row: Row, items: Mapping[str, Item]) -> Iterable[Fault]:
    if not CODE.fullmatch(row["code"]) or len(row["code"]) > CODE_CHARACTERS_MAX:
        yield row.fault(
            "code", f"{row['code']!r} is not of small letters and digits, like gas-leak"
        )
    if not row["name"]:
        yield row.fault("name", "is empty")
    for item in row.several("items"):
        if item not in items:
            yield row.fault("items", f"unknown item {item}")
    yield from _word_faults(row)
    yield from _season_faults(row)
    if row["reporters_min"] and not REPORTERS_MIN.fullmatch(row["reporters_min"]):
        yield row.fault("reporters_min", f"{row['reporters_min']!r} is no number of residents")
    if not row["urgency_days"]:
        yield row.fault("urgency_days", "is empty")
    yield from urgency_fault(row)
    if not (row.several("words") or row["from"] or row["reporters_min"] not in ("", "1")):
        reason = "neither words nor days nor reporters: such an urgency is the item's own"
        yield Fault(row.file, row.line, reason)


def _word_faults(row: Row) -> Iterable[Fault]:
    for column in ("words", "decoys"):
        seen = set[str]()
        for word in row.several(column):
            plain = folded(word)
            if PAUSE in plain or STOP in plain:
                yield row.fault(column, f"{word!r} holds a pause: it is more than one word")
            elif len(plain) < WORD_CHARACTERS_MIN:
                yield row.fault(column, f"{word!r} has less than two characters")
            elif plain in seen:
                yield row.fault(column, f"{word!r} is there twice")
            seen.add(plain)
    for column in ("even_if_feared", "discreet"):
        if row[column] not in ("", YES):
            yield row.fault(column, f"{row[column]!r} is neither {YES} nor empty")


def _season_faults(row: Row) -> Iterable[Fault]:
    for column in ("from", "to"):
        if row[column] and _month_day(row[column]) is None:
            yield row.fault(column, f"{row[column]!r} is no month and day, like 10-15")
    if bool(row["from"]) != bool(row["to"]):
        yield row.fault("to" if row["from"] else "from", "is empty: a season has both")


def _month_day(text: str) -> MonthDay | None:
    found = MONTH_DAY.fullmatch(text)
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    try:
        date(A_LEAP_YEAR, month, day)
    except ValueError:
        return None
    return month, day
