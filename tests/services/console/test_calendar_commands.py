"""`yousu calendar` as an operator uses it."""

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.console.calendar_commands import calendar


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner(env={"YOUSU_DATA": None}).invoke(calendar, arguments, input=given)


def table_of(year: int, folder: Path) -> Path:
    first = date(year, 1, 1)
    days = [day for n in range(366) if (day := first + timedelta(days=n)).year == year]
    path = folder / f"table-{year}.csv"
    rows = [f"{day},{int(day.weekday() < 5 and day != first)}" for day in days]
    path.write_text("\n".join(["date,working", *rows]))
    return path


def test_each_line_is_answered_with_its_deadline_in_local_time():
    result = run(
        "due",
        "--stdin",
        given="2024-05-13T16:30:00Z,1\n2024-05-13T23:59:59+08:00,1\r\n 2024-09-30 , 3 \n",
    )
    assert result.stdout.splitlines() == [
        "2024-05-15T18:00:00+08:00",
        "2024-05-14T18:00:00+08:00",
        "2024-10-10T18:00:00+08:00",
    ]
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_time_without_an_offset_is_that_of_the_city():
    assert run("due", "--stdin", given="2024-05-13T23:00,1").stdout == "2024-05-14T18:00:00+08:00\n"


def test_no_lines_have_no_deadlines():
    result = run("due", "--stdin")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2024-05-13T09:00", "`ISO time,N` expected"),
        ("", "`ISO time,N` expected"),
        ("13/05/2024,1", "time is not in ISO 8601 form"),
        ("二〇二四,1", "time is not in ISO 8601 form"),
        ("2024-05-13T09:00,+1", "N is not a whole number"),
        ("2024-05-13T09:00,1.5", "N is not a whole number"),
        ("2024-05-13T09:00,", "N is not a whole number"),
        ("2024-05-13T09:00,99999999999", "N is not a whole number"),
        ("2024-05-13T09:00,0", "at least 1"),
        ("2026-12-31T09:00,1", "does not know 2027"),
        ("2003-12-31T09:00,1", "does not know 2003"),
        ("x" * 5000, "longer than 4,096 bytes"),
    ],
)
def test_the_first_line_without_an_answer_stops_the_run_and_is_named(line: str, reason: str):
    good = "2024-05-13T09:00,1\n"
    result = run("due", "--stdin", given=f"{good}{good}{line}\n{good}")
    assert result.exit_code == 1
    assert result.stdout == "2024-05-14T18:00:00+08:00\n" * 2
    assert result.stderr.startswith("Error: line 3: ")
    assert reason in result.stderr
    assert "Traceback" not in result.stderr


def test_a_line_without_an_end_is_not_gathered_for_ever():
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:
            self.given += len(buffer)
            assert self.given < 10_000_000
            buffer[:] = b"x" * len(buffer)
            return len(buffer)

    result = CliRunner().invoke(
        calendar, ["due", "--stdin"], input=io.BufferedReader(Endless(), 65536)
    )
    assert result.exit_code == 1
    assert "line 1: longer than" in result.stderr


def test_many_batches_of_lines_keep_their_order_and_their_numbers():
    lines = [f"2024-{month:02}-01T09:00:00+08:00,1" for month in range(1, 13)] * 2000
    result = run("due", "--stdin", given="\n".join([*lines, "oops"]))
    answers = result.stdout.splitlines()
    assert len(answers) == len(lines)
    assert answers[:12] * 2000 == answers
    assert "line 24001:" in result.stderr


def test_standard_input_must_be_asked_for():
    result = run("due")
    assert result.exit_code == 2
    assert "--stdin" in result.stderr


def test_a_loaded_year_is_used_and_shown(tmp_path: Path):
    data = str(tmp_path / "data")
    loaded = run("load", str(table_of(2027, tmp_path)), "--data", data, "--json")
    assert loaded.exit_code == 0
    assert json.loads(loaded.stdout)["years"] == [2027]
    result = run("due", "--stdin", "--data", data, given="2026-12-31T09:00,1")
    assert result.stdout == "2027-01-04T18:00:00+08:00\n"
    shown = json.loads(run("show", "--year", "2027", "--data", data, "--json").stdout)
    assert shown == {
        "year": 2027,
        "days": 365,
        "working_days": 260,
        "holidays": 1,
        "make_up_days": 0,
        "make_up_dates": [],
        "calendar_version": json.loads(loaded.stdout)["calendar_version"],
        "source": "operator",
    }


def test_the_data_folder_may_come_from_the_environment(tmp_path: Path):
    runner = CliRunner(env={"YOUSU_DATA": str(tmp_path)})
    assert "2027" in runner.invoke(calendar, ["load", str(table_of(2027, tmp_path))]).stdout
    assert (tmp_path / "calendar" / "2027.csv").is_file()


def test_a_bad_table_is_refused_with_its_reason(tmp_path: Path):
    path = tmp_path / "table.csv"
    path.write_text("date,working\n2027-01-01,maybe\n")
    result = run("load", str(path), "--data", str(tmp_path))
    assert result.exit_code == 1
    assert f"{path}: line 2: column working" in result.stderr


def test_loading_needs_a_place_and_a_file(tmp_path: Path):
    assert run("load", str(table_of(2027, tmp_path))).exit_code == 2
    assert run("load", str(tmp_path / "none.csv"), "--data", str(tmp_path)).exit_code == 2
    (tmp_path / "file").write_text("")
    result = run("load", str(table_of(2027, tmp_path)), "--data", str(tmp_path / "file"))
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_a_broken_table_in_the_data_folder_means_the_command_cannot_run(tmp_path: Path):
    (tmp_path / "calendar").mkdir()
    (tmp_path / "calendar" / "2027.csv").write_text("broken")
    result = run("due", "--stdin", "--data", str(tmp_path), given="2024-05-13T09:00,1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "2027.csv: line 1" in result.stderr


def test_a_seeded_year_is_counted():
    shown = json.loads(run("show", "--year", "2026", "--json").stdout)
    assert (shown["working_days"], shown["holidays"], shown["make_up_days"]) == (248, 19, 6)
    # The State Council's notice for 2026.
    assert shown["make_up_dates"] == [
        f"2026-{day}" for day in ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")
    ]
    assert "248 working days of 365" in run("show", "--year", "2026").stdout


def test_a_year_that_is_not_known_is_not_shown():
    result = run("show", "--year", "2027")
    assert result.exit_code == 1
    assert "yousu calendar load FILE" in result.stderr
