"""Paragraphs, captions and fields as WordprocessingML. Texts are escaped here and nowhere else."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from services.platform.documents.numbering import NumberedSection
from services.platform.documents.wording import Words

SPACES = nsdecls("w")
CONTENTS = r'TOC \o "1-2" \h \z \n'


def paragraph(text: str, style: str) -> str:
    return _paragraph(style, run(text))


def bookmarked(text: str, style: str, anchor: str, number: int) -> str:
    start = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark(anchor)}"/>'
    return _paragraph(style, f'{start}{run(text)}<w:bookmarkEnd w:id="{number}"/>')


def bookmark(anchor: str) -> str:
    """Word's names: at most 40 letters, digits and underscores; the end of an anchor differs."""
    return "_" + anchor.replace("-", "_")[-38:]


def caption(label: str, number: int, text: str, above: bool) -> str:
    """With the number as a field, so that it counts on when somebody adds another."""
    counted = field(f"SEQ {label} \\* ARABIC", run(str(number)))
    keep = "<w:keepNext/>" if above else ""
    return _paragraph("Caption", f"{run(f'{label} ')}{counted}{run(f'  {text}')}", keep)


def contents(sections: Iterable[NumberedSection], heading: str) -> list[str]:
    """A table of contents that is right before anybody updates it: links, no page numbers."""
    entries = [
        (f"toc {part.section.level}", _link(part.anchor, part.section.heading)) for part in sections
    ]
    begin = f"{_mark('begin')}{_instruction(CONTENTS)}{_mark('separate')}"
    lines = [paragraph(heading, "TOC Heading")]
    for index, (style, link) in enumerate(entries):
        first = begin if index == 0 else ""
        last = _mark("end") if index == len(entries) - 1 else ""
        lines.append(_paragraph(style, f"{first}{link}{last}"))
    return lines


def named_line(name: str, value: str, words: Words) -> str:
    colon = "：" if words.tag == "zh-CN" else ": "
    return paragraph(f"{name}{colon}{value}", "Source")


def field(instruction: str, shown: str) -> str:
    parts = (_mark("begin"), _instruction(instruction), _mark("separate"), shown, _mark("end"))
    return "".join(parts)


def run(text: str, properties: str = "") -> str:
    """Line breaks stay line breaks."""
    if not text:
        return ""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = [
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else ""
        for line in text.replace("\t", " ").splitlines()
    ]
    return f"<w:r>{look}{'<w:br/>'.join(lines)}</w:r>"


def _paragraph(style: str, content: str, properties: str = "") -> str:
    named = f'<w:pStyle w:val="{style_id(style)}"/>'
    return f"<w:p {SPACES}><w:pPr>{named}{properties}</w:pPr>{content}</w:p>"


def style_id(style: str) -> str:
    return style.replace(" ", "")


def _link(anchor: str, text: str) -> str:
    return f'<w:hyperlink w:anchor="{bookmark(anchor)}" w:history="1">{run(text)}</w:hyperlink>'


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {escape(text)} </w:instrText></w:r>'
