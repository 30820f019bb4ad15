"""The paper, read back as python-docx and as XML."""

import re
from io import BytesIO
from zipfile import ZipFile

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from services.platform.documents.model import Column, Language, Paragraph, Table
from services.platform.documents.rendering import render
from tests.platform.documents.conftest import rendered
from tests.platform.documents.few import around

CAPTION_LABELS = {"zh": ("表", "图"), "en": ("Table", "Figure")}


def opened(data: bytes) -> WordDocument:
    return docx.Document(BytesIO(data))


def texts(word: WordDocument, style: str) -> list[str]:
    return [one.text for one in word.paragraphs if one.style and one.style.name == style]


def test_headings_captions_and_properties_are_real(language: Language) -> None:
    word = opened(rendered(language, "docx"))
    assert len(texts(word, "Heading 1")) == 6
    assert len(texts(word, "Heading 2")) == 1
    table, figure = CAPTION_LABELS[language]
    captions = texts(word, "Caption")
    assert [one.split("  ")[0] for one in captions if one.startswith(table)] == [
        f"{table} {n}" for n in range(1, 5)
    ]
    assert [one.split("  ")[0] for one in captions if one.startswith(figure)] == [
        f"{figure} {n}" for n in range(1, 7)
    ]
    fields = [one.text or "" for one in word.element.body.iter(qn("w:instrText"))]
    assert sum(f"SEQ {table} " in one for one in fields) == 4
    assert sum("TOC " in one for one in fields) == 1
    assert word.core_properties.language == ("zh-CN" if language == "zh" else "en")
    assert word.core_properties.title


def test_contents_lead_to_headings() -> None:
    word = opened(rendered("zh", "docx"))
    named = {one.get(qn("w:name")) for one in word.element.body.iter(qn("w:bookmarkStart"))}
    links = [one.get(qn("w:anchor")) for one in word.element.body.iter(qn("w:hyperlink"))]
    assert len(links) == 7
    assert set(links) <= named
    assert (len(texts(word, "toc 1")), len(texts(word, "toc 2"))) == (6, 1)
    marks = [one.get(qn("w:fldCharType")) for one in word.element.body.iter(qn("w:fldChar"))]
    assert marks.count("begin") == marks.count("separate") == marks.count("end")


def test_tables_repeat_their_header_and_keep_rows_whole() -> None:
    word = opened(rendered("zh", "docx"))
    tables = word.tables[1:]  # the first has the headlines
    assert [len(table.rows) for table in tables] == [7, 13, 41, 2]
    for table in tables:
        assert table.rows[0]._tr.find(".//" + qn("w:tblHeader")) is not None
        widths = [int(one.get(qn("w:w"))) for one in table._tbl.tblGrid]
        assert sum(widths) == 8845
    assert all(row._tr.find(".//" + qn("w:cantSplit")) is not None for row in tables[0].rows)
    sides = [cell.paragraphs[0].alignment for cell in tables[0].rows[1].cells]
    assert [int(side or 0) for side in sides] == [0, 2, 2, 2, 2]
    assert tables[0].rows[6].cells[0].paragraphs[0].runs[0].bold


def test_fonts_and_page_are_those_of_official_papers() -> None:
    word = opened(rendered("zh", "docx"))
    fonts = {
        name: word.styles[name].element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia"))
        for name in ("Title", "Heading 1", "Body Text", "Caption")
    }
    assert fonts == {"Title": "宋体", "Heading 1": "黑体", "Body Text": "仿宋", "Caption": "黑体"}
    section = word.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    for footer in (section.footer, section.first_page_footer):
        assert "PAGE" in footer._element.xml
    assert section.header.paragraphs[0].text == "有诉必应马上办月通报"


def test_pictures_are_fine_enough_for_print_and_can_be_heard() -> None:
    data = rendered("en", "docx")
    word = opened(data)
    assert len(word.inline_shapes) == 6
    described = [one.get("descr") for one in word.element.body.iter(qn("wp:docPr"))]
    assert all(one and one.startswith("Figure: ") for one in described)
    with ZipFile(BytesIO(data)) as parts:
        pictures = [name for name in parts.namelist() if name.endswith(".png")]
        assert len(pictures) == 6
        widths = {int.from_bytes(parts.read(name)[16:20], "big") for name in pictures}
    assert min(widths) / (word.inline_shapes[0].width.inches) > 200


def test_a_wide_table_lies_on_its_side_and_the_next_page_stands() -> None:
    columns = tuple(Column(f"第 {n} 列的指标名称", "count") for n in range(14))
    wide = Table("宽", columns, ((1_234_567,) * 14,))
    word = opened(render(around(Paragraph("前"), wide, Paragraph("后")), "docx"))
    assert [int(section.orientation or 0) for section in word.sections] == [0, 1, 0]


def test_a_wide_table_at_the_end_leaves_no_empty_page() -> None:
    columns = tuple(Column(f"第 {n} 列的指标名称", "count") for n in range(14))
    wide = Table("宽", columns, ((1_234_567,) * 14,))
    word = opened(render(around(wide), "docx"))
    assert [int(section.orientation or 0) for section in word.sections] == [0, 1]


def test_a_row_higher_than_a_page_may_go_on_and_other_rows_not() -> None:
    table = Table("长", (Column("a"),), (("字" * 9_000,), ("短",)))
    rows = opened(render(around(table), "docx")).tables[0].rows
    whole = [row._tr.find(".//" + qn("w:cantSplit")) is not None for row in rows]
    assert whole == [True, False, True]


def test_markup_and_line_breaks_are_text() -> None:
    word = opened(render(around(Paragraph("<w:p/>&\n第二行")), "docx"))
    assert texts(word, "Body Text") == ["<w:p/>&\n第二行"]


def test_no_part_tells_when_it_was_made() -> None:
    with ZipFile(BytesIO(rendered("zh", "docx"))) as parts:
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert re.findall(r"20\d\d-", parts.read("docProps/core.xml").decode()) == ["2000-"] * 2
