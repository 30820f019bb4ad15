from datetime import UTC, datetime

import pytest

from services.intake.files import ReportRow, RowRejected


def only(rows):
    (row,) = rows
    return row


def test_a_good_row_becomes_a_report_in_utc(read, csv_file, good):
    row = only(read(csv_file([good(附件="a.jpg; b.jpg;", 答复="已修好", 答复时间="2026-11-21")])))
    assert row == ReportRow(
        row=1, line=2, reference="A1", title="暖气不热", text="南小街三号院,室温十四度",
        contact="13900000000", name=None, received_at=datetime(2026, 11, 20, 1, 5, 7, tzinfo=UTC),
        address=None, area=None, item=None, kind="complaint", longitude=101.78, latitude=36.62,
        attachments=("a.jpg", "b.jpg"), reply="已修好",
        replied_at=datetime(2026, 11, 20, 16, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code", "column"),
    [
        ({"标题": " ", "内容": "\n"}, "empty_text", "内容"),
        ({"编号": " "}, "reference_missing", "编号"),
        ({"编号": "A\n1"}, "control_characters", "编号"),
        ({"编号": "A" * 201}, "too_long", "编号"),
        ({"内容": "冷" * 10_001}, "too_long", "内容"),
        ({"标题": "冷" * 501}, "too_long", "标题"),
        ({"内容": "冷" * (1024 * 1024)}, "cell_too_large", None),
        ({"内容": "冷\x00"}, "control_characters", "内容"),
        ({"标题": "冷\x1b[31m"}, "control_characters", "标题"),
        ({"答复": "好\x85"}, "control_characters", "答复"),
        ({"时间": "昨天"}, "time_invalid", "时间"),
        ({"时间": "2026/2/30 8:00"}, "time_invalid", "时间"),
        ({"时间": "2026/11/20 24:01:00"}, "time_invalid", "时间"),
        ({"时间": "43836.5"}, "time_invalid", "时间"),
        ({"时间": "2026/11/24 12:00:01"}, "time_in_future", "时间"),
        ({"时间": "9999-12-31 23:59:59-12:00"}, "time_in_future", "时间"),
        ({"时间": "1970-01-01 00:00:00"}, "time_implausible", "时间"),
        ({"时间": "1970-01-01 08:00:00"}, "time_implausible", "时间"),
        ({"时间": "1989/12/31 23:59:59"}, "time_implausible", "时间"),
        ({"时间": "0001-01-01T00:00:00+14:00"}, "time_implausible", "时间"),
        ({"答复时间": "2026/11/25"}, "time_in_future", "答复时间"),
        ({"答复时间": "2026/11/19 8:00"}, "reply_before_report", "答复时间"),
        ({"经度": "0", "纬度": "0.0"}, "coordinates_zero", "纬度"),
        ({"经度": "36.62", "纬度": "101.78"}, "coordinates_swapped", "纬度"),
        ({"经度": "36.62", "纬度": "85"}, "coordinates_swapped", "纬度"),
        ({"经度": "181"}, "coordinates_out_of_range", "经度"),
        ({"纬度": "-90.1"}, "coordinates_out_of_range", "纬度"),
        ({"经度": ""}, "coordinates_incomplete", "经度"),
        ({"纬度": ""}, "coordinates_incomplete", "纬度"),
        ({"纬度": "三十六"}, "coordinates_invalid", "纬度"),
        ({"纬度": "nan"}, "coordinates_invalid", "纬度"),
        ({"经度": "1e999"}, "coordinates_invalid", "经度"),
        ({"经度": "10_1"}, "coordinates_invalid", "经度"),
        ({"类型": "牢骚"}, "kind_unknown", "类型"),
        ({"附件": "x;" * 21}, "attachments_too_many", "附件"),
        ({"附件": "x" * 2001}, "too_long", "附件"),
    ],
)
def test_a_bad_row_is_refused_by_its_rule(read, csv_file, good, changed, code, column):
    first, refused, last = read(csv_file([good(), good(**changed), good(编号="A3")]))
    assert isinstance(first, ReportRow)
    assert isinstance(last, ReportRow)
    assert isinstance(refused, RowRejected)
    assert (refused.row, refused.line, refused.column, refused.code) == (2, 3, column, code)
    assert refused.cells == tuple(good(**changed))
    assert refused.reason.startswith("row 2 (line 3)")
    assert column is None or f"“{column}”" in refused.reason


def test_reasons_and_representations_hold_no_words_of_the_resident(read, csv_file, good):
    secret = "张三13912345678"
    names = ("编号", "标题", "内容", "电话", "时间", "经度", "类型", "答复")
    rows = read(csv_file([good(**{name: secret + "\x01"}) for name in names] + [good(标题=secret)]))
    assert len(rows) == len(names) + 1
    for row in rows:
        assert "张三" not in repr(row)
        assert "张三" not in getattr(row, "reason", "")


@pytest.mark.parametrize(
    "words",
    [
        "<b onclick='x()'>冷</b>",
        "=1+1",
        "@SUM(A1)",
        " 前后 有空格\t",
        "第一行\r\n第二行\n",
        '说"冷"',
    ],
)
def test_html_formulas_and_line_ends_are_kept_as_they_are(read, csv_file, good, words):
    assert only(read(csv_file([good(内容=words)]))).text == words


@pytest.mark.parametrize("count", [1, -1])
def test_more_or_fewer_cells_than_the_header_is_refused(read, csv_file, good, count):
    wrong = [*good(), "x"] if count > 0 else good()[:-1]
    refused, following = read(csv_file([wrong, good()]))
    assert (refused.code, refused.cells) == ("column_count", tuple(wrong))
    assert f"{11 + count} cells where the header has 11" in refused.reason
    assert isinstance(following, ReportRow)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("咨询", "inquiry"), ("求助", "help"), ("投诉", "complaint"), ("举报", "tipoff"),
     ("建议", "suggestion"), ("感谢", "thanks"), (" Help ", "help"), ("", None)],
)  # fmt: skip
def test_kinds_are_known_by_code_and_by_word(read, csv_file, good, word, kind):
    assert only(read(csv_file([good(类型=word)]))).kind == kind


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026/1/6 12:09:38", "2026-01-06 04:09:38"),
        ("2026-01-06 12:09", "2026-01-06 04:09:00"),
        ("2026-01-06T12:09:38.250+08:00", "2026-01-06 04:09:38.250000"),
        ("2026-01-06T12:09:38Z", "2026-01-06 12:09:38"),
        ("2026-01-06 12:09:38 -0530", "2026-01-06 17:39:38"),
        ("2026年1月6日 12时9分38秒", "2026-01-06 04:09:38"),
        ("2026年1月6日", "2026-01-05 16:00:00"),
        ("2026.1.6", "2026-01-05 16:00:00"),
        ("20260106", "2026-01-05 16:00:00"),
        ("20260106120938", "2026-01-06 04:09:38"),
        ("2026/11/24 12:00:00", "2026-11-24 04:00:00"),  # one day ahead, to the second
        ("1990-01-01", "1989-12-31 16:00:00"),
    ],
)
def test_usual_spellings_of_times_are_understood(read, csv_file, good, written, utc):
    moment = only(read(csv_file([good(时间=written)]))).received_at
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_blank_time_is_no_time(read, csv_file, good):
    assert only(read(csv_file([good(时间="")]))).received_at is None


def test_listed_formats_replace_the_usual_spellings(read, mapping_of):
    mapping = mapping_of(
        'reference = "content"\n[columns]\ntext = "t"\ntime = "w"\n'
        '[time]\nformats = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]\nzone = "UTC"'
    )
    first, second, third = read("t,w\na,3.2.2026 10:00\na,3.2.2026\na,2026-02-03\n", mapping)
    assert first.received_at == datetime(2026, 2, 3, 10, tzinfo=UTC)
    assert second.received_at == datetime(2026, 2, 3, tzinfo=UTC)
    assert third.code == "time_invalid"


def test_constants_and_value_maps_are_applied(read, mapping_of):
    mapping = mapping_of(
        'reference = "content"\n[columns]\ntext = "t"\nkind = "k"\narea = "a"\n'
        '[constants]\nitem = "0101"\n[values.kind]\n"表扬" = "感谢"\n'
        '[values.area]\n"中区" = "630103"'
    )
    first, second = read("t,k,a\nx,表扬,中区\nx,help,城西区\n", mapping)
    assert (first.kind, first.area, first.item) == ("thanks", "630103", "0101")
    assert (second.kind, second.area) == ("help", "城西区")


def test_an_area_or_item_that_is_too_long_to_be_a_code_is_refused(read, mapping_of):
    mapping = mapping_of(
        'reference = "content"\n[columns]\ntext = "t"\nitem = "i"\narea = "a"\n'
        f'[values.area]\n"{"区" * 65}" = "630103"'
    )
    item, area, translated = read(
        f"t,i,a\nx,{'i' * 65},\nx,{'i' * 64},{'a' * 65}\nx,,{'区' * 65}\n", mapping
    )
    assert [(row.code, row.column) for row in (item, area)] == [
        ("too_long", "i"),
        ("too_long", "a"),
    ]
    assert translated.area == "630103"


def test_a_reference_made_of_the_content_is_the_same_for_the_same_content(read, mapping_of):
    mapping = mapping_of('reference = "content"\n[columns]\ntext = "t"\ntime = "w"\nreply = "r"')
    rows = read("t,w,r\nx,2026/1/1,\nx,2026-01-01,已办\ny,2026/1/1,\nx,2026/1/2,\n", mapping)
    references = [row.reference for row in rows]
    assert references[0] == references[1]  # an answer does not make it another report
    assert len(set(references)) == 3
    assert all(len(reference) == 64 for reference in references)
