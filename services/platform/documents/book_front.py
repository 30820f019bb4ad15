"""The first sheets of a workbook: what matters, where it is, how it was counted, and the words."""

from collections.abc import Iterable

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from services.platform.documents.book_looks import Looks
from services.platform.documents.book_tables import TEXT_MAX
from services.platform.documents.model import Bullets, Chart, Document, Paragraph, Table
from services.platform.documents.widths import half_widths, paragraphs
from services.platform.documents.wording import Words

COLUMNS = (28, 22, 36)
TEXT_WIDTH = 74
LINES_MAX = 20  # of a row, which has a greatest height


def write_summary(
    book: Workbook,
    looks: Looks,
    document: Document,
    words: Words,
    name: str,
    sheets: Iterable[tuple[str, str, str]],
) -> None:
    """sheets: name, label and caption of each that follows."""
    sheet = book.add_worksheet(name)
    _page(sheet)
    for at, width in enumerate(COLUMNS):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, document.title, looks.title)
    sheet.set_row(0, 32)
    _wide(sheet, looks, 1, document.subtitle, "subtitle")
    row = _headlines(sheet, looks, document, words, 3)
    row = _contents(sheet, looks, words, sheets, row)
    row = _definitions(sheet, looks, document, words, row)
    _pairs(sheet, looks, words.source, document.source, row)


def write_text(book: Workbook, looks: Looks, document: Document, name: str) -> None:
    sheet = book.add_worksheet(name)
    _page(sheet)
    sheet.set_column(0, 0, TEXT_WIDTH)
    row = 0
    for section in document.sections:
        lines = [line for block in section.blocks for line in _lines(block)]
        if lines:
            sheet.write_string(row, 0, section.heading, looks.heading)
            row += 1
        for text, is_strong in lines:
            sheet.write_string(row, 0, text[:TEXT_MAX], looks.strong if is_strong else looks.words)
            sheet.set_row(row, _height(text, TEXT_WIDTH))
            row += 1
        row += bool(lines)


def _lines(block: object) -> list[tuple[str, bool]]:
    if isinstance(block, Paragraph):
        parts = paragraphs(block.text, LINES_MAX * TEXT_WIDTH)
        return [(part, block.style == "lead") for part in parts]
    return [(f"• {item}", False) for item in block.items] if isinstance(block, Bullets) else []


def _headlines(sheet: Worksheet, looks: Looks, document: Document, words: Words, row: int) -> int:
    if not document.headlines:
        return row
    for at, title in enumerate((words.headline, words.value, words.change)):
        sheet.write_string(row, at, title, looks.header)
    for number, one in enumerate(document.headlines, start=row + 1):
        sheet.write_string(number, 0, one.name, looks.cells["text"])
        sheet.write_string(number, 1, one.value, looks.value)
        judged = "" if one.good is None else f" {words.better if one.good else words.worse}"
        sheet.write_string(number, 2, f"{one.change}{judged}", looks.cells["text"])
        sheet.set_row(number, 20)
    return row + len(document.headlines) + 2


def _contents(
    sheet: Worksheet,
    looks: Looks,
    words: Words,
    sheets: Iterable[tuple[str, str, str]],
    row: int,
) -> int:
    listed = list(sheets)
    if not listed:
        return row
    sheet.write_string(row, 0, words.contents, looks.heading)
    for number, (name, label, caption) in enumerate(listed, start=row + 1):
        target = name.replace("'", "''")
        sheet.write_url(number, 0, f"internal:'{target}'!A1", looks.link, label)
        sheet.write_string(number, 1, caption[:TEXT_MAX], looks.line)
    return row + len(listed) + 2


def _definitions(sheet: Worksheet, looks: Looks, document: Document, words: Words, row: int) -> int:
    notes = [
        (block.caption, block.note)
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table | Chart) and block.note
    ]
    return _pairs(sheet, looks, words.definitions, notes, row)


def _pairs(
    sheet: Worksheet, looks: Looks, heading: str, pairs: Iterable[tuple[str, str]], row: int
) -> int:
    listed = list(pairs)
    if not listed:
        return row
    sheet.write_string(row, 0, heading, looks.heading)
    width = sum(COLUMNS[1:])
    for name, value in listed:
        for number, part in enumerate(paragraphs(value, LINES_MAX * width)):
            row += 1
            sheet.write_string(row, 0, "" if number else name, looks.words)
            sheet.merge_range(row, 1, row, 2, "", looks.words)
            sheet.write_string(row, 1, part[:TEXT_MAX], looks.words)
            sheet.set_row(row, max(_height(part, width), _height(name, COLUMNS[0])))
    return row + 2


def _wide(sheet: Worksheet, looks: Looks, row: int, text: str, look: str) -> None:
    chosen = getattr(looks, look)
    sheet.merge_range(row, 0, row, len(COLUMNS) - 1, "", chosen)
    sheet.write_string(row, 0, text, chosen)
    sheet.set_row(row, _height(text, sum(COLUMNS)))


def _height(text: str, width: float) -> float:
    lines = sum(max(1, -(-half_widths(line) // int(width))) for line in text.split("\n"))
    return float(min(16 * max(lines, 1) + 2, 400))


def _page(sheet: Worksheet) -> None:
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
