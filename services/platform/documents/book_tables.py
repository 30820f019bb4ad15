"""A table on a sheet: header frozen and printed on every page, filters, numbers as numbers."""

from collections.abc import Sequence
from datetime import date, datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.platform.documents.book_looks import Looks
from services.platform.documents.model import Cell, CellKind, Column, Table
from services.platform.documents.widths import half_widths, paragraphs
from services.platform.documents.wording import NOTHING, Words, cell_text

HEADER_ROW = 2
TEXT_MAX = 32_767  # characters that a cell holds
WIDTH_MAX = 48
NOTE_LINES_MAX = 20
LANDSCAPE_FROM = 95  # letters of all columns side by side


def write_table(
    book: Workbook, looks: Looks, words: Words, name: str, title: str, table: Table
) -> None:
    sheet = open_sheet(book, looks, words, name, title)
    _write_header(sheet, looks, table.columns)
    last = len(table.rows) - 1
    if not table.rows:
        sheet.write_string(HEADER_ROW + 1, 0, words.empty, looks.cells["text"])
    for number, row in enumerate(table.rows):
        styles = looks.totals if table.total and number == last else looks.cells
        for at, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            write_cell(sheet, HEADER_ROW + 1 + number, at, cell, column.kind, styles[column.kind])
    widths = [
        _width(column.title, [row[at] for row in table.rows], column.kind)
        for at, column in enumerate(table.columns)
    ]
    filtered = len(table.rows) - bool(table.total)  # sorting leaves the sum where it is
    _finish(sheet, widths, filtered)
    if table.note:
        write_note(
            sheet, looks, HEADER_ROW + 2 + max(len(table.rows), 1), words.note + table.note, widths
        )


def write_tickets(
    book: Workbook, looks: Looks, words: Words, name: str, title: str, table: Table
) -> None:
    """One line a ticket, beside the first cell of the row that counts it."""
    sheet = open_sheet(book, looks, words, name, title)
    first = table.columns[0]
    _write_header(sheet, looks, (Column(first.title), Column(words.ticket)))
    lines = [
        (cell_text(row[0], first.kind), ticket)
        for row, tickets in zip(table.rows, table.tickets, strict=True)
        for ticket in tickets
    ]
    for number, line in enumerate(lines, start=HEADER_ROW + 1):
        for at, text in enumerate(line):
            write_cell(sheet, number, at, text, "text", looks.cells["text"])
    widths = [_width("", [line[at] for line in lines], "text") for at in (0, 1)]
    _finish(sheet, widths, len(lines))


def open_sheet(book: Workbook, looks: Looks, words: Words, name: str, title: str) -> Worksheet:
    """With its title and the way back."""
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)
    sheet.hide_gridlines(2)
    sheet.set_default_row(18)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.8)
    sheet.set_footer("&C&P / &N")
    sheet.write_string(0, 0, title, looks.heading)
    sheet.set_row(0, 24)
    summary = book.worksheets()[0].get_name()
    sheet.write_url(1, 0, f"internal:'{summary}'!A1", looks.link, words.back)
    return sheet


def write_cell(
    sheet: Worksheet, row: int, at: int, cell: Cell, kind: CellKind, look: Format
) -> None:
    """Text is always text, whatever it begins with."""
    if cell is None:
        sheet.write_string(row, at, NOTHING, look)
    elif isinstance(cell, str):
        if kind == "day" and (day := _day(cell)):
            sheet.write_datetime(row, at, day, look)
        else:
            sheet.write_string(row, at, cell[:TEXT_MAX], look)
    else:
        sheet.write_number(row, at, float(cell), look)


def write_note(
    sheet: Worksheet, looks: Looks, row: int, text: str, widths: Sequence[float]
) -> None:
    """Across the table; a long one in several rows, since a row has a greatest height."""
    letters = int(sum(widths) * 1.05)
    for number, part in enumerate(paragraphs(text, NOTE_LINES_MAX * letters), start=row):
        if len(widths) > 1:
            sheet.merge_range(number, 0, number, len(widths) - 1, "", looks.note)
        sheet.write_string(number, 0, part[:TEXT_MAX], looks.note)
        sheet.set_row(number, 15 * max(1, -(-half_widths(part) // letters)) + 3)


def _write_header(sheet: Worksheet, looks: Looks, columns: Sequence[Column]) -> None:
    for at, column in enumerate(columns):
        sheet.write_string(HEADER_ROW, at, column.title, looks.header)
    sheet.set_row(HEADER_ROW, 24)


def _finish(sheet: Worksheet, widths: Sequence[float], rows: int) -> None:
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.freeze_panes(HEADER_ROW + 1, 1 if len(widths) > 1 else 0)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(rows, 1), len(widths) - 1)
    sheet.repeat_rows(0, HEADER_ROW)
    sheet.fit_to_pages(1, 0)
    if sum(widths) > LANDSCAPE_FROM:
        sheet.set_landscape()


def _width(title: str, cells: Sequence[Cell], kind: CellKind) -> float:
    widest = max((half_widths(cell_text(cell, kind)) for cell in cells), default=0)
    return min(max(widest + 4, half_widths(title) + 6, 9), WIDTH_MAX)


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  a day of a spreadsheet has no zone
