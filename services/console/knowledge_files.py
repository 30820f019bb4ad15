"""A file of articles: CSV in any of the encodings an office uses, or XLSX; and the same out."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from services.domain.knowledge import ArticleContent
from services.domain.knowledge_events import ArticlePublished
from services.intake.files.encoding import open_text, scan_text
from services.intake.files.errors import FileUnreadable
from services.intake.files.limits import MIB, Limits
from services.intake.files.records import Lines, Record, allow_large_fields, csv_records
from services.intake.files.rejects import escape_formula, unescape_formula
from services.intake.files.workbook import Sheet, check_archive
from services.knowledge.table import COLUMNS, Fault, Known, read_articles, read_header, row_of

ENCODINGS = ("utf-8", "gb18030")
LIMITS = Limits(uncompressed_bytes_max=64 * MIB, shared_strings_bytes_max=32 * MIB)
RECORD_CHARACTERS_MAX = 100_000
ROWS_MAX = 20_000
SHEET = "articles"
Read = tuple[list[ArticleContent], list[Fault]]


def read_file(path: Path, known: Known) -> Read:
    """Raises FileUnreadable, OSError."""
    with path.open("rb") as file:
        is_workbook = file.read(4) == b"PK\x03\x04"
    if is_workbook:
        check_archive(path, LIMITS)
    with _sheet(path) if is_workbook else _csv(path) as (header, records):
        return _read(path, header, records, known)


def shipped(known: Known) -> Read:
    """The starter set: general public knowledge, to be confirmed by the city."""
    with as_file(files("services.knowledge") / "data" / "articles.csv") as path:
        return read_file(path, known)


def write_file(articles: Iterable[ArticlePublished], path: Path) -> int:
    """How many. XLSX if the path ends so, else CSV. What a spreadsheet may take for a formula
    gets an apostrophe before it, which reading takes away. Raises OSError, ValueError."""
    rows = [list(COLUMNS), *(row_of(one) for one in articles)]
    if path.suffix.lower() == ".xlsx":
        _write_workbook(rows, path)
    else:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([escape_formula(cell) for cell in row] for row in rows)
        path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    return len(rows) - 1


@contextmanager
def _csv(path: Path) -> Iterator[tuple[list[str], Iterator[Record]]]:
    scan = scan_text(path, ENCODINGS)
    allow_large_fields(RECORD_CHARACTERS_MAX + 1)
    text, _ = open_text(path, scan)
    with text:
        lines = Lines(text, RECORD_CHARACTERS_MAX)
        records = csv_records(lines, ",", len(COLUMNS), scan.cut)
        yield _header(path, records), records


@contextmanager
def _sheet(path: Path) -> Iterator[tuple[list[str], Iterator[Record]]]:
    sheet = Sheet(path, None)
    try:
        records = sheet.records()
        yield _header(path, records), records
    finally:
        sheet.close()


def _header(path: Path, records: Iterator[Record]) -> list[str]:
    first = next(records, None)
    if first is None:
        raise FileUnreadable(path, "the file is empty")
    return [cell.lstrip("\ufeff") for cell in first.cells]


def _read(path: Path, header: list[str], records: Iterator[Record], known: Known) -> Read:
    names, faults = read_header(header)
    if faults:
        return [], faults
    rows: list[tuple[int, Sequence[str]]] = []
    for record in records:
        if len(rows) >= ROWS_MAX:
            raise FileUnreadable(path, f"more than {ROWS_MAX:,} rows")
        if record.code:
            faults.append(Fault(record.line, "row", record.reason))
        else:
            rows.append((record.line, [unescape_formula(cell) for cell in record.cells]))
    contents, more = read_articles(names, rows, known)
    return contents, sorted([*faults, *more])


def _write_workbook(rows: list[list[str]], path: Path) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(SHEET)
    try:
        for row in rows:
            cells = [WriteOnlyCell(sheet, escape_formula(value)) for value in row]
            for cell in cells:
                cell.data_type, cell.number_format = "s", "@"
            sheet.append(cells)
    except IllegalCharacterError:
        raise ValueError("a character that no cell may hold") from None
    workbook.save(path)
