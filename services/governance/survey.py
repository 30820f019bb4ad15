"""A survey's list of problems: its rows become deeds, or all its faults at once. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from pydantic import ValidationError

from services.domain.topic_commands import AddItem
from services.domain.topic_decide_items import ITEMS_MAX

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "no": ("no", "序号", "编号"),
        "title": ("title", "问题", "标题", "事项"),
        "aspect": ("aspect", "方面", "类别"),
        "quantity": ("quantity", "数量"),
        "unit": ("unit", "单位", "计量单位"),
        "responsible unit": ("responsible unit", "责任单位", "牵头单位"),
        "due date": ("due date", "due", "完成时限", "完成时间"),
    }
)
OPTIONAL = ("aspect",)
ANY_DAY = date(2000, 1, 1)  # in the place of one that could not be read, which is told apart
FIELD_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "item_code": "no",
        "heading": "title",
        "aspect": "aspect",
        "counted_in": "unit",
        "total": "quantity",
        "due": "due date",
        "responsible": "responsible unit",
    }
)
_DAY: Final = re.compile(
    r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[ T]00:00(?::00)?)?", re.ASCII
)
_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)


class Row(NamedTuple):
    """line: as the user finds it in the file."""

    line: int
    cells: Sequence[str]


class Fault(NamedTuple):
    """line 0: of the file as a whole. column: as the file calls it; empty for the whole row."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"row {self.line}" if self.line else "the file"
        return f"{place}{f', {self.column}' if self.column else ''}: {self.reason}"


class SurveyRead(NamedTuple):
    """Faults, or one (line, deed) for each row."""

    deeds: Sequence[tuple[int, AddItem]]
    faults: Sequence[Fault]


def read_survey(
    header: Sequence[str],
    rows: Iterable[Row],
    file_name: str,
    prefix: str,
    unit_code: Callable[[str], str | None],
) -> SurveyRead:
    """An item's code is its number in the file after `prefix`: so the same row again is the same
    item. unit_code: of a code or a name; None if it is neither, or not one alone."""
    places, faults = _places(header)
    if faults:
        return SurveyRead((), faults)
    deeds: list[tuple[int, AddItem]] = []
    lines: dict[str, int] = {}
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        if len(deeds) >= ITEMS_MAX:
            faults.append(Fault(row.line, "", f"a list has at most {ITEMS_MAX:,} items"))
            break
        values = {
            column: row.cells[at].strip() if at < len(row.cells) else ""
            for column, at in places.items()
        }
        deed, wrong = _deed(row.line, values, file_name, prefix, unit_code)
        found = [Fault(row.line, header[places[c]].strip(), reason) for c, reason in wrong]
        number = values["no"]
        if number and lines.setdefault(number, row.line) != row.line:
            reason = f"row {lines[number]} has this number too"
            found.append(Fault(row.line, header[places["no"]].strip(), reason))
        faults += found
        if deed is not None and not found:
            deeds.append((row.line, deed))
    if not deeds and not faults:
        faults.append(Fault(0, "", "has no rows"))
    return SurveyRead(() if faults else deeds, faults)


def _places(header: Sequence[str]) -> tuple[dict[str, int], list[Fault]]:
    """Column → index."""
    names = [name.strip().lstrip("\ufeff").lower() for name in header]
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for column, spellings in COLUMNS.items():
        found = [at for at, name in enumerate(names) if name in spellings]
        if len(found) > 1:
            faults.append(Fault(0, column, "more than one column says this"))
        elif found:
            places[column] = found[0]
        elif column not in OPTIONAL:
            faults.append(Fault(0, column, f"no column is called {' or '.join(spellings)}"))
    return places, faults


def _deed(
    line: int,
    values: Mapping[str, str],
    file_name: str,
    prefix: str,
    unit_code: Callable[[str], str | None],
) -> tuple[AddItem | None, list[tuple[str, str]]]:
    """The deed, or (column, reason) of each fault. Reasons quote nothing of the row."""
    wrong = [
        (column, "is empty")
        for column, value in values.items()
        if not value and column not in OPTIONAL
    ]
    total = int(values["quantity"]) if _WHOLE.fullmatch(values["quantity"]) else None
    due = _day(values["due date"])
    responsible = unit_code(values["responsible unit"]) if values["responsible unit"] else None
    for column, value, reason in (
        ("quantity", total, "is no whole number"),
        ("due date", due, "is no day that exists, as in 2026-03-31"),
        ("responsible unit", responsible, "is no unit's code or name in the directory, or several"),
    ):
        if value is None and values[column]:
            wrong.append((column, reason))
    try:
        deed = AddItem(
            item_code=f"{prefix}{values['no']}",
            heading=values["title"],
            aspect=values.get("aspect") or None,
            counted_in=values["unit"],
            total=1 if total is None else total,
            due=due or ANY_DAY,
            responsible=responsible or "-",
            imported_from=f"{file_name[:150]} 第{line}行",
        )
    except ValidationError as error:
        return None, wrong + _reasons(error, {column for column, _ in wrong})
    return (None if wrong else deed), wrong


def _reasons(error: ValidationError, told: set[str]) -> list[tuple[str, str]]:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    columns = [(FIELD_COLUMNS.get(str(one["loc"][0]), ""), one["msg"]) for one in found]
    return [(column, reason) for column, reason in columns if column not in told]


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
