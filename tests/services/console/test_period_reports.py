"""The four reports at the doors: forms, positions, and what is said of what cannot be made."""

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from city_history import CityHistory, open_city
from click.testing import CliRunner, Result

from services.console import period_reports
from services.console.directory_past import changes_between
from services.console.directory_publishing import publish
from services.console.main import main
from services.console.period_reports import make_report
from services.console.report_forms import Asked, written
from services.console.system import System
from services.domain.events import TicketOpened
from services.domain.personal import Personal
from services.platform.event_log import Change
from services.platform.processor import Fact
from services.reporting import at_position
from services.reporting.periods.document import document_of
from services.reporting.periods.period import KINDS
from services.reporting.periods.reading import OutdatedRows
from services.reporting.processor import ReportingProcessor
from services.reporting.rows import SCHEMA
from tests.services.door_server import Door

DAY = date(2026, 3, 6)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("periods")
    system = open_city(folder)
    CityHistory(system, seed=31).run(8)
    system.close()
    return folder


def report(data: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, arguments), "--data", str(data)])


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("daily", "json"),
        ("weekly", "html"),
        ("weekly", "json"),
        ("monthly", "docx"),
        ("annual", "xlsx"),
        ("annual", "json"),
    ],
)
def test_each_report_is_written_and_again_to_the_byte(
    data: Path, tmp_path: Path, kind: str, form: str
) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    options = (kind, "--date", DAY, "--format", form)
    assert report(data, *options, "--out", first).exit_code == 0
    position = json.loads(report(data, kind, "--date", DAY, "--json").stdout)["position"]
    assert report(data, *options, "--as-of", position, "--out", again).exit_code == 0
    assert first.read_bytes() == again.read_bytes()
    starts = {"html": b"<!doctype html>", "docx": b"PK", "xlsx": b"PK", "json": b"{"}
    assert first.read_bytes().startswith(starts[form])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--date", "2026-02-30"), "--date '2026-02-30': expected YYYY-MM-DD"),
        (("--date", "1492-01-01"), "of the years 1970 to 2199"),
        (("--date", DAY, "--as-of", "-1"), "positions 0 to"),
        (("--date", DAY, "--as-of", 10**9), "positions 0 to"),
        (("--date", DAY, "--lang", "fr"), "fr"),
        (("--date", DAY, "--format", "page"), "only a daily report"),
        (("--date", DAY, "--out", "/nowhere/a/b"), "/nowhere/a/b"),
        (("--date", DAY, "--out", "/tmp"), "Is a directory"),
    ],
)
def test_what_cannot_be_made_is_said(
    data: Path, arguments: tuple[object, ...], reason: str
) -> None:
    done = report(data, "monthly", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert reason in done.stderr


@pytest.mark.parametrize("day", ["1970-01-01", "2024-02-29", "2027-12-31", "2199-12-31"])
@pytest.mark.parametrize("kind", KINDS)
def test_periods_before_the_first_ticket_and_in_the_future_hold_nothing(
    data: Path, kind: str, day: str
) -> None:
    found = json.loads(report(data, kind, "--date", day, "--json").stdout)
    made = found.get("period_report", found)
    assert made["flow"][0]["count"] == 0
    assert all(line["current"]["text"] == "–" for line in made["measures"])
    assert "没有接收诉求" in made["summary"][0]["zh"]


def test_the_daily_json_says_what_it_always_said_and_the_period_beside(data: Path) -> None:
    found = json.loads(report(data, "daily", "--date", DAY, "--json").stdout)
    assert (found["report"], found["report_version"], found["day"]) == ("daily", 1, str(DAY))
    inside = found["period_report"]
    assert inside["period"]["first"] == inside["period"]["last"] == str(DAY)
    flow = {line["code"]: line["day"] for line in found["flow"]}
    assert flow == {line["code"]: line["count"] for line in inside["flow"]}
    page = report(data, "daily", "--date", DAY, "--format", "page")
    assert page.stdout.startswith("<!doctype html>")


def test_english_has_no_chinese_but_names(data: Path) -> None:
    system = open_city(data)
    made = make_report(system, "monthly", DAY)
    system.close()
    document = document_of(made, "en")
    texts = [document.title, *(said for said, _ in document.source)]
    texts += [one.name for one in document.headlines]
    texts += [section.heading for section in document.sections]
    assert all(text.isascii() or "–" in text for text in texts)


def test_later_facts_do_not_change_a_report_of_an_earlier_position(tmp_path: Path) -> None:
    system = open_city(tmp_path)
    history = CityHistory(system, seed=5)
    history.run(3)
    before = written(system, Asked("monthly", DAY, "json", "zh"))
    history.run(3)
    later = written(system, Asked("monthly", DAY, "json", "zh"))
    again = written(system, Asked("monthly", DAY, "json", "zh", before.position))
    system.close()
    assert again.content == before.content
    assert later.content != before.content


def test_rows_may_move_while_findings_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = open_city(tmp_path)
    history = CityHistory(system, seed=5)
    history.run(3)
    before = make_report(system, "monthly", DAY)
    make = period_reports.findings_of

    def meanwhile(*read: Any) -> Any:
        history.run(1)
        return make(*read)

    def fold(*_: Any) -> Any:
        raise AssertionError("the log is folded")

    monkeypatch.setattr(period_reports, "findings_of", meanwhile)
    monkeypatch.setattr(at_position, "rows_at", fold)
    made = make_report(system, "monthly", DAY)
    system.close()
    assert made == before
    assert made.finding_rule


def test_rows_of_an_older_version_are_not_taken_for_whole(tmp_path: Path) -> None:
    system = open_city(tmp_path)
    CityHistory(system, seed=5).run(1)
    system.log.apply([Change("UPDATE day_sums_from SET position = ?", [(7,)])])
    with pytest.raises(OutdatedRows, match="yousu rebuild reporting"):
        make_report(system, "monthly", DAY)
    system.close()
    done = report(tmp_path, "weekly", "--date", DAY)
    assert (done.exit_code, "yousu rebuild reporting" in done.stderr) == (2, True)
    assert (
        CliRunner().invoke(main, ["rebuild", "reporting", "--data", str(tmp_path)]).exit_code == 0
    )
    assert report(tmp_path, "weekly", "--date", DAY, "--json").exit_code == 0


def directory_files() -> dict[str, str]:
    folder = files("services.router") / "data" / "xining"
    return {one.name: one.read_text("utf-8") for one in folder.iterdir() if one.is_file()}


def test_a_unit_that_is_renamed_has_the_name_of_the_period_s_end(system_of_city: System) -> None:
    made = make_report(system_of_city, "monthly", DAY)
    busiest = made.units[0]
    assert not made.notes or "单位更名" not in made.notes[-1].zh
    tables = directory_files()
    tables["units.csv"] = tables["units.csv"].replace(
        f"{busiest.code},{busiest.name},", f"{busiest.code},{busiest.name}（新）,"
    )
    publish(system_of_city, tables, actor="operator:li", why="更名", force=True)
    after = make_report(system_of_city, "monthly", DAY)
    assert after.units[0].name == f"{busiest.name}（新）"
    assert f"单位更名：{busiest.name} 现为 {busiest.name}（新）" in after.notes[-1].zh
    before = make_report(system_of_city, "monthly", DAY, made.position)
    assert before == made


def test_a_unit_that_is_gone_is_told(system_of_city: System) -> None:
    before = system_of_city.directory
    gone = next(iter(before.units.values()))
    left = {code: unit for code, unit in before.units.items() if code != gone.code}
    (said,) = changes_between([before, replace(before, units=MappingProxyType(left))])
    assert said.zh.startswith(f"{gone.name}（{gone.code}）已不在派单目录中")
    assert list(changes_between([before])) == []


def test_times_of_other_zones_lie_on_the_city_s_days_and_late_entries_are_told(
    tmp_path: Path,
) -> None:
    system = open_city(tmp_path)
    report_in = CityHistory(system, seed=1).report()
    tokyo = timezone(timedelta(hours=9))
    times = (
        datetime(2026, 2, 20, 0, 30, tzinfo=tokyo),  # 19 February, 23:30 in Xining
        datetime(2026, 2, 19, 16, 30, tzinfo=UTC),  # 20 February, 00:30
    )
    system.intake.submit(
        [
            replace(report_in, reference=f"late{n}", text=f"第{n}件很久以前的事", received_at=at)
            for n, at in enumerate(times)
        ]
    )
    system.transport.run_until_idle()
    for day in (date(2026, 2, 19), date(2026, 2, 20)):
        assert make_report(system, "daily", day).flow[0].count == 1
    notes = make_report(system, "monthly", date(2026, 2, 1)).notes
    assert any("2 件在受理一天以后才录入系统" in said.zh for said in notes)
    system.close()


def test_many_tickets_in_an_hour_take_time_in_proportion() -> None:
    times = [_folded(n) for n in (4_000, 16_000)]
    assert times[1] < 4 * times[0] * 2.5


def _folded(tickets: int) -> float:
    """Processor time to make the rows of so many, all of one hour, and the report of its day."""
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in SCHEMA:
            database.execute(statement)
        processor = ReportingProcessor(lambda s, p: database.execute(s, p).fetchall())
        began = time.process_time()
        for start in range(0, tickets, 2_000):
            facts = [_opened(n, tickets) for n in range(start, start + 2_000)]
            for change in processor.react(facts, facts[-1].event.recorded_at).changes:
                database.executemany(change.statement, change.rows)
        return time.process_time() - began


def _opened(number: int, tickets: int) -> Fact:
    at = datetime(2026, 3, 2, 4, tzinfo=UTC) + timedelta(hours=1) * number / tickets
    event = TicketOpened(
        ticket_id=f"{number:026}",
        actor="intake:hotline",
        cause="command:test",
        occurred_at=at,
        recorded_at=at,
        report_id=f"{number:026}",
        channel="hotline",
        reference=str(number),
        resident="r1",
        text=Personal("r1", None, "s1.r1.AAAA"),
        fingerprint="f",
        rule_version="1",
    )
    return Fact(number + 1, 1, event)


@pytest.fixture
def system_of_city(tmp_path: Path) -> Any:
    system = open_city(tmp_path)
    CityHistory(system, seed=31).run(3)
    yield system
    system.close()


@pytest.mark.parametrize("form", ["json", "page", "xlsx"])
def test_the_door_gives_each_form(door: Door, form: str) -> None:
    door.ticket()
    kind = "daily" if form == "page" else "monthly"
    found = door.client.get(f"/api/v1/reports/{kind}?date=2026-03-02&format={form}&lang=en")
    assert found.status_code == 200
    position = found.headers["X-Log-Position"]
    assert int(position) > 0
    name = found.headers["Content-Disposition"]
    assert name.endswith({"page": '.html"'}.get(form, f'.{form}"'))
    again = door.client.get(
        f"/api/v1/reports/{kind}?date=2026-03-02&format={form}&lang=en&as_of={position}"
    )
    assert again.content == found.content


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("monthly?date=yesterday", 422, "date_invalid"),
        ("monthly?date=2026-03-02&as_of=99999999", 404, "position_unknown"),
        ("monthly?date=2026-03-02&format=page", 422, "form_not_made"),
        ("monthly?date=2026-03-02&format=pdf", 422, None),
        ("hourly?date=2026-03-02", 422, None),
        ("..%2F..%2Fmonthly?date=2026-03-02", 404, None),
        ("monthly", 422, None),
    ],
)
def test_the_door_says_why_it_cannot(door: Door, path: str, status: int, code: str | None) -> None:
    found = door.client.get(f"/api/v1/reports/{path}")
    assert found.status_code == status
    assert code is None or found.json()["code"] == code


def test_the_door_asks_for_a_key(locked_door: Door) -> None:
    assert locked_door.client.get("/api/v1/reports/daily?date=2026-03-02").status_code == 401
