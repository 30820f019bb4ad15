"""A CSV of raw messages as it comes from a channel, to look at without a log."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from services.findings.meaning.hot import Message
from services.intake.files.encoding import open_text, scan_text
from services.intake.files.errors import ColumnsMissing, FileUnreadable

ENCODINGS = ("utf-8", "gb18030")
FIELD_CHARACTERS_MAX = 1_000_000
ROWS_MAX = 50_000
DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})")
# Taken where they are there and nothing else was asked for.
TITLES = ("留言主题", "标题", "主题", "title")
NAMES = ("留言编号", "编号", "工单编号", "id")
RESIDENTS = ("留言用户", "用户", "诉求人", "user")


class MessageColumns(NamedTuple):
    text: str
    time: str | None = None
    place: str | None = None
    title: str | None = None
    name: str | None = None
    resident: str | None = None


def read_messages(path: Path, columns: MessageColumns) -> list[Message]:
    """Raises FileUnreadable (ColumnsMissing among them), OSError. A time that cannot be read is
    told by its row; an empty one is not known."""
    limit = csv.field_size_limit(FIELD_CHARACTERS_MAX)
    try:
        return list(_messages(path, columns))
    finally:
        csv.field_size_limit(limit)


def _messages(path: Path, columns: MessageColumns) -> Iterator[Message]:
    if not path.is_file():
        raise FileUnreadable(path, "there is no such file")
    if path.stat().st_size == 0:
        raise FileUnreadable(path, "it is empty")
    text, _ = open_text(path, scan_text(path, ENCODINGS))
    with text:
        reader = csv.reader(text, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            at = _places(path, header, columns)
            for number, row in enumerate(filter(None, reader), start=2):
                if len(row) != len(header):
                    why = f"line {reader.line_num}: {len(row)} cells, not {len(header)}"
                    raise FileUnreadable(path, why)
                if number > ROWS_MAX + 1:
                    raise FileUnreadable(path, f"it has more than {ROWS_MAX:,} rows")
                yield _message(path, number, row, at, columns)
        except csv.Error as error:
            raise FileUnreadable(path, f"line {reader.line_num}: {error}") from None


def _message(
    path: Path, number: int, row: Sequence[str], at: dict[str, int], columns: MessageColumns
) -> Message:
    def cell(field: str) -> str:
        return row[at[field]].strip() if field in at else ""

    time = cell("time")
    day = _day(time)
    if time and day is None:
        raise FileUnreadable(path, f"row {number}, column {columns.time!r}: no day in it")
    return Message(
        name=cell("name") or str(number),
        title=cell("title"),
        text=cell("text"),
        resident=cell("resident"),
        day=day,
        place=cell("place"),
    )


def _day(time: str) -> date | None:
    found = DAY.search(time)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _places(path: Path, header: Sequence[str], columns: MessageColumns) -> dict[str, int]:
    wanted = {
        "text": columns.text,
        "time": columns.time,
        "place": columns.place,
        "title": columns.title or _first(TITLES, header, columns.text),
        "name": columns.name or _first(NAMES, header, columns.text),
        "resident": columns.resident or _first(RESIDENTS, header, columns.text),
    }
    missing = [name for name in wanted.values() if name is not None and name not in header]
    if missing:
        raise ColumnsMissing(path, missing, list(header))
    return {field: header.index(name) for field, name in wanted.items() if name is not None}


def _first(names: Sequence[str], header: Sequence[str], but: str) -> str | None:
    return next((name for name in names if name in header and name != but), None)
