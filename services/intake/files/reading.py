"""Open a file of reports and read it row by row; memory does not grow with the file."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from services.intake.files import rejects
from services.intake.files.encoding import ByteWindow, open_text, scan_text
from services.intake.files.errors import FileUnreadable
from services.intake.files.header import (
    clean_names,
    guess_delimiter,
    ignored_notices,
    named_width,
    positions_of,
)
from services.intake.files.limits import Limits
from services.intake.files.mapping import Mapping
from services.intake.files.records import (
    Lines,
    Record,
    RecordTooLarge,
    allow_large_fields,
    csv_records,
)
from services.intake.files.rows import ReportRow, RowRejected, RowRules, chars_max_of, read_row
from services.intake.files.times import WORKBOOK_FORMATS, parser_for
from services.intake.files.workbook import Sheet, check_archive

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file has been read. total is None when the file does not say."""

    done: int
    total: int | None
    unit: Literal["bytes", "rows"]


class PlainRow(NamedTuple):
    """row: from 1, without the header. cells: field -> text as it stands, empty where the row is
    too short. fault: why the record cannot be read; then there are no cells."""

    row: int
    cells: dict[str, str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file of either form, opened and past its header."""

    header: list[str]
    records: Iterator[Record]
    source: ByteWindow | Sheet
    encoding: str
    sha256: str
    bytes_total: int


class ReportFile:
    """An open file: what is known of it before its first row, and its rows, once.

    columns: names in the header. encoding: of a CSV, or "xlsx". notices: to show the user once.
    """

    def __init__(self, path: Path, mapping: Mapping, limits: Limits, opened: _Opened) -> None:
        names = clean_names(opened.header)
        self._width = named_width(names)
        self._unnamed = len(names) - self._width
        self._reasons = len(rejects.REASON_COLUMNS) if rejects.is_rejects_header(names) else 0
        if self._reasons:
            names = tuple(rejects.unescape_formula(name) for name in names)
        self._mapping = mapping
        self._limits = limits
        self._opened = opened
        self.path = path
        self.sha256 = opened.sha256
        self.encoding = opened.encoding
        self.columns = names[self._reasons : self._width]
        self._positions = positions_of(path, self.columns, mapping)
        self.notices = ignored_notices(self.columns, mapping)

    @property
    def progress(self) -> Progress:
        source = self._opened.source
        if isinstance(source, Sheet):
            return Progress(source.done, source.total, "rows")
        return Progress(source.done, self._opened.bytes_total, "bytes")

    def rows(self, now: datetime) -> Iterator[ReportRow | RowRejected]:
        """One for each record, in the file's order. now: aware; later than it + 1 day is future."""
        rules = self._rules(now)
        for row, record in enumerate(self._opened.records, start=1):
            yield read_row(row, self._original(record), rules)

    def plain_rows(self) -> Iterator[PlainRow]:
        """One for each record, in the file's order, whatever it says: no rule for reports holds."""
        for row, record in enumerate(self._opened.records, start=1):
            if record.code:
                yield PlainRow(row, {}, record.reason)
                continue
            cells = self._original(record).cells
            found = {
                name: cells[index] if index < len(cells) else ""
                for name, index in self._positions.items()
            }
            yield PlainRow(row, found)

    def _original(self, record: Record) -> Record:
        """The record as it was before it went through a file of rejects, or to a workbook."""
        cells = record.cells
        padded = self._unnamed and len(cells) == self._width + self._unnamed
        if padded or isinstance(self._opened.source, Sheet):
            cells = _fitted(cells, self._width)
        if self._reasons and not record.code:
            cells = [rejects.unescape_formula(cell) for cell in cells[self._reasons :]]
        return record if cells is record.cells else record._replace(cells=cells)

    def _rules(self, now: datetime) -> RowRules:
        formats = self._mapping.time.formats
        if formats and (self._reasons or isinstance(self._opened.source, Sheet)):
            formats += WORKBOOK_FORMATS
        return RowRules(
            mapping=self._mapping,
            fields=tuple(
                (name, index, chars_max_of(name, self._limits))
                for name, index in self._positions.items()
            ),
            width=len(self.columns),
            constants={key: word for key, word in self._mapping.constants if word is not None},
            zone=ZoneInfo(self._mapping.time.zone),
            parse_time=parser_for(formats),
            limits=self._limits,
            now=now,
        )


def _fitted(cells: list[str], width: int) -> list[str]:
    """Blank cells at the end of a row come and go with the program that wrote it."""
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end] + [""] * (width - end)


@contextmanager
def open_report_file(
    path: Path,
    mapping: Mapping,
    limits: Limits = Limits(),  # noqa: B008  # frozen
) -> Iterator[ReportFile]:
    """Raises FileUnreadable (ColumnsMissing) before any row; OSError when it cannot be opened."""
    with path.open("rb") as file:
        head = file.read(len(OLE_MAGIC))
    if not head:
        raise FileUnreadable(path, "the file is empty")
    if head == OLE_MAGIC:
        reason = "an old .xls file, or one with a password: save it as .xlsx or CSV, without one"
        raise FileUnreadable(path, reason)
    if head.lstrip().startswith(b"<"):
        raise FileUnreadable(path, "a web page or XML, not CSV: save it as .xlsx or CSV")
    is_workbook = head.startswith(ZIP_MAGIC) or path.suffix.lower() in (".xlsx", ".xlsm")
    with _workbook(path, mapping, limits) if is_workbook else _csv(path, mapping, limits) as opened:
        yield opened


@contextmanager
def _workbook(path: Path, mapping: Mapping, limits: Limits) -> Iterator[ReportFile]:
    sha256 = check_archive(path, limits)
    sheet = Sheet(path, mapping.file.sheet)
    try:
        records = sheet.records()
        header = next(records, None)
        if header is None:
            raise FileUnreadable(path, "the sheet is empty")
        size = path.stat().st_size
        opened = _Opened(header.cells, records, sheet, "xlsx", sha256, size)
        yield ReportFile(path, mapping, limits, opened)
    finally:
        sheet.close()


@contextmanager
def _csv(path: Path, mapping: Mapping, limits: Limits) -> Iterator[ReportFile]:
    scan = scan_text(path, mapping.file.encodings)
    allow_large_fields(limits.record_chars_max + 1)
    text, window = open_text(path, scan)
    with text:
        lines = Lines(text, limits.record_chars_max)
        header, delimiter = _header(path, lines, mapping)
        records = csv_records(lines, delimiter, len(header), scan.cut)
        opened = _Opened(header, records, window, scan.encoding, scan.sha256, scan.end)
        yield ReportFile(path, mapping, limits, opened)


def _header(path: Path, lines: Lines, mapping: Mapping) -> tuple[list[str], str]:
    """The first line that is not blank, and the delimiter."""
    try:
        first = next((line for line in lines if line.strip()), None)
        if first is None:
            raise FileUnreadable(path, "the file has no header line")
        lines.put_back(len(lines.taken) - 1)
        delimiter = _delimiter(first, mapping)
        cells = next(csv.reader(lines, delimiter=delimiter, strict=True))
    except (csv.Error, RecordTooLarge):
        raise FileUnreadable(path, "the header line is broken: a quote or its length") from None
    return cells, delimiter


def _delimiter(line: str, mapping: Mapping) -> str:
    if rejects.is_rejects_header(clean_names(line.split(","))):
        return ","  # our own file, whatever the channel's has
    named = mapping.file.delimiter.replace("tab", "\t")
    return guess_delimiter(line, mapping) if named == "auto" else named


def read_rows(
    path: Path,
    mapping: Mapping,
    *,
    now: datetime,
    limits: Limits = Limits(),  # noqa: B008
) -> Iterator[ReportRow | RowRejected]:
    """All rows of a file; `open_report_file` also tells columns, notices and progress."""
    with open_report_file(path, mapping, limits) as file:
        yield from file.rows(now)
