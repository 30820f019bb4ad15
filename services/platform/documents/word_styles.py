"""Page and styles of official papers (GB/T 9704): 宋体 titles, 黑体 headings, 仿宋 text."""

from typing import NamedTuple, cast

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from services.platform.documents.model import Document
from services.platform.documents.word_xml import SPACES, field, run
from services.platform.documents.wording import Words

INK = RGBColor(0, 0, 0)
LATIN = "Times New Roman"


ENGLISH_SIZES: dict[float, float] = {22: 20, 16: 11.5, 15: 12, 14: 11}


class Look(NamedTuple):
    """size, before, after, line: points; line 0: by itself. indent: letters of the first line."""

    name: str
    font: str
    size: float
    bold: bool = False
    side: WD_ALIGN_PARAGRAPH | None = None
    before: float = 0
    after: float = 0
    line: float = 0
    indent: int = 0
    keep: bool = False
    latin: str = LATIN
    left: float = 0


CENTRE, LEFT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
LOOKS = (
    Look("Title", "宋体", 22, True, CENTRE, 0, 8, 34),
    Look("Subtitle", "楷体", 15, False, CENTRE, 0, 16, 24),
    Look("Heading 1", "黑体", 16, False, LEFT, 14, 6, 28, 0, True, "Arial"),
    Look("Heading 2", "楷体", 16, True, LEFT, 8, 4, 28, 0, True),
    Look("Body Text", "仿宋", 16, False, BOTH, 0, 0, 28, 2),
    Look("Lead", "黑体", 16, False, BOTH, 0, 6, 28, 2, False, "Arial"),
    Look("Note", "仿宋", 10.5, False, LEFT, 3, 10, 16),
    Look("List Bullet", "仿宋", 16, False, BOTH, 0, 0, 28),
    Look("Caption", "黑体", 12, False, CENTRE, 8, 6, 20, 0, False, "Arial"),
    Look("Figure", "宋体", 10.5, False, CENTRE, 10, 0, 0, 0, True),
    Look("Table Text", "宋体", 10.5, False, None, 2, 2, 15),
    Look("Table Small", "宋体", 9, False, None, 2, 2, 13),
    Look("Table Tiny", "宋体", 7, False, None, 2, 2, 10),
    Look("Card Name", "宋体", 10.5, False, CENTRE, 3, 3, 15),
    Look("Card Value", "黑体", 18, True, CENTRE, 0, 0, 26, 0, False, "Arial"),
    Look("Gap", "宋体", 8, False, None, 0, 0, 12),
    Look("TOC Heading", "黑体", 16, False, CENTRE, 10, 6, 28, 0, True, "Arial"),
    Look("toc 1", "仿宋", 14, False, LEFT, 0, 0, 24),
    Look("toc 2", "仿宋", 14, False, LEFT, 0, 0, 24, left=28),
    Look("Source Heading", "黑体", 10.5, False, LEFT, 18, 2, 16, 0, True, "Arial"),
    Look("Source", "仿宋", 10.5, False, LEFT, 0, 0, 16),
    Look("Header", "宋体", 9, False, CENTRE),
    Look("Footer", "宋体", 14, False, CENTRE),
)
TABLE_STYLE = """<w:style {spaces} w:type="table" w:customStyle="1" w:styleId="{id}">
<w:name w:val="{id}"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>
{borders}</w:tblBorders><w:tblCellMar><w:left w:w="70" w:type="dxa"/>
<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>"""
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def lay_out(word: WordDocument, document: Document, words: Words) -> None:
    _set_page(word, document, words)
    _set_language(word, words)
    for look in LOOKS:
        _set_style(word, look if document.language == "zh" else _for_english(look))
    _set_tables(word)


def _for_english(look: Look) -> Look:
    """Smaller letters, closer lines, no indents: what English readers expect of an office."""
    is_text = look.line == 28 and look.size == 16
    heading = look.name.startswith("Heading")
    size = ENGLISH_SIZES.get(look.size, look.size) + 1.5 * heading
    side = LEFT if look.side == BOTH else look.side
    after = max(look.after, 6) if is_text else look.after
    line = 16 if is_text else min(look.line, 18) if look.size < 20 else 26
    return look._replace(
        size=size, side=side, after=after, line=line, indent=0, bold=look.bold or heading
    )


def _set_page(word: WordDocument, document: Document, words: Words) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    section.different_first_page_header_footer = True  # the title stands there already
    section.header.paragraphs[0].add_run(document.title)
    before, middle, after = words.page
    numbers = field("PAGE", run("1"))
    if middle:
        numbers = f"{numbers}{run(middle)}{field('NUMPAGES', run('1'))}"
    content = f"<w:p {SPACES}>{run(before)}{numbers}{run(after)}</w:p>"
    for footer in (section.footer, section.first_page_footer):
        for element in parse_xml(content):
            footer.paragraphs[0]._p.append(element)


def _set_language(word: WordDocument, words: Words) -> None:
    """And the ways of today's Word, not of the year in which the library's template was made."""
    settings = word.settings.element
    for one in settings.iter(qn("w:compatSetting")):
        if one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), "15")
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
    defaults = word.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")


def _set_style(word: WordDocument, look: Look) -> None:
    style = _style(word, look.name)
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, False
    style.font.color.rgb = INK
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        border.getparent().remove(border)
    _set_fonts(style, look)
    paragraph = style.paragraph_format
    paragraph.alignment = look.side
    paragraph.space_before, paragraph.space_after = Pt(look.before), Pt(look.after)
    paragraph.keep_with_next = look.keep
    paragraph.left_indent = Pt(look.left) if look.left else None
    paragraph.line_spacing = Pt(look.line) if look.line else 1.0
    if look.line:
        paragraph.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    if look.indent:
        paragraph.first_line_indent = Pt(look.indent * look.size)
        style.element.pPr.ind.set(qn("w:firstLineChars"), str(look.indent * 100))


def _style(word: WordDocument, name: str) -> ParagraphStyle:
    if name in word.styles:
        return cast(ParagraphStyle, word.styles[name])
    words_own = name.startswith("toc ")  # Word finds it by this name when it updates the contents
    added = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=words_own)
    style = cast(ParagraphStyle, added)
    style.base_style = word.styles["Normal"]
    return style


def _set_fonts(style: ParagraphStyle, look: Look) -> None:
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    fonts = OxmlElement("w:rFonts")
    for attribute, name in (("ascii", look.latin), ("hAnsi", look.latin), ("eastAsia", look.font)):
        fonts.set(qn(f"w:{attribute}"), name)
    properties.insert(0, fonts)


def _set_tables(word: WordDocument) -> None:
    for style_id, colour in (("YousuTable", "444444"), ("YousuCards", "A6A6A6")):
        borders = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{colour}"/>' for side in SIDES
        )
        written = TABLE_STYLE.format(spaces=SPACES, id=style_id, borders=borders)
        word.styles.element.append(parse_xml(written))
