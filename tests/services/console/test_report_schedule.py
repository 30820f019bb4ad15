"""Reports that are written by themselves: once, from a position that stays, also after a crash."""

import json
import threading
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from city_history import CityHistory, open_city
from click.testing import CliRunner

from services.console import report_schedule
from services.console.main import main
from services.console.period_reports import make_report
from services.console.report_schedule import (
    Schedule,
    ScheduleInvalid,
    read_schedule,
    write_due,
    writing_reports,
)
from services.console.system import System
from services.platform.clock import VirtualClock
from services.platform.event_log import Change
from services.reporting.periods.pins import pins
from services.router.directory.faults import DirectoryInvalid

SCHEDULE = Schedule(
    since=date(2026, 3, 2), kinds=("daily", "weekly", "monthly"), formats=("json",), folder="out"
)
SOME_WEEKS = timedelta(days=20)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    opened = open_city(tmp_path)
    CityHistory(opened, seed=2).run(3)
    yield opened
    opened.close()


def later(system: System, pause: timedelta) -> None:
    assert isinstance(system.clock, VirtualClock)
    system.clock.advance_to(system.clock.now() + pause)


def contents(folder: Path) -> dict[str, bytes]:
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*.json")}


def test_each_period_that_has_ended_is_written_once(system: System, tmp_path: Path) -> None:
    later(system, SOME_WEEKS)
    while write_due(system, SCHEDULE):
        pass
    first = contents(tmp_path / "out")
    ended = [one for one in pins(system.log) if one.written_at]
    assert len(first) == len(ended) == len(pins(system.log))
    assert {"daily/2026-03-02.zh.json", "weekly/2026-W10.zh.json"} <= set(first)
    assert not any(name.startswith("monthly") for name in first)  # it has not ended
    system.intake.submit([CityHistory(system, seed=3).report()])
    system.transport.run_until_idle()
    assert write_due(system, SCHEDULE) == []
    assert contents(tmp_path / "out") == first
    later(system, timedelta(days=12))
    written = [path.name for path in write_due(system, SCHEDULE)]
    assert "2026-03.zh.json" in written


def local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), report_schedule.ZONE)


def next_day(system: System) -> date:
    return system.rules().calendar.local_date(system.clock.now()) + timedelta(days=1)


def told_at(system: System, moment: datetime, *, heard: bool = True) -> None:
    """A report comes in. heard: and the processors take it."""
    later(system, moment - system.clock.now())
    history = CityHistory(system, seed=5)
    history.sent = 1_000 + system.log.head()  # no number of an earlier one
    system.intake.submit([history.report()])
    if heard:
        system.transport.run_until_idle()


def pinned_from(system: System, day: date) -> list[str]:
    schedule = SCHEDULE.model_copy(update={"since": day, "kinds": ("daily",)})
    write_due(system, schedule)
    return [one.code for one in pins(system.log)]


def test_rows_that_lag_behind_are_pinned_nowhere(system: System, tmp_path: Path) -> None:
    today = next_day(system)
    told_at(system, local(today, 10))
    told_at(system, local(today, 15), heard=False)  # and here the processors stop
    for pause in (timedelta(hours=9), timedelta(hours=18), timedelta(days=3)):
        later(system, pause)
        assert pinned_from(system, today) == []
    system.transport.run_until_idle()
    assert today.isoformat() in pinned_from(system, today)
    made = json.loads((tmp_path / "out" / "daily" / f"{today}.zh.json").read_text("utf-8"))
    assert made["period_report"]["flow"][0]["count"] == 2


def test_a_day_is_pinned_once_a_later_one_is_told_of_or_at_noon_after_a_quiet_night(
    system: System,
) -> None:
    today = next_day(system)
    tomorrow, after = today + timedelta(days=1), today + timedelta(days=2)
    told_at(system, local(today, 9))
    made = make_report(system, "daily", today)
    assert made.in_progress
    assert {line.previous for line in made.flow} == {None}
    later(system, local(tomorrow, 1) - system.clock.now())
    assert pinned_from(system, today) == []
    told_at(system, local(tomorrow, 2))
    assert pinned_from(system, today) == [today.isoformat()]
    assert not make_report(system, "daily", today).in_progress
    later(system, local(after, 11) - system.clock.now())
    assert pinned_from(system, today) == [today.isoformat()]
    later(system, timedelta(hours=1))
    assert pinned_from(system, today) == [today.isoformat(), tomorrow.isoformat()]


def test_a_late_start_catches_up_in_parts(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_schedule, "WRITTEN_MAX", 5)
    later(system, SOME_WEEKS)
    sizes = []
    while part := write_due(system, SCHEDULE):
        sizes.append(len(part))
    assert max(sizes) == 5
    assert sum(sizes) == len(pins(system.log))


def test_after_a_crash_the_same_bytes_are_written_from_the_same_position(
    system: System, tmp_path: Path
) -> None:
    later(system, timedelta(days=2))
    written = write_due(system, SCHEDULE)
    before = {path: path.read_bytes() for path in written}
    forget = "UPDATE report_pins SET written_at = NULL WHERE kind = ?"
    system.log.append([], changes=[Change(forget, [("daily",)])])
    for path in written:
        path.unlink()
    CityHistory(system, seed=4).run(1)
    write_due(system, SCHEDULE)
    assert {path: path.read_bytes() for path in written} == before


def test_two_at_once_write_the_same(system: System, tmp_path: Path) -> None:
    later(system, timedelta(days=3))
    threads = [threading.Thread(target=write_due, args=(system, SCHEDULE)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = contents(tmp_path / "out")
    assert len(found) == len(pins(system.log)) == len({p.code for p in pins(system.log)})
    positions = {one.code: one.position for one in pins(system.log)}
    for name, content in found.items():
        made = json.loads(content)["period_report"]
        assert made["position"] == positions[name.split("/")[1].split(".")[0]]


def test_the_command_writes_what_is_due(system: System, tmp_path: Path) -> None:
    file = tmp_path / "reports.toml"
    file.write_text('since = 2026-03-02\nkinds = ["weekly"]\nformats = ["json"]\n')
    done = CliRunner().invoke(main, ["report", "due", "--json", "--data", str(tmp_path)])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert len(found["written"]) == len(found["pins"]) > 20
    assert all(Path(path).exists() for path in found["written"])
    assert found["pins"][0]["kind"] == "weekly"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("since = 2026-03-02\n", "kinds"),
        ('since = 2026-03-02\nkinds = ["hourly"]\nformats = ["json"]\n', "kinds.0"),
        ('since = "soon"\nkinds = ["daily"]\nformats = ["json"]\n', "since"),
        ("since = \n", "reports.toml"),
        ('since = 0001-01-01\nkinds = ["weekly"]\nformats = ["json"]\n', "since: .* 1970-01-01"),
        ('since = 9999-12-31\nkinds = ["weekly"]\nformats = ["json"]\n', "since: .* 2199-12-31"),
    ],
)
def test_a_schedule_that_cannot_be_used_is_named(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "reports.toml").write_text(text)
    with pytest.raises(ScheduleInvalid, match=reason):
        read_schedule(tmp_path)
    assert read_schedule(tmp_path / "nowhere") is None


def test_a_fault_is_told_without_its_words_and_the_reports_go_on(
    system: System,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "reports.toml").write_text(
        'since = 2026-03-02\nkinds = ["daily"]\nformats = ["json"]\n'
    )
    stopping = threading.Event()
    looks = []

    def faulty(*_: object) -> list[Path]:
        looks.append(1)
        if len(looks) == 2:
            stopping.set()
            return []
        raise DirectoryInvalid("李娜 13897001234")

    monkeypatch.setattr(report_schedule, "TICK_EVERY_S", 0.001)
    monkeypatch.setattr(report_schedule, "write_due", faulty)
    writing_reports(system)(stopping)
    assert len(looks) == 2
    assert "DirectoryInvalid at " in caplog.text
    assert "李娜" not in caplog.text
