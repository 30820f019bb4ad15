"""From a document to the bytes of a file. The libraries of a format load when it is asked for."""

import logging
from typing import Literal, assert_never

from services.platform.documents.checking import checked
from services.platform.documents.model import Document

Format = Literal["html", "docx", "xlsx"]
FORMATS: tuple[Format, ...] = ("html", "docx", "xlsx")
MEDIA_TYPES: dict[Format, str] = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def render(document: Document, format: Format) -> bytes:
    """The same document gives the same bytes. Raises DocumentInvalid: what is wrong, and where."""
    document = checked(document)
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where it keeps its cache is no news
    match format:
        case "html":
            from services.platform.documents.as_html import html_bytes

            return html_bytes(document)
        case "docx":
            from services.platform.documents.as_docx import docx_bytes

            return docx_bytes(document)
        case "xlsx":
            from services.platform.documents.as_xlsx import xlsx_bytes

            return xlsx_bytes(document)
        case _:
            assert_never(format)
