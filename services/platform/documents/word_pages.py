"""Pages upright and on their side: a section ends with the page that it was written on."""

from copy import deepcopy

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.section import CT_SectPr
from docx.oxml.xmlchemy import serialize_for_reading

from services.platform.documents.word_xml import SPACES

SIDE_MARGINS = {"top": "1587", "bottom": "1474", "left": "2041", "right": "2041"}


def end_of_page(word: WordDocument, lying: bool) -> str:
    """Ends the pages so far, upright or lying; what follows begins a page of its own."""
    page = deepcopy(word.element.body.sectPr)
    if lying:
        _lay(page)
    written = serialize_for_reading(page)
    return f'<w:p {SPACES}><w:pPr><w:pStyle w:val="Gap"/>{written}</w:pPr></w:p>'


def without_empty_page(word: WordDocument, elements: list[str]) -> list[str]:
    """If the last pages lie, the document itself ends with them."""
    if not elements or elements[-1] != end_of_page(word, lying=True):
        return elements
    _lay(word.element.body.sectPr)
    return elements[:-1]


def _lay(page: CT_SectPr) -> None:
    size, margins = page.find(qn("w:pgSz")), page.find(qn("w:pgMar"))
    wide, high = size.get(qn("w:w")), size.get(qn("w:h"))
    size.set(qn("w:w"), high)
    size.set(qn("w:h"), wide)
    size.set(qn("w:orient"), "landscape")
    for side, width in SIDE_MARGINS.items():
        margins.set(qn(f"w:{side}"), width)
