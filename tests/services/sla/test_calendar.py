"""The seeded calendar and operators' tables over it."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.domain.working_time import CalendarYearMissing
from services.sla import calendar as calendar_module
from services.sla.calendar import (
    CalendarTableInvalid,
    calendar_for,
    default_calendar,
    install_table,
    load_table,
    years_loaded,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YEAR_2027 = {date(2027, 1, 1): False}
LAST_DAY_OF_2026 = datetime(2026, 12, 31, 9, tzinfo=SHANGHAI)


def days_of(year: int) -> dict[date, bool]:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range(366)]
    return {day: day.weekday() < 5 for day in days if day.year == year}


def lines_of(days: dict[date, bool]) -> list[str]:
    return ["date,working", *(f"{day},{int(working)}" for day, working in days.items())]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(lines: list[str], name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


def test_the_seed_is_built_in_less_than_150_ms():
    calendar_module._seed.cache_clear()
    begin = time.process_time()
    calendar = default_calendar()
    assert time.process_time() - begin < 0.15
    assert (calendar.first_day.year, calendar.last_day.year) == (2004, 2026)


def test_a_year_the_package_knows_only_in_part_is_left_out(monkeypatch: pytest.MonkeyPatch):
    partial = {**calendar_module.seed_holidays, date(2027, 1, 1): "New Year's Day"}
    monkeypatch.setattr(calendar_module, "seed_holidays", partial)
    calendar_module._seed.cache_clear()
    try:
        assert default_calendar().last_day == date(2026, 12, 31)
    finally:
        calendar_module._seed.cache_clear()


def test_without_tables_the_calendar_is_the_seed(tmp_path: Path):
    assert calendar_for(tmp_path) == calendar_for(None) == default_calendar()
    assert years_loaded(tmp_path) == years_loaded(None) == set()


def test_a_loaded_year_makes_deadlines_in_it_possible(write, tmp_path: Path):
    with pytest.raises(CalendarYearMissing):
        calendar_for(tmp_path).due_at(LAST_DAY_OF_2026, 1)
    assert install_table(write(lines_of(days_of(2027) | NEW_YEAR_2027)), tmp_path) == [2027]
    calendar = calendar_for(tmp_path)
    assert calendar.due_at(LAST_DAY_OF_2026, 1) == datetime(2027, 1, 4, 18, tzinfo=SHANGHAI)
    assert calendar.version != default_calendar().version
    assert years_loaded(tmp_path) == {2027}
    with pytest.raises(CalendarYearMissing, match="2028"):
        calendar.due_at(datetime(2027, 12, 31, 9, tzinfo=SHANGHAI), 1)


def test_a_table_corrects_a_seeded_year(write, tmp_path: Path):
    install_table(write(lines_of(days_of(2026) | {date(2026, 12, 31): False})), tmp_path)
    assert not calendar_for(tmp_path).is_working_day(date(2026, 12, 31))
    assert default_calendar().is_working_day(date(2026, 12, 31))


def test_a_year_loaded_again_replaces_the_first_even_a_broken_one(write, tmp_path: Path):
    install_table(write(lines_of(days_of(2027) | days_of(2028))), tmp_path)
    (tmp_path / "calendar" / "2027.csv").write_text("half a fi")
    with pytest.raises(CalendarTableInvalid, match=r"2027\.csv: line 1"):
        calendar_for(tmp_path)
    install_table(write(lines_of(days_of(2027) | NEW_YEAR_2027)), tmp_path)
    calendar = calendar_for(tmp_path)
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert calendar.last_day == date(2028, 12, 31)


def test_installing_leaves_whole_year_files_and_nothing_else(write, tmp_path: Path):
    install_table(write(lines_of(days_of(2002) | days_of(2003))), tmp_path)
    folder = tmp_path / "calendar"
    assert sorted(path.name for path in folder.iterdir()) == ["2002.csv", "2003.csv"]
    assert load_table(folder / "2003.csv") == days_of(2003)
    assert calendar_for(tmp_path).first_day == date(2002, 1, 1)


def test_a_refused_table_installs_nothing(write, tmp_path: Path):
    with pytest.raises(CalendarTableInvalid, match="load first: 2027"):
        install_table(write(lines_of(days_of(2028))), tmp_path)
    assert not (tmp_path / "calendar").exists()


def test_a_table_that_contradicts_another_file_is_refused(write, tmp_path: Path):
    write(lines_of(days_of(2027)), name="calendar/from-the-notice.csv")
    assert install_table(write(lines_of(days_of(2027))), tmp_path) == [2027]
    other = write(lines_of(days_of(2027) | NEW_YEAR_2027), name="other.csv")
    with pytest.raises(CalendarTableInvalid, match=r"other\.csv: 2027 differs .*from-the-notice"):
        install_table(other, tmp_path)
    assert calendar_for(tmp_path).is_working_day(date(2027, 1, 1))


def test_a_spreadsheet_s_way_of_writing_is_understood(tmp_path: Path):
    words = {True: "Yes", False: "no"}
    rows = [
        f"{day.year}/{day.month}/{day.day}, {words[working]}"
        for day, working in days_of(2027).items()
    ]
    path = tmp_path / "table.csv"
    path.write_text("\r\n".join(["Date,Working", *rows, ",", ""]), encoding="utf-8-sig")
    assert load_table(path) == days_of(2027)


def replaced(number: int, line: str) -> list[str]:
    """A good table with one line (numbered as in an editor) put in another's place."""
    lines = lines_of(days_of(2027))
    lines[number - 1] = line
    return lines


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "line 1: the first line must be date,working"),
        (["2027-01-01,0"], "line 1: the first line must be date,working"),
        (["date,working"], "no days in it"),
        (replaced(40, "2027-02-30,1"), "line 40: column date: not a date like 2027-01-31"),
        (replaced(40, "20270208,1"), "line 40: column date"),
        (replaced(40, "2027-02-08,holiday"), "line 40: column working: not one of 1, 0, yes, no"),
        (replaced(40, "2027-02-08,1,x"), "line 40: 2 columns expected, got 3"),
        (replaced(40, "2027-01-01,1"), "line 40: 2027-01-01 was given before, in line 2"),
        (lines_of(days_of(2027))[:-3], "2027 is not whole: 3 days are missing, first 2027-12-29"),
        (
            lines_of({day: not working for day, working in days_of(2027).items()}),
            "2027 has 104 working days, which cannot be",
        ),
    ],
)
def test_a_bad_table_is_refused_with_file_line_and_reason(write, lines: list[str], reason: str):
    path = write(lines)
    with pytest.raises(CalendarTableInvalid) as refused:
        load_table(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert reason in str(refused.value)


def test_what_is_in_a_wrong_file_is_not_repeated_in_the_error(write):
    with pytest.raises(CalendarTableInvalid) as refused:
        load_table(write(replaced(9, "13897000000,call me")))
    assert "13897000000" not in str(refused.value)
    assert "call me" not in str(refused.value)


def test_a_file_that_is_not_text_or_too_large_is_refused(tmp_path: Path):
    path = tmp_path / "table.csv"
    path.write_bytes("date,working\n2027-01-01,休".encode("gb18030"))
    with pytest.raises(CalendarTableInvalid, match="not UTF-8"):
        load_table(path)
    path.write_bytes(b"date,working\n" + b"x" * 200_000)
    with pytest.raises(CalendarTableInvalid, match="not CSV"):
        load_table(path)
    path.write_bytes(b"\n" * (calendar_module.TABLE_BYTES_MAX + 1))
    with pytest.raises(CalendarTableInvalid, match="larger than"):
        load_table(path)


def test_a_file_that_is_not_there_is_an_outage_not_a_bad_table(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        load_table(tmp_path / "none.csv")


def test_the_close_of_business_can_be_set(tmp_path: Path):
    calendar = calendar_for(tmp_path, closes_at=clock(17))
    due = calendar.due_at(datetime(2024, 5, 13, 9, tzinfo=SHANGHAI), 1)
    assert due == datetime(2024, 5, 14, 17, tzinfo=SHANGHAI)
