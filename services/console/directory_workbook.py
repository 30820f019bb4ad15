"""A directory's files as a workbook, one sheet each, and back. Codes stay text.

A CSV file is a sheet of its rows; any other file a sheet of its lines. What comes back has the
same version.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException

CELL_CHARACTERS_MAX = 30_000  # a cell holds 32,767
MORE = "more"  # beside a piece of a line that goes on in the next row
ROWS_MAX = 1_000_000


class WorkbookInvalid(ValueError):
    """It cannot be written, or is no workbook of a directory."""


def write_workbook(files: Mapping[str, str], path: Path) -> None:
    """Raises WorkbookInvalid, OSError."""
    workbook = Workbook(write_only=True)
    for name, text in files.items():
        sheet = workbook.create_sheet(name)
        for values in _csv_rows(text) if name.endswith(".csv") else _lines(text):
            try:
                sheet.append([_cell(sheet, value) for value in values])
            except IllegalCharacterError:
                raise WorkbookInvalid(f"{name}: a character that no cell may hold") from None
    workbook.save(path)


def read_workbook(path: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The files' texts by name; other sheets are left out. Raises WorkbookInvalid, OSError."""
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError) as error:
        raise WorkbookInvalid(f"{path.name}: not readable as a workbook: {error}") from None
    try:
        found = {
            name: _text_of(name, workbook[name].iter_rows(values_only=True, max_row=ROWS_MAX))
            for name in names
            if name in workbook.sheetnames
        }
    finally:
        workbook.close()
    if not found:
        raise WorkbookInvalid(f"{path.name}: has no sheet named {', '.join(names)}")
    return found


def _csv_rows(text: str) -> Iterator[list[str]]:
    yield from csv.reader(io.StringIO(text))


def _lines(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        pieces = [
            line[i : i + CELL_CHARACTERS_MAX] for i in range(0, len(line), CELL_CHARACTERS_MAX)
        ]
        for piece in pieces[:-1]:
            yield [piece, MORE]
        yield [pieces[-1] if pieces else "", ""]


def _cell(sheet: Any, value: str) -> Any:
    """Text whatever it looks like: 01.01 is no number and =A1 no formula."""
    if len(value) > CELL_CHARACTERS_MAX:
        raise WorkbookInvalid(f"{sheet.title}: a value is too long for a cell")
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _text_of(name: str, rows: Iterator[tuple[Any, ...]]) -> str:
    values = [[_text(value) for value in row] for row in rows]
    if not name.endswith(".csv"):
        pieces = [(row[0], row[1:2] == [MORE]) for row in values if row]
        return "".join(piece if goes_on else f"{piece}\n" for piece, goes_on in pieces)
    width = max(
        (n for n, value in enumerate(values[0] if values else [], start=1) if value), default=0
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in values:
        if any(row):
            surplus = len(row) if any(row[width:]) else width  # loading tells of values too many
            writer.writerow([*row[:surplus], *[""] * (width - len(row))])
    return out.getvalue()


def _text(value: Any) -> str:
    """What an office's program has made of a text: dates and whole numbers are written as such."""
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
