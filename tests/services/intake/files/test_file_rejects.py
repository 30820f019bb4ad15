import csv
import os
import stat
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.files import (
    RejectsFile,
    ReportRow,
    RowRejected,
    open_report_file,
    rejects_path,
)
from services.intake.files.rejects import REASON_COLUMNS, escape_formula, unescape_formula


def reject(*cells, code="empty_text"):
    return RowRejected(7, 9, "内容", code, "row 7 (line 9): neither a title nor a text", cells)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_without_rejects_there_is_no_file(tmp_path):
    with RejectsFile(tmp_path / "m.rejects.csv", ["n"]) as rejects:
        pass
    assert (rejects.path, os.listdir(tmp_path)) == (None, [])


def test_the_file_holds_reasons_then_the_cells_as_they_were(tmp_path):
    with RejectsFile(tmp_path / "m.rejects.csv", ["n", "t"]) as rejects:
        rejects.write(reject("1", '冷,"冷"\n'))
        rejects.write(reject("1", "2", "3", code="column_count"))
    assert rejects.path.read_bytes().startswith(b"\xef\xbb\xbf")
    header, first, second = rows_of(rejects.path)
    assert header == [*REASON_COLUMNS, "n", "t"]
    assert first == ["7", "9", "内容", "empty_text", reject().reason, "1", '冷,"冷"\n']
    assert second[5:] == ["1", "2", "3"]
    assert rejects.count == 2


def test_only_its_owner_can_read_it(tmp_path):
    with RejectsFile(tmp_path / "m.rejects.csv", ["n"]) as rejects:
        rejects.write(reject("1"))
        (partial,) = tmp_path.iterdir()
        assert stat.S_IMODE(partial.stat().st_mode) == 0o600
    assert stat.S_IMODE(rejects.path.stat().st_mode) == 0o600


def test_it_is_in_place_only_when_complete_also_after_an_error(tmp_path):
    wanted = tmp_path / "m.rejects.csv"
    with suppress(KeyError), RejectsFile(wanted, ["n"]) as rejects:
        rejects.write(reject("1"))
        assert not wanted.exists()
        raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ["m.rejects.csv"]
    assert len(rows_of(wanted)) == 2


def test_a_clerk_s_corrections_in_an_older_file_are_kept(tmp_path):
    wanted = tmp_path / "m.rejects.csv"
    wanted.write_text("corrected")
    with RejectsFile(wanted, ["n"]) as rejects:
        rejects.write(reject("1"))
    assert wanted.read_text() == "corrected"
    assert rejects.path.name == "m.rejects-2.csv"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_may_take_for_a_formula_is_escaped(tmp_path, first):
    with RejectsFile(tmp_path / "m.rejects.csv", [first + "n"]) as rejects:
        rejects.write(reject(first + "cmd|'/c calc'!A1", "a" + first))
    header, row = rows_of(rejects.path)
    assert (header[5], row[5][:2], row[6]) == ("'" + first + "n", "'" + first, "a" + first)


@given(st.text(alphabet="'=-＝\ta", max_size=6) | st.text())
def test_unescaping_gives_back_what_was_escaped(cell):
    assert unescape_formula(escape_formula(cell)) == cell
    assert escape_formula(cell)[:1] not in set("=+-@\t\r\n＝＋－＠")


def test_a_giant_cell_is_shortened_but_stays_too_long_to_be_accepted(tmp_path):
    with RejectsFile(tmp_path / "m.rejects.csv", ["t"]) as rejects:
        rejects.write(reject("冷" * 4_000_000))
    cell = rows_of(rejects.path)[1][5]
    assert len(cell) == 32_767
    assert cell.endswith("[4,000,000 characters]")


class TestCorrectedAndImportedAgain:
    @pytest.fixture
    def rejected(self, csv_file, good, mapping, now):
        path = csv_file(
            [
                good(),
                good(编号="A2", 内容="=冷", 经度="-101.7", 时间="昨天"),
                [*good(编号="A3"), "x"],
            ]
        )
        with (
            open_report_file(path, mapping) as file,
            RejectsFile(rejects_path(path), file.columns) as rejects,
        ):
            for row in file.rows(now):
                if isinstance(row, RowRejected):
                    rejects.write(row)
        assert rejects.path.name == "messages.rejects.csv"
        return rejects.path

    def test_uncorrected_rows_are_refused_again_for_the_same_reasons(self, rejected, read):
        assert [row.code for row in read(rejected)] == ["time_invalid", "column_count"]

    def test_corrected_rows_are_read_with_their_words_unchanged(self, rejected, read):
        text = rejected.read_text(encoding="utf-8-sig").replace("昨天", "2026/11/20")
        rejected.write_text(text.replace(",x\n", "\n"), encoding="utf-8")
        first, second = read(rejected)
        assert isinstance(first, ReportRow)
        assert (first.text, first.longitude) == ("=冷", -101.7)
        assert second.reference == "A3"

    def test_rejects_of_rejects_have_one_set_of_reasons(self, rejected, mapping, now, tmp_path):
        with (
            open_report_file(rejected, mapping) as file,
            RejectsFile(tmp_path / "again.csv", file.columns) as again,
        ):
            for row in file.rows(now):
                again.write(row)
        assert rows_of(again.path)[0] == rows_of(rejected)[0]
        assert rows_of(again.path)[1][5:] == rows_of(rejected)[1][5:]

    def test_the_mapping_s_delimiter_does_not_matter(self, rejected, read, mapping):
        semicolon = mapping.file.model_copy(update={"delimiter": ";"})
        rows = read(rejected, mapping.model_copy(update={"file": semicolon}))
        assert [row.code for row in rows] == ["time_invalid", "column_count"]
