"""A document as a workbook: a summary, the text, a sheet a table, a sheet a chart. No formulas."""

from io import BytesIO
from typing import NamedTuple

import xlsxwriter

from services.platform.documents.book_charts import write_chart
from services.platform.documents.book_front import write_summary, write_text
from services.platform.documents.book_looks import Looks, looks_of
from services.platform.documents.book_names import sheet_names
from services.platform.documents.book_tables import write_table, write_tickets
from services.platform.documents.model import Bullets, Chart, Document, Paragraph, Table
from services.platform.documents.numbering import NumberedBlock, numbered
from services.platform.documents.packing import MADE_AT, same_every_time
from services.platform.documents.wording import Words, words_of


class Sheet(NamedTuple):
    """kind: what of the block stands on it."""

    label: str
    caption: str
    entry: NumberedBlock
    kind: str


def xlsx_bytes(document: Document) -> bytes:
    words = words_of(document)
    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": document.title,
                "subject": document.subtitle,
                "created": MADE_AT,
                "keywords": document.name,
            }
        )
        _write(book, document, words)
    return same_every_time(out.getvalue())


def _write(book: xlsxwriter.Workbook, document: Document, words: Words) -> None:
    looks = looks_of(book, words)
    sheets = _sheets(document, words)
    has_text = any(
        isinstance(block, Paragraph | Bullets)
        for part in document.sections
        for block in part.blocks
    )
    fixed = [words.summary, *([words.text] if has_text else [])]
    names = sheet_names([*fixed, *(f"{one.label} {one.caption}" for one in sheets)])
    listed = [
        (name, one.label, one.caption)
        for name, one in zip(names[len(fixed) :], sheets, strict=True)
    ]
    write_summary(book, looks, document, words, names[0], listed)
    if has_text:
        write_text(book, looks, document, names[1])
    for name, one in zip(names[len(fixed) :], sheets, strict=True):
        _write_sheet(book, looks, words, name, one)


def _sheets(document: Document, words: Words) -> list[Sheet]:
    sheets = []
    for part in numbered(document):
        for entry in part.blocks:
            block = entry.block
            if isinstance(block, Table):
                label = f"{words.table}{entry.number}"
                sheets.append(Sheet(label, block.caption, entry, "table"))
                if any(block.tickets):
                    listed = f"{label} {words.tickets}"
                    sheets.append(Sheet(listed, block.caption, entry, "tickets"))
            elif isinstance(block, Chart):
                label = f"{words.figure}{entry.number}"
                sheets.append(Sheet(label, block.caption, entry, "chart"))
    return sheets


def _write_sheet(
    book: xlsxwriter.Workbook, looks: Looks, words: Words, name: str, sheet: Sheet
) -> None:
    block = sheet.entry.block
    title = f"{sheet.label}  {sheet.caption}"
    if isinstance(block, Table) and sheet.kind == "tickets":
        write_tickets(book, looks, words, name, title, block)
    elif isinstance(block, Table):
        write_table(book, looks, words, name, title, block)
    elif isinstance(block, Chart):
        write_chart(book, looks, words, name, title, block)
