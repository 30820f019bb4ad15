"""The workbook, read back by another library than the one that wrote it."""

from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from services.platform.documents.book_names import FORBIDDEN, LENGTH_MAX, sheet_names
from services.platform.documents.model import Chart, Column, Language, Series, Table
from services.platform.documents.rendering import render
from tests.platform.documents.conftest import rendered
from tests.platform.documents.few import around

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|'/C calc'!A0", "http://a.b/c")


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def test_there_is_a_sheet_for_each_table_and_chart(language: Language) -> None:
    book = opened(rendered(language, "xlsx"))
    table, figure = ("表", "图") if language == "zh" else ("Table", "Figure")
    names = book.sheetnames
    assert names[0] == ("概要" if language == "zh" else "Summary")
    assert sum(name.startswith(table) for name in names) == 5  # one lists tickets
    assert sum(name.startswith(figure) for name in names) == 6
    assert sum(len(sheet._charts) for sheet in book.worksheets) == 6


def test_numbers_are_numbers_with_formats() -> None:
    sheet = next(one for one in opened(rendered("zh", "xlsx")) if one.title.startswith("表1"))
    row = [cell for cell in sheet[4]]
    assert [cell.value for cell in row] == ["求助", 12_034, 0.5577, 11_020, 0.092]
    assert [cell.number_format for cell in row][1:3] == ["#,##0", "0.00%"]
    assert row[4].number_format == "+0.00%;-0.00%;0.00%"
    assert sheet["E8"].value == "–"


def test_headers_are_frozen_filtered_and_printed_on_every_page() -> None:
    sheet = next(one for one in opened(rendered("zh", "xlsx")) if one.title.startswith("表3"))
    assert sheet.freeze_panes == "B4"
    assert sheet.auto_filter.ref == "A3:E43"
    assert sheet.print_title_rows == "$1:$3"
    assert sheet["D4"].value.isoformat() == "2024-06-01T00:00:00"


def test_a_sum_stays_where_it_is_when_rows_are_sorted() -> None:
    sheet = next(one for one in opened(rendered("zh", "xlsx")) if one.title.startswith("表1"))
    assert sheet.auto_filter.ref == "A3:E8"
    assert sheet["A9"].value == "合计"


def test_tickets_are_listed_beside_the_row_that_counts_them() -> None:
    sheet = next(one for one in opened(rendered("zh", "xlsx")) if "工单" in one.title)
    assert [cell.value for cell in sheet[3]] == ["承办单位", "工单编号"]
    assert [cell.value for cell in sheet[4]] == ["城中区人民政府", "T2024-01-0000"]


def test_text_is_never_a_formula_nor_a_link() -> None:
    table = Table("=A1", (Column("=A1"),), tuple((text,) for text in DANGEROUS), note="=A1")
    document = around(table, title="=A1")
    data = render(document, "xlsx")
    book = opened(data)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    written = [str(cell.value).replace("\r", " ") for cell in cells]
    for text in DANGEROUS:
        assert text.replace("\r", " ") in [one.replace("_x000D_", " ") for one in written]
    with ZipFile(BytesIO(data)) as parts:
        assert not any("<f>" in parts.read(name).decode() for name in parts.namelist())


def test_a_ranking_draws_its_limits() -> None:
    data = rendered("zh", "xlsx")
    with ZipFile(BytesIO(data)) as parts:
        drawn = [parts.read(name).decode() for name in parts.namelist() if "charts/chart" in name]
    assert sum("<c:errBars>" in one for one in drawn) == 1
    assert not any("3D" in one for one in drawn)


@pytest.mark.parametrize("kind", ["line", "bar", "stacked", "rank"])
def test_a_gap_is_an_empty_cell(kind: str) -> None:
    chart = Chart(kind, "图", ("a", "b"), (Series("s", (None, 3)),))  # type: ignore[arg-type]
    sheet = opened(render(around(chart), "xlsx")).worksheets[1]
    assert [sheet["B4"].value, sheet["B5"].value] == [None, 3]


def test_long_texts_end_at_what_a_cell_holds() -> None:
    data = render(around(Table("长", (Column("a"),), (("字" * 40_000,),))), "xlsx")
    assert len(opened(data).worksheets[1]["A4"].value) == 32_767


def test_a_long_note_goes_on_in_rows_of_its_own() -> None:
    note = "按期办结率是期限内办结的件数与到期件数之比。" * 200
    sheet = opened(render(around(Table("a", (Column("甲"),), (("乙",),), note=note)), "xlsx"))
    notes = [row[0].value for row in sheet.worksheets[1].iter_rows(min_row=6) if row[0].value]
    assert len(notes) > 3
    assert "".join(map(str, notes)) == f"注：{note}"


@given(st.lists(st.text(max_size=50), max_size=8))
def test_names_of_sheets_are_legal_and_differ(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    assert len(names) == len(wanted)
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) <= 2 * LENGTH_MAX
        assert not FORBIDDEN.search(name)
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"
