"""Small documents around one block."""

from services.platform.documents.model import Block, Document, Language, Section


def around(*blocks: Block, language: Language = "zh", title: str = "通报") -> Document:
    return Document("few", title, "", language, (), (Section("一、情况", blocks),))
