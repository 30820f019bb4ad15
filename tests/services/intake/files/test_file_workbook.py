import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from services.intake.files import (
    ColumnsMissing,
    FileUnreadable,
    Limits,
    ReportRow,
    load_mapping,
    open_report_file,
)
from services.intake.files.workbook import as_text

NOON = datetime(2026, 1, 6, 12, 9, 38)  # noqa: DTZ001  # cells name no zone
HEADER = [
    "编号",
    "标题",
    "内容",
    "电话",
    "时间",
    "类型",
    "经度",
    "纬度",
    "附件",
    "答复",
    "答复时间",
]


@pytest.fixture
def workbook(tmp_path):
    def write(*rows, header=HEADER, sheet="工单"):
        book = openpyxl.Workbook()
        book.active.title = sheet
        for row in (header, *rows):
            book.active.append(row)
        path = tmp_path / "calls.xlsx"
        book.save(path)
        return path

    return write


def test_cells_of_all_types_are_read(read, workbook):
    path = workbook(
        [20261, "冷", "=HYPERLINK(1)", 13900000000.0, NOON, "求助",
         101.78, 36.62],
        ["A2", "热", "<b>", None, date(2026, 1, 6)],
        ["A3", "热", "x", True, "2026/1/6 12:09"],
    )  # fmt: skip
    first, second, third = read(path)
    assert (first.reference, first.contact, first.kind) == ("20261", "13900000000", "help")
    assert first.text == "=HYPERLINK(1)"
    assert (first.longitude, first.latitude) == (101.78, 36.62)
    assert first.received_at == datetime(2026, 1, 6, 4, 9, 38, tzinfo=UTC)
    assert second.received_at == datetime(2026, 1, 5, 16, tzinfo=UTC)
    assert third.received_at == datetime(2026, 1, 6, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.39e10, "13900000000"), (0.1, "0.1"), (None, ""), (False, "FALSE"), (-3, "-3")],
)
def test_numbers_are_written_as_a_clerk_would(value, text):
    assert as_text(value) == text


def test_blank_rows_are_skipped_and_lines_are_the_sheet_s(read, workbook):
    rows = read(workbook(["A1", "冷"], [], [], ["A2", "热"], [None, None, "无编号"]))
    assert [(row.row, row.line) for row in rows] == [(1, 2), (2, 5), (3, 6)]
    assert [isinstance(row, ReportRow) for row in rows] == [True, True, False]
    assert rows[2].code == "reference_missing"


def test_a_cell_beyond_the_header_is_refused(read, workbook):
    (row,) = read(workbook(["A1", *[""] * 10, None, "x"]))
    assert row.code == "column_count"


def test_date_cells_are_read_when_the_mapping_lists_other_formats(workbook, mapping_of, now):
    mapping = mapping_of(
        'reference = {column = "n"}\n[columns]\ntext = "t"\ntime = "w"\n'
        '[time]\nformats = ["%d.%m.%Y"]'
    )
    path = workbook(["1", "x", NOON], ["2", "x", "6.1.2026"], header=["n", "t", "w"])
    with open_report_file(path, mapping) as file:
        assert [row.received_at.hour for row in file.rows(now)] == [4, 16]


def test_the_hotline_example_reads_its_sheet(workbook, now):
    example = Path(__file__).parents[4] / "examples" / "mappings" / "hotline_xlsx.toml"
    header = ["工单编号", "来电号码", "来电人", "来电时间", "诉求类型", "标题", "诉求内容",
              "事发地址", "所属区域", "事项编码", "经度", "纬度", "附件"]  # fmt: skip
    call = ["H1", 1390000, "王", "2026年1月6日 12:09", "表扬类", "好", "谢谢", "南小街", "城中区",
            "0101", 101.78, 36.62, "a;b"]  # fmt: skip
    path = workbook(call, header=header)
    with open_report_file(path, load_mapping(example)) as file:
        (row,) = file.rows(now)
    assert (row.kind, row.area, row.attachments) == ("thanks", "城中区", ("a", "b"))


def test_progress_is_in_rows(workbook, mapping, now):
    path = workbook(["A1", "冷"], ["A2", "热"])
    with open_report_file(path, mapping) as file:
        assert (file.progress.done, file.progress.total, file.progress.unit) == (1, 3, "rows")
        list(file.rows(now))
        assert file.progress.done == 3


def test_a_sheet_or_column_that_is_not_there_is_named(workbook, mapping_of, read):
    mapping = mapping_of(
        'reference = {column = "n"}\n[columns]\ntext = "t"\n[file]\nsheet = "通话"'
    )
    with pytest.raises(FileUnreadable, match="no sheet “通话”; it has 工单"):
        read(workbook(), mapping)
    with pytest.raises(ColumnsMissing, match="“内容”"):
        read(workbook(header=["编号", "标题"]))


def test_an_empty_sheet_is_refused(workbook, read):
    with pytest.raises(FileUnreadable, match="empty"):
        read(workbook(header=[]))


def test_a_damaged_workbook_is_refused_before_its_first_row(workbook, read):
    path = workbook(*[[f"A{n}", f"冷{n}"] for n in range(500)])
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], content[:60], _flipped(content)):
        path.write_bytes(damaged)
        with pytest.raises(FileUnreadable, match="damaged"):
            read(path)


def _flipped(content):
    middle = content.index(b"xl/worksheets/sheet1.xml") + 400
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


ROW = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>'
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BROKEN_LATER = (
    b'<worksheet %s><dimension ref="A1:A2"/><sheetData>' % NAMESPACE
    + ROW % (1, 1, "编号".encode())
    + b"<row r='2'></c>"
)


def with_sheet(path, sheet):
    """The same workbook, with correct checksums, but another XML for its sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, sheet if name.startswith("xl/worksheets/") else content)
    return path


@pytest.mark.parametrize("sheet", [b"<worksheet><sheetData><row", b"not xml", b""])
def test_a_workbook_whose_parts_are_not_what_they_should_be_is_refused(workbook, read, sheet):
    with pytest.raises(FileUnreadable, match=r"damaged|empty"):
        read(with_sheet(workbook(["A1", "冷"]), sheet))


def test_a_sheet_whose_xml_breaks_later_stops_with_an_error_there(workbook, mapping_of, read):
    mapping = mapping_of('reference = "content"\n[columns]\ntext = "编号"')
    with pytest.raises(FileUnreadable, match="damaged XLSX file \\(after row 1\\)"):
        read(with_sheet(workbook(), BROKEN_LATER), mapping)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path, read):
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    with pytest.raises(FileUnreadable, match="not an XLSX workbook"):
        read(path)


def test_a_zip_bomb_is_refused_by_what_it_would_unpack_to(workbook, read):
    path = workbook(["A1", "冷"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(30 * 1024 * 1024))
    assert path.stat().st_size < 100_000
    with pytest.raises(FileUnreadable, match="would unpack to 30 MiB, more than 20 MiB"):
        read(path, limits=Limits(uncompressed_bytes_max=20 * 1024 * 1024))
