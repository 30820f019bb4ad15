"""A document for Word and WPS in the look of official papers, made of real headings and fields."""

from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.oxml import parse_xml

from services.platform.documents import word_xml as xml
from services.platform.documents.charts import Drawing, chart_png, described
from services.platform.documents.model import (
    Block,
    Bullets,
    Chart,
    Document,
    Paragraph,
    Table,
)
from services.platform.documents.numbering import NumberedSection, numbered
from services.platform.documents.packing import MADE_AT, same_every_time
from services.platform.documents.widths import balanced
from services.platform.documents.word_pages import end_of_page, without_empty_page
from services.platform.documents.word_pictures import picture
from services.platform.documents.word_styles import lay_out
from services.platform.documents.word_tables import headline_table, layout_of, table
from services.platform.documents.wording import Words, words_of

CONTENTS_FROM_SECTIONS = 6
SUBTITLE_WIDTH = 56  # half letters
BLOCK_STYLES = {"body": "Body Text", "lead": "Lead", "note": "Note"}


def docx_bytes(document: Document) -> bytes:
    words = words_of(document)
    word = docx.Document()
    lay_out(word, document, words)
    _describe(word, document, words)
    for element in without_empty_page(word, _elements(word, document, words)):
        word.element.body.insert_element_before(parse_xml(element), "w:sectPr")
    out = BytesIO()
    word.save(out)
    return same_every_time(out.getvalue())


def _elements(word: WordDocument, document: Document, words: Words) -> list[str]:
    sections = numbered(document)
    parts = [xml.paragraph(document.title, "Title")]
    if document.subtitle:
        parts.append(xml.paragraph(balanced(document.subtitle, SUBTITLE_WIDTH), "Subtitle"))
    if document.headlines:
        parts += [headline_table(document.headlines, words), xml.paragraph("", "Gap")]
    if len(sections) >= CONTENTS_FROM_SECTIONS:
        parts += xml.contents(sections, words.contents)
    for position, section in enumerate(sections, start=1):
        parts += _section(word, document, section, position)
    if document.source:
        parts.append(xml.paragraph(words.source, "Source Heading"))
        parts += [xml.named_line(name, value, words) for name, value in document.source]
    return parts


def _section(
    word: WordDocument, document: Document, section: NumberedSection, position: int
) -> list[str]:
    style = f"Heading {section.section.level}"
    parts = [xml.bookmarked(section.section.heading, style, section.anchor, position)]
    for block, number in section.blocks:
        written = _block(word, document, block, number)
        if isinstance(block, Table) and layout_of(block).lying:
            before = [end_of_page(word, lying=False)]
            opens = len(parts) == 1  # then the heading goes over to the table's page
            parts = before + parts if opens else parts + before
            written.append(end_of_page(word, lying=True))
        parts += written
    return parts


def _block(word: WordDocument, document: Document, block: Block, number: int) -> list[str]:
    words = words_of(document)
    match block:
        case Paragraph():
            return [xml.paragraph(block.text, BLOCK_STYLES[block.style])]
        case Bullets():
            return [xml.paragraph(item, "List Bullet") for item in block.items]
        case Table():
            caption = xml.caption(words.table, number, block.caption, above=True)
            return [caption, table(block, layout_of(block), words), *_note(block.note, words)]
        case Chart():
            drawing = Drawing(block, document.language)
            drawn = picture(word, chart_png(drawing), number, described(drawing))
            caption = xml.caption(words.figure, number, block.caption, above=False)
            return [drawn, caption, *_note(block.note, words, after_figure=True)]


def _note(note: str, words: Words, after_figure: bool = False) -> list[str]:
    if note:
        return [xml.paragraph(words.note + note, "Note")]
    return [] if after_figure else [xml.paragraph("", "Gap")]


def _describe(word: WordDocument, document: Document, words: Words) -> None:
    properties = word.core_properties
    properties.title = document.title
    properties.subject = document.subtitle
    properties.language = words.tag
    properties.author = ""
    properties.last_modified_by = ""
    properties.comments = ""
    properties.keywords = document.name
    properties.created = properties.modified = MADE_AT
    properties.revision = 1
