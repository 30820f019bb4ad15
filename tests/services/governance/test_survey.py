"""A survey's list: read whole or refused whole with every fault; again is harmless."""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook

from services.console.monthly_topics import unit_code
from services.console.survey_file import open_survey
from services.domain import topic_commands as k
from services.governance.demonstration_survey import PROBLEMS, survey_csv
from services.governance.survey import SurveyRead, read_survey
from services.governance.survey_import import SurveyRefused, import_items
from services.intake.files.errors import FileUnreadable
from services.router.directory import shipped_directory
from tests.domain.topic_facts import CODE, LEADER
from tests.services.governance.topic_city import TopicCity

HEADER = ["序号", "方面", "问题", "数量", "单位", "责任单位", "完成时限"]
GOOD = ["1", "供热", "管网老化", "19", "个小区", "heating", "2026-05-31"]
ALSO = ["2", "", "照明不亮", "85", "处", "西宁市城市管理局", "2026年6月1日"]


def write(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@cache
def units() -> Callable[[str], str | None]:
    return unit_code(shipped_directory())


def read(path: Path, prefix: str = "") -> SurveyRead:
    with open_survey(path) as survey:
        return read_survey(survey.header, survey.rows, path.name, prefix, units())


def test_rows_become_items_and_say_where_they_came_from(tmp_path: Path) -> None:
    found = read(write(tmp_path / "list.csv", [HEADER, GOOD, [], ALSO]), "s-")
    assert found.faults == []
    (line, first), (other_line, second) = found.deeds
    assert (line, other_line) == (2, 4)
    assert first == k.AddItem(
        item_code="s-1",
        heading="管网老化",
        aspect="供热",
        counted_in="个小区",
        total=19,
        due=date(2026, 5, 31),
        responsible="heating",
        imported_from="list.csv 第2行",
    )
    assert (second.responsible, second.due, second.aspect) == (
        "urban-management",
        date(2026, 6, 1),
        None,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_files_come_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    found = read(write(tmp_path / "list.csv", [HEADER, GOOD], encoding))
    assert [deed.heading for _, deed in found.deeds] == ["管网老化"]


def test_a_workbook_with_numbers_and_dates_of_its_own(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["No", "Title", "Quantity", "Unit", "Responsible unit", "Due date"])
    sheet.append([7, "管网老化", 19, "个小区", "heating", date(2026, 5, 31)])
    book.save(tmp_path / "list.xlsx")
    found = read(tmp_path / "list.xlsx")
    assert found.faults == []
    assert [(deed.item_code, deed.total, deed.due) for _, deed in found.deeds] == [
        ("7", 19, date(2026, 5, 31))
    ]


def test_every_fault_is_told_at_once_and_quotes_nobody(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["", "供热", "", "many", "个小区", "no-such-unit", "31.5.2026"],
        ["1", "", "有效", "0", "户", "heating", "2026-02-30"],
        ["1", "", "重号，联系13897000000", "5", "户", "heating", "2026-05-31"],
        ["a b", "", "有效", "5", "户", "heating"],
        [*GOOD[:1], "", "长" * 201, *GOOD[3:]],
    ]
    found = read(write(tmp_path / "list.csv", rows))
    assert found.deeds == ()
    assert {(fault.line, fault.column) for fault in found.faults} == {
        *((2, column) for column in ("序号", "问题", "数量", "完成时限", "责任单位")),
        *((3, column) for column in ("完成时限", "数量")),
        *((4, column) for column in ("问题", "序号")),
        *((5, column) for column in ("完成时限", "序号")),
        *((6, column) for column in ("问题", "序号")),
    }
    assert len(found.faults) == 13, "each is told once"
    assert "13897000000" not in " ".join(map(str, found.faults))
    assert "no-such-unit" not in " ".join(map(str, found.faults))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (HEADER[:-1], "no column is called"),
        ([*HEADER, "序号"], "more than one column"),
    ],
)
def test_columns_must_be_there_once(tmp_path: Path, header: list[str], reason: str) -> None:
    found = read(write(tmp_path / "list.csv", [header, GOOD]))
    assert reason in str(found.faults[0])
    assert found.faults[0].line == 0


def test_files_that_are_no_lists(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    broken = tmp_path / "broken.csv"
    broken.write_text(",".join(HEADER) + '\n"1,"x"y\n', encoding="utf-8")
    zipped = tmp_path / "no.xlsx"
    zipped.write_bytes(b"PK\x03\x04nothing")
    for path in (empty, broken, zipped):
        with pytest.raises(FileUnreadable):
            read(path)
    assert read(write(tmp_path / "header.csv", [HEADER])).faults[0].reason == "has no rows"


def imported(city: TopicCity, path: Path, actor: str = LEADER):
    found = read(path)
    assert not found.faults
    return import_items(city.governance.desk, CODE, found.deeds, actor, "test/import")


def test_the_same_file_again_adds_nothing(city: TopicCity, tmp_path: Path) -> None:
    city.adopted()
    path = write(tmp_path / "list.csv", [HEADER, GOOD, ALSO])
    assert imported(city, path)[:3] == (2, 2, 0)
    city.do(k.ChangeItem(item_code="1", total=18, why="核实"), LEADER)
    head = city.system.log.head()
    assert imported(city, path)[:3] == (2, 0, 2)
    assert city.system.log.head() == head
    longer = write(tmp_path / "list2.csv", [HEADER, GOOD, ALSO, ["3", *GOOD[1:]]])
    assert imported(city, longer)[:3] == (3, 1, 2)


def test_with_a_row_that_the_rules_refuse_nothing_is_written(
    city: TopicCity, tmp_path: Path
) -> None:
    city.adopted()
    imported(city, write(tmp_path / "list.csv", [HEADER, GOOD]))
    head = city.system.log.head()
    other = ["1", *GOOD[1:3], "20", *GOOD[4:]]
    late = ["4", *GOOD[1:6], "2027-01-01"]
    path = write(tmp_path / "list2.csv", [HEADER, other, ALSO, late])
    with pytest.raises(SurveyRefused) as refused:
        imported(city, path)
    assert [fault.line for fault in refused.value.faults] == [2, 4]
    assert "added with other values" in refused.value.faults[0].reason
    assert "after the topic's target" in refused.value.faults[1].reason
    assert city.system.log.head() == head


def test_a_topic_that_is_not_there_is_told_once(city: TopicCity, tmp_path: Path) -> None:
    with pytest.raises(SurveyRefused, match="the file: there is no such topic"):
        imported(city, write(tmp_path / "list.csv", [HEADER, GOOD, ALSO]))


def test_the_made_up_survey_is_thirty_seven_problems_in_nine_aspects(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text(survey_csv(date(2026, 3, 9)), encoding="utf-8")
    found = read(path)
    assert found.faults == []
    assert len(found.deeds) == 37
    assert len({aspect for aspect, *_ in PROBLEMS}) == 9
