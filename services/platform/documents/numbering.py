"""Tables and figures counted through a document, in the order in which they are read."""

from typing import NamedTuple

from services.platform.documents.model import Block, Chart, Document, Section, Table


class NumberedBlock(NamedTuple):
    """number: of the table or figure among its like; 0 for other blocks."""

    block: Block
    number: int


class NumberedSection(NamedTuple):
    """anchor: for links within the document."""

    section: Section
    anchor: str
    blocks: tuple[NumberedBlock, ...]


def numbered(document: Document) -> tuple[NumberedSection, ...]:
    tables = figures = 0
    sections = []
    for position, section in enumerate(document.sections, start=1):
        blocks = []
        for block in section.blocks:
            tables += isinstance(block, Table)
            figures += isinstance(block, Chart)
            blocks.append(NumberedBlock(block, _number(block, tables, figures)))
        sections.append(NumberedSection(section, f"{document.name}-{position}", tuple(blocks)))
    return tuple(sections)


def _number(block: Block, tables: int, figures: int) -> int:
    if isinstance(block, Table):
        return tables
    return figures if isinstance(block, Chart) else 0
