"""Articles as an office keeps them: rows of a spreadsheet, and back. Every fault with its line."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from services.domain.knowledge import ArticleContent, content_of
from services.domain.knowledge_events import ArticlePublished
from services.platform.texts import has_controls

LIST_SEPARATOR = "|"
LISTS = ("questions", "items", "areas")
DAYS = ("valid_from", "valid_to", "review_by")
COLUMNS = tuple(ArticleContent.model_fields)
# The headings that an office writes itself are understood too.
CHINESE = {
    "编号": "code", "标题": "heading", "问法": "questions", "答复": "answer", "事项": "items",
    "区域": "areas", "依据": "basis", "责任单位": "responsible", "联系渠道": "contact_point",
    "生效日期": "valid_from", "失效日期": "valid_to", "复核日期": "review_by",
}  # fmt: skip
YEARS = (1990, 2199)
# Looks like a person's: an article is public, and its log is for ever.
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


class Known(NamedTuple):
    """What codes are checked against."""

    is_item: Callable[[str], bool]
    is_area: Callable[[str], bool]
    is_unit: Callable[[str], bool]


class Fault(NamedTuple):
    """line: of the file, the header is 1. The reason quotes codes and dates at most."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.column}: {self.reason}"


Row = tuple[int, Sequence[str]]  # line, cells


def read_header(cells: Sequence[str]) -> tuple[list[str], list[Fault]]:
    """The columns by our names, in the file's order."""
    names = [CHINESE.get(name.strip(), name.strip().lower()) for name in cells]
    while names and not names[-1]:
        names.pop()
    faults = [Fault(1, name, "the column is missing") for name in COLUMNS if name not in names]
    faults += [
        Fault(1, f"column {place}", "nobody knows this column")
        for place, name in enumerate(names, start=1)
        if name not in COLUMNS
    ]
    faults += [
        Fault(1, name, "the column is there twice")
        for name in dict.fromkeys(names)
        if name in COLUMNS and names.count(name) > 1
    ]
    return names, faults


def read_articles(
    header: Sequence[str], rows: Iterable[Row], known: Known
) -> tuple[list[ArticleContent], list[Fault]]:
    """What can be published, and all that is wrong with the rest, in the order of the lines."""
    contents: list[ArticleContent] = []
    faults: list[Fault] = []
    lines: dict[str, int] = {}
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        found = _read_row(header, line, cells, known)
        if isinstance(found, ArticleContent):
            first = lines.setdefault(found.code, line)
            if first == line:
                contents.append(found)
                continue
            found = [Fault(line, "code", f"{found.code} stands in line {first} already")]
        faults += found
    return contents, faults


def row_of(article: ArticlePublished) -> list[str]:
    """The cells under COLUMNS."""
    return [_cell(value) for value in content_of(article).model_dump().values()]


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(value)
    return "" if value is None else str(value)


def _read_row(
    header: Sequence[str], line: int, cells: Sequence[str], known: Known
) -> ArticleContent | list[Fault]:
    if any(cell.strip() for cell in cells[len(header) :]):
        return [Fault(line, "row", f"{len(cells)} values under {len(header)} columns")]
    padded = [*cells, *[""] * (len(header) - len(cells))]
    texts = {name: cell.strip() for name, cell in zip(header, padded, strict=False)}
    faults: list[Fault] = []
    values: dict[str, Any] = dict(texts)
    for name in LISTS:
        parts = (part.strip() for part in texts[name].split(LIST_SEPARATOR))
        values[name] = tuple(dict.fromkeys(part for part in parts if part))
    for name in DAYS:
        values[name] = _day(texts[name])
        if texts[name] and values[name] is None:
            faults.append(Fault(line, name, "no day; expected YYYY-MM-DD"))
    faults += (Fault(line, *fault) for fault in _text_faults(texts))
    faults += (Fault(line, *fault) for fault in _code_faults(values, known))
    try:
        content = ArticleContent(**values)
    except ValidationError as error:
        return sorted([*faults, *_shape_faults(line, error)])
    if content.valid_from and content.valid_to and content.valid_to < content.valid_from:
        faults.append(Fault(line, "valid_to", "before valid_from"))
    return sorted(faults) if faults else content


def _day(text: str) -> date | None:
    """2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, or with a time as a spreadsheet keeps it."""
    plain = text.partition(" ")[0].replace("年", "-").replace("月", "-").replace("日", "")
    try:
        day = datetime.strptime(re.sub("[/.]", "-", plain), "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def _text_faults(texts: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, text in texts.items():
        if has_controls(text):
            yield name, "holds control characters"
        if _PERSONAL.search(text):
            yield name, "holds what looks like somebody's mobile or identity number"


def _code_faults(values: Mapping[str, Any], known: Known) -> Iterable[tuple[str, str]]:
    for item in values["items"]:
        if not known.is_item(item):
            yield "items", f"no item has the code {_short(item)}"
    for area in values["areas"]:
        if not known.is_area(area):
            yield "areas", f"no area has the code {_short(area)}"
    unit = values["responsible"]
    if unit and not known.is_unit(unit):
        yield "responsible", f"no unit has the code {_short(unit)}"


def _short(code: str) -> str:
    return repr(code if len(code) <= 64 else code[:64] + "…")


_REASONS = {
    "string_too_short": "empty",
    "string_pattern_mismatch": "small letters, digits and hyphens only, as in heat-01",
}


def _shape_faults(line: int, error: ValidationError) -> list[Fault]:
    shown = error.errors(include_input=False, include_url=False, include_context=False)
    return [Fault(line, str(one["loc"][0]), _REASONS.get(one["type"], one["msg"])) for one in shown]
