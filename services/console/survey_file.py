"""A survey's file, CSV or XLSX, as a header and rows of text."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from services.governance.survey import Row
from services.intake.files.encoding import open_text, scan_text
from services.intake.files.errors import FileUnreadable
from services.intake.files.header import DELIMITERS
from services.intake.files.limits import MIB, Limits
from services.intake.files.workbook import Sheet, check_archive

FILE_BYTES_MAX = 20 * MIB
ENCODINGS = ("utf-8", "gb18030")
WORKBOOKS = (".xlsx", ".xlsm")


class SurveyFile(NamedTuple):
    header: list[str]
    rows: Iterator[Row]


@contextmanager
def open_survey(path: Path) -> Iterator[SurveyFile]:
    """Raises FileUnreadable (also while the rows are read) and OSError."""
    if path.stat().st_size > FILE_BYTES_MAX:
        raise FileUnreadable(path, f"larger than {FILE_BYTES_MAX // MIB} MiB")
    opened = _workbook(path) if path.suffix.lower() in WORKBOOKS else _csv(path)
    with opened as rows:
        first = next(rows, None)
        if first is None:
            raise FileUnreadable(path, "the file is empty")
        yield SurveyFile(list(first.cells), rows)


@contextmanager
def _workbook(path: Path) -> Iterator[Iterator[Row]]:
    check_archive(path, Limits())
    sheet = Sheet(path, None)
    try:
        yield (Row(record.line, record.cells) for record in sheet.records())
    finally:
        sheet.close()


@contextmanager
def _csv(path: Path) -> Iterator[Iterator[Row]]:
    text, _ = open_text(path, scan_text(path, ENCODINGS))
    with text:
        content = text.read()
    head = content.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(content, newline=""), delimiter=max(DELIMITERS, key=head.count), strict=True
    )
    yield _rows(path, reader, lambda: reader.line_num)


def _rows(path: Path, records: Iterator[list[str]], lines_read: Callable[[], int]) -> Iterator[Row]:
    while True:
        line = lines_read() + 1
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error:
            raise FileUnreadable(path, f"line {line}: a quote is broken") from None
        if any(cell.strip() for cell in cells):
            yield Row(line, cells)
