import codecs
import csv
import io
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.files import (
    ColumnsMissing,
    FileUnreadable,
    Limits,
    ReportRow,
    RowRejected,
    open_report_file,
    read_rows,
)
from services.intake.files.mapping import Mapping

TWO = Mapping.model_validate({"reference": {"column": "n"}, "columns": {"text": "t", "name": "名"}})
HEADER = "n,t,名\n"


def shape(rows):
    """References of reports and codes of rejections, in order."""
    return [row.reference if isinstance(row, ReportRow) else row.code for row in rows]


# What csv.writer writes comes back, in either encoding. Carriage returns, quotes, delimiters, all.
TEXTS = st.text(
    st.characters(
        codec="gb18030", exclude_categories=("Cc", "Cs", "Cn"), include_characters="\n\r\t"
    ),
    min_size=1,
    max_size=40,
).filter(str.strip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.lists(TEXTS, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_a_csv_writer_writes_is_read_back(tmp_path, now, texts, encoding, delimiter, line_end):
    path = tmp_path / "round.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        # Only with \r\n does the writer quote both \r and \n by itself.
        quoting = csv.QUOTE_MINIMAL if line_end == "\r\n" else csv.QUOTE_ALL
        writer = csv.writer(file, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
        writer.writerow(["n", "t", "名"])
        writer.writerows([f"R{index}", text, "王"] for index, text in enumerate(texts))
    rows = list(read_rows(path, TWO, now=now))
    assert [(row.reference, row.text) for row in rows] == [
        (f"R{index}", text) for index, text in enumerate(texts)
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=300), header=st.sampled_from([b"", HEADER.encode()]))
def test_any_bytes_give_rows_rejections_or_a_clear_error(tmp_path, now, content, header):
    path = tmp_path / "any.csv"
    path.write_bytes(header + content)
    try:
        rows = list(read_rows(path, TWO, now=now))
    except FileUnreadable:
        return
    assert [row.row for row in rows] == list(range(1, len(rows) + 1))


def test_lines_are_physical_and_rows_are_counted(read):
    rows = read('\n\nn,t,名\n1,"a\nb",x\n\n2,c,x\n', TWO)
    assert [(row.row, row.line) for row in rows] == [(1, 4), (2, 7)]


class TestQuotes:
    def test_half_a_file_loses_its_last_record_only(self, read):
        rows = read(HEADER + '1,a,x\n2,"第一行\n第二行，还没有', TWO)
        assert shape(rows) == ["1", "unterminated_quote"]
        assert rows[1].cells == ('2,"第一行\n第二行，还没有',)
        assert rows[1].line == 3

    def test_a_file_cut_inside_a_character_loses_its_last_record_only(self, read):
        rows = read((HEADER + "1,a,x\n2,b,好").encode()[:-1], TWO)
        assert shape(rows) == ["1", "file_cut_short"]

    def test_every_cut_of_a_file_keeps_the_records_before_it(self, read):
        whole = (HEADER + '1,"冷, ""冷""\n冷",x\n2,热,"x"\n3,热,x\n').encode()
        ends = [whole.index(b"2,"), whole.index(b"3,"), len(whole)]
        for size in range(len(HEADER.encode()), len(whole) + 1):
            complete = sum(size >= end for end in ends)
            assert shape(read(whole[:size], TWO))[:complete] == ["1", "2", "3"][:complete]

    def test_an_opening_quote_does_not_swallow_the_rows_after_it(self, read):
        rows = read(HEADER + '1,"a,x\n2,b,x\n3,c,x\n', TWO)
        assert shape(rows) == ["unterminated_quote", "2", "3"]
        assert rows[0].cells == ('1,"a,x',)

    def test_an_opening_quote_is_noticed_at_the_next_quoted_cell(self, read):
        rows = read(HEADER + '1,"a,x\n2,b,x\n3,"c",x\n4,"d\nd",x\n', TWO)
        assert shape(rows) == ["stray_quote", "2", "3", "4"]

    def test_a_quote_inside_a_quoted_cell_is_refused_not_guessed(self, read):
        rows = read(HEADER + '1,"说"冷"了",x\n2,b,x\n', TWO)
        assert shape(rows) == ["stray_quote", "2"]

    def test_a_quote_inside_a_plain_cell_is_text(self, read):
        assert read(HEADER + '1,5" 管子,x\n', TWO)[0].text == '5" 管子'

    def test_nothing_is_lost_when_a_quote_swallows_rows_for_good(self, read):
        (row,) = read(HEADER + '1,"a,x\n2,b",x\n', TWO)
        assert row.text == "a,x\n2,b"  # a well-formed record: it cannot be told from a real one


class TestSizes:
    def test_a_field_of_ten_megabytes_is_refused_and_the_rest_is_read(self, read):
        rows = read(HEADER + "1," + "冷" * 3_500_000 + ",x\n2,b,x\n", TWO)
        assert shape(rows) == ["cell_too_large", "2"]

    def test_a_quoted_field_of_ten_megabytes_in_many_lines_is_one_record(self, read):
        rows = read(HEADER + '1,"' + "冷冷冷冷冷冷冷冷冷\n" * 350_000 + '",x\n2,b,x\n', TWO)
        assert shape(rows) == ["cell_too_large", "2"]
        assert rows[1].line == 350_003

    def test_a_column_that_is_not_mapped_may_not_be_huge_either(self, read):
        rows = read("n,t,名,z\n1,a,x," + "z" * 1_048_577 + "\n2,b,x,z\n", TWO)
        assert shape(rows) == ["cell_too_large", "2"]

    def test_a_record_beyond_its_share_of_memory_is_refused(self, read):
        limits = Limits(record_chars_max=200_000)
        long = "a" * 450_000
        text = HEADER + f'1,b,x\n2,{long},x\n3,c,x\n4,"{long}",x\n5,d,x\n6,"e\n{long}",x\n7,f,x\n'
        rows = read(text, TWO, limits)
        assert shape(rows) == ["1", "record_too_large", "3", "record_too_large", "5",
                               "record_too_large", "7"]  # fmt: skip
        assert [row.line for row in rows] == [2, 3, 4, 5, 6, 7, 9]
        assert all(len(row.cells[0]) < 70_000 for row in rows if isinstance(row, RowRejected))

    def test_memory_does_not_grow_with_the_file(self, tmp_path, now):
        path = tmp_path / "large.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(HEADER)
            file.writelines(f"{n},{'冷' * 200},x\n" for n in range(20_000))
        assert path.stat().st_size > 12_000_000
        tracemalloc.start()
        count = sum(1 for _ in read_rows(path, TWO, now=now))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (count, peak < 8_000_000) == (20_000, True)

    def test_ten_thousand_invalid_rows_are_quick(self, read, csv_file, good):
        path = csv_file(good(时间="昨天", 编号=str(n)) for n in range(10_000))
        began = time.process_time()
        rows = read(path)
        assert time.process_time() - began < 5
        assert [row.code for row in rows] == ["time_invalid"] * 10_000


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-32"]
    )
    def test_usual_encodings_are_recognised(self, read, csv_file, good, encoding):
        (row,) = read(csv_file([good()], encoding))
        assert row.title == "暖气不热"

    def test_rare_characters_of_gb18030_are_read(self, read):
        (row,) = read((HEADER + "1,\U00020086㐀,x\n").encode("gb18030"), TWO)
        assert row.text == "\U00020086㐀"

    def test_a_damaged_utf8_file_is_not_read_as_gibberish(self, read):
        before = HEADER + "1,这是一封关于暖气不热的来信希望尽快处理,x\n"
        damaged = before.encode() + b"2,\xe5\x86\xff\xe5,x\n"
        offset = len(before.encode()) + 4 - 2
        with pytest.raises(FileUnreadable, match=f"not utf-8: byte {offset}, line 3$"):
            read(damaged, TWO)

    def test_bytes_of_no_accepted_encoding_are_refused_with_their_place(self, read):
        content = HEADER.encode("gb18030") + b"1,\xff\xff,x\n"
        with pytest.raises(FileUnreadable, match=r"not utf-8: byte 4.*not gb18030: byte 9, line 2"):
            read(content, TWO)

    def test_the_place_is_right_across_chunks(self, read, monkeypatch):
        monkeypatch.setattr("services.intake.files.encoding.CHUNK_BYTES", 5)
        content = HEADER.encode("gb18030") + "1,冷冷冷,x\n".encode("gb18030") + b"2,\xff\xff,x\n"
        offset = content.index(b"\xff")
        with pytest.raises(FileUnreadable, match=f"not gb18030: byte {offset}, line 3"):
            read(content, TWO)

    def test_a_byte_order_mark_decides(self, read):
        content = codecs.BOM_UTF8 + HEADER.encode() + "1,冷,x\n".encode("gb18030")
        with pytest.raises(FileUnreadable, match=r"not utf-8: byte 13, line 2$"):
            read(content, TWO)

    def test_nothing_is_delivered_before_the_whole_file_is_known_to_decode(self, tmp_path, now):
        path = tmp_path / "late.csv"
        path.write_bytes((HEADER + "1,冷冷冷冷,x\n" * 200_000).encode() + b"\xff,\n")
        with pytest.raises(FileUnreadable):
            next(read_rows(path, TWO, now=now))


class TestHeaders:
    @pytest.mark.parametrize("content", ["", "\n\n \n"])
    def test_an_empty_file_is_refused(self, read, content):
        with pytest.raises(FileUnreadable, match=r"empty|no header"):
            read(content, TWO)

    @pytest.mark.parametrize("content", ["n,t,名", "n,t,名\r\n", " n ;t; 名;\n"])
    def test_a_header_alone_is_a_file_without_rows(self, read, content):
        assert read(content, TWO) == []

    def test_missing_columns_are_named_and_those_present_listed(self, read):
        with pytest.raises(ColumnsMissing, match="no column “t”, “名”; the file has “n”, “text”"):
            read("n,text\n1,a\n", TWO)

    def test_a_row_in_place_of_the_header_is_not_repeated(self, read):
        with pytest.raises(ColumnsMissing) as caught:
            read("13900000000,张三,暖气不热\n", TWO)
        assert "张三" not in str(caught.value)

    def test_a_mapped_column_twice_is_refused(self, read):
        with pytest.raises(FileUnreadable, match="more than one column is called “t”"):
            read("n,t,t,名\n1,a,b,x\n", TWO)

    def test_a_header_with_an_open_quote_is_refused(self, read):
        with pytest.raises(FileUnreadable, match="header"):
            read('n,"t,名\n1,a,x\n', TWO)

    def test_other_columns_are_told_once(self, tmp_path, now):
        path = tmp_path / "more.csv"
        path.write_text("n,点赞,t,名,\n1,5,a,x,\n2,6,b,y,\n3,7,c,z,!\n", encoding="utf-8")
        with open_report_file(path, TWO) as file:
            assert file.notices == ("columns not in the mapping are ignored: 点赞",)
            assert file.columns == ("n", "点赞", "t", "名")
            assert shape(file.rows(now)) == ["1", "2", "column_count"]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_the_delimiter_is_found_by_the_columns_it_shows(self, read, delimiter):
        header = delimiter.join(["n", "t", '"名"', "a,b;c\td".replace(delimiter, "")])
        (row,) = read(header + "\n" + delimiter.join(["1", "x", "y", "z"]), TWO)
        assert row.text == "x"

    @pytest.mark.parametrize(
        ("content", "reason"),
        [(bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "old .xls"),
         (b"  <html><table><tr>", "web page"),
         (b"PK\x03\x04 nothing of the kind", "damaged XLSX")],
    )  # fmt: skip
    def test_other_formats_are_named(self, read, content, reason):
        with pytest.raises(FileUnreadable, match=reason):
            read(content, TWO)


def test_progress_runs_from_the_header_to_the_end(tmp_path, now):
    path = tmp_path / "large.csv"
    path.write_text(HEADER + "1,aaaaaaaaaaaaaaaaaaaa,x\n" * 200_000, encoding="utf-8")
    with open_report_file(path, TWO) as file:
        seen = [file.progress.done for _ in file.rows(now)]
        assert file.progress.unit == "bytes"
        assert file.progress.total == file.progress.done == path.stat().st_size
    assert seen == sorted(seen)
    assert seen[0] < seen[100_000] < seen[-1]


def test_the_process_wide_limit_of_the_csv_module_is_never_lowered(read):
    read(HEADER, TWO)
    limit = csv.field_size_limit()
    read(HEADER, TWO, Limits(record_chars_max=1000))
    assert csv.field_size_limit() == limit
    assert next(csv.reader(io.StringIO("a" * 1_000_000))) == ["a" * 1_000_000]
