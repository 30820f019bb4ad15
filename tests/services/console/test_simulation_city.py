"""A synthetic city lived through the real system: its log, its sums, its clocks, its resuming."""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from services.console.simulate_commands import _live_past, simulate
from services.console.simulation.course import end_of_day
from services.console.simulation.founding import city_state, live_days, open_past
from services.domain.codec import TYPE_NAMES
from services.domain.event_base import Event
from services.domain.events import ReportJoined, TicketEvent, TicketOpened, TicketReturned
from services.domain.events_returns import TicketReturnDecided
from services.platform.processor import decode_all
from services.platform.return_reasons import shipped_return_reasons
from services.platform.settings import Settings, load_settings
from services.sla.calendar import calendar_for

# Of a city without mistaken merges, sub-tasks and appeals, whose callers tell only of answers and
# of who was not reached; few matters become urgent only after they were told; and what becomes
# overdue, or goes to a supervisor, takes longer than twenty days, or luck.
SELDOM = {
    "ticket.appealed.v1",
    "ticket.appeal_decided.v1",
    "ticket.call_back_tried.v1",
    "ticket.call_back_ended.v1",
    "ticket.call_back_overdue.v1",
    "ticket.disagreement_escalated.v1",
    "ticket.look_back_overdue.v1",
    "ticket.subtask_given.v1",
    "ticket.subtask_accepted.v1",
    "ticket.subtask_done.v1",
    "ticket.subtask_withdrawn.v1",
    "ticket.part_deadline_moved.v1",
    "ticket.urgency_raised.v1",
    "ticket.deadline_shortened.v1",
    "ticket.join_proposed.v1",
    "ticket.join_refused.v1",
    "ticket.report_split.v1",
    "ticket.unmerged.v1",
}
MOVES_IN_OFFICE_HOURS = {"ticket.deadline_warned.v1", "ticket.escalated.v1"}


def lived(folder: Path, *arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(simulate, ["--data", str(folder), "--json", *arguments])
    assert result.exit_code == 0, result.stderr
    summary: dict[str, Any] = json.loads(result.stdout)
    return summary


def settings_of(folder: Path) -> Settings:
    return load_settings(folder, environment={})


def events_of(folder: Path) -> list[TicketEvent]:
    settings = settings_of(folder)
    state = city_state(settings, None, None, None)
    with open_past(settings, state) as city:
        facts, broken = decode_all(city.system.log.read_all(0, 1_000_000))
        assert not broken
        return [fact.event for fact in facts]


def family_of(folder: Path) -> list[str]:
    """Of every fact in the log, the first part of its type's name."""
    settings = settings_of(folder)
    with open_past(settings, city_state(settings, None, None, None)) as city:
        rows = city.system.log.query("SELECT topic FROM stored_events")
        return [name.partition(".")[0] for (name,) in rows]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Twenty days of a city, and their summary. Nobody may change the folder."""
    folder = tmp_path_factory.mktemp("past") / "city"
    return folder, lived(folder, "--days", "20", "--tickets-per-day", "50", "--seed", "3")


@pytest.fixture(scope="module")
def happened(past: tuple[Path, dict[str, Any]]) -> list[TicketEvent]:
    return events_of(past[0])


def test_the_sums_agree(past: tuple[Path, dict[str, Any]], happened: list[TicketEvent]) -> None:
    summary = past[1]
    types = Counter(event.type for event in happened)
    assert summary["reports"] == summary["tickets"] + summary["joined"] + summary["duplicates"]
    assert types["ticket.opened.v1"] == summary["tickets"]
    assert types["ticket.report_joined.v1"] == summary["joined"]
    assert summary["joined"] > 0
    assert summary["duplicates"] > 0
    families = Counter(family_of(past[0]))
    assert families["ticket"] == len(happened)
    assert summary["events"] == summary["position"] == families.total()
    assert (summary["first_day"], summary["last_day"]) == ("2026-03-02", "2026-03-21")


def test_every_type_of_fact_occurs(happened: list[TicketEvent]) -> None:
    assert set(TYPE_NAMES) - {event.type for event in happened} <= SELDOM


def test_every_return_has_a_listed_reason_and_is_decided_once(
    happened: list[TicketEvent],
) -> None:
    returned = [event for event in happened if isinstance(event, TicketReturned)]
    decided = [event for event in happened if isinstance(event, TicketReturnDecided)]
    assert {event.reason for event in returned} <= shipped_return_reasons().reasons.keys()
    assert {event.decision for event in decided} == {"upheld", "refused"}
    assert len({(event.ticket_id, event.attempt) for event in decided}) == len(decided)
    last_day = happened[-1].recorded_at - timedelta(days=1)
    old = {event.ticket_id for event in returned if event.recorded_at < last_day}
    assert old
    assert old <= {event.ticket_id for event in decided}


def test_tickets_are_in_every_stage_that_lasts(past: tuple[Path, dict[str, Any]]) -> None:
    settings = settings_of(past[0])
    with open_past(settings, city_state(settings, None, None, None)) as city:
        stages = dict(city.system.log.query("SELECT stage, COUNT(*) FROM tickets GROUP BY stage"))
        letters = city.system.log.query("SELECT COUNT(*) FROM quarantine")[0][0]
    assert stages.keys() >= {"routed", "handling", "resolved", "closed", "merged"}
    assert letters == 0


def test_clocks_warn_and_escalate_in_office_hours_of_working_days(
    past: tuple[Path, dict[str, Any]], happened: list[TicketEvent]
) -> None:
    calendar = calendar_for(past[0])
    seen = 0
    for event in happened:
        if event.type in MOVES_IN_OFFICE_HOURS:
            local = event.recorded_at.astimezone(calendar.zone)
            assert calendar.is_working_day(local.date()), event.type
            assert (9, 0) <= (local.hour, local.minute) <= (18, 20), event.type
            seen += 1
    assert seen > 50


def test_what_is_missed_is_known_a_second_after_the_close(happened: list[TicketEvent]) -> None:
    """Unless it was a late acceptance or resolution itself that told."""
    ticked = [
        event
        for event in happened
        if event.type == "ticket.deadline_missed.v1" and event.actor == "processor:sla"
    ]
    assert len(ticked) > 10
    assert {event.recorded_at - due_of(event) for event in ticked} == {timedelta(seconds=1)}


def due_of(event: Event) -> datetime:
    due_at: datetime = event.due_at  # type: ignore[attr-defined]
    return due_at


def test_the_log_is_written_in_the_order_of_time(happened: list[TicketEvent]) -> None:
    recorded = [event.recorded_at for event in happened]
    assert recorded == sorted(recorded)
    assert all(event.occurred_at <= event.recorded_at for event in happened)


def test_equal_arguments_make_equal_logs(tmp_path: Path) -> None:
    arguments = ("--days", "3", "--tickets-per-day", "25", "--seed", "11")
    one, other = lived(tmp_path / "one", *arguments), lived(tmp_path / "other", *arguments)
    assert one == other
    third = lived(tmp_path / "third", "--days", "3", "--tickets-per-day", "25", "--seed", "12")
    assert third["log_sha256"] != one["log_sha256"]


def test_it_goes_on_after_the_last_day_and_repeats_nothing(tmp_path: Path) -> None:
    first = lived(tmp_path / "city", "--days", "4", "--tickets-per-day", "25")
    shutil.copytree(tmp_path / "city", tmp_path / "copy")
    second = lived(tmp_path / "city", "--days", "4")
    assert (second["first_day"], second["last_day"]) == ("2026-03-06", "2026-03-09")
    assert second["position"] == first["position"] + second["events"]
    happened = events_of(tmp_path / "city")
    by_people = Counter(
        (event.cause, event.type)
        for event in happened
        if event.cause.startswith("command:") and not event.type.startswith("ticket.deadline")
    )
    assert max(by_people.values()) == 1
    assert any(event.type == "ticket.evaluated.v1" for event in happened)
    assert lived(tmp_path / "copy", "--days", "4") == second


def test_tickets_of_before_are_worked_on_after_resuming(tmp_path: Path) -> None:
    """Nothing that was planned is forgotten: in pieces, as much gets done as in one go."""
    whole = lived(tmp_path / "whole", "--days", "6", "--tickets-per-day", "25")
    pieces = [
        lived(tmp_path / "pieces", "--days", "1", "--tickets-per-day", "25") for _ in range(6)
    ]
    for name in ("reports", "tickets", "joined", "duplicates"):
        assert sum(piece[name] for piece in pieces) == whole[name]
    commands = sum(piece["commands"] for piece in pieces)
    assert commands == pytest.approx(whole["commands"], rel=0.02)


def test_a_city_that_was_killed_in_mid_day_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The note says less than the log holds: what was done since is known by its cause."""
    settings = settings_of(tmp_path)
    state = city_state(settings, 25, 5, None)
    with open_past(settings, state) as city:
        live_days(city, 2)
        kept = (tmp_path / "simulation.json").read_bytes()
        city.live_until(city.clock.now() + timedelta(hours=13))
        before = city.system.log.head()
    (tmp_path / "simulation.json").write_bytes(kept)
    with open_past(settings, city_state(settings, None, None, None)) as city:
        calendar = city.planner.calendar
        totals = city.live_until(end_of_day(date(2026, 3, 4), calendar))
        assert city.system.log.head() > before
    assert totals.duplicates > 5
    causes = Counter(
        (event.cause, event.type)
        for event in events_of(tmp_path)
        if event.cause.startswith("command:S")
        and event.type in {"ticket.accepted.v1", "ticket.progressed.v1", "ticket.resolved.v1"}
    )
    assert causes
    assert max(causes.values()) == 1


def test_kill_9_takes_whole_steps_and_the_next_run_lives_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services.console.main", "simulate", "--data", str(tmp_path)]
    command += ["--days", "3000", "--tickets-per-day", "30", "--start", "2018-03-01"]
    for more in (400, 800):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            wait_until_more_is_written(tmp_path / "yousu.db", more, process)
        finally:
            process.kill()
            process.wait()
    lived(tmp_path, "--days", "1")
    settings = settings_of(tmp_path)
    with open_past(settings, city_state(settings, None, None, None)) as city:
        log = city.system.log
        assert log.query("SELECT COUNT(*) = MAX(position) FROM stored_events") == [(1,)]
        opened = "SELECT COUNT(*) FROM stored_events WHERE topic = 'ticket.opened.v1'"
        assert log.query(opened) == log.query("SELECT COUNT(*) FROM tickets")
    references = Counter(
        (event.channel, event.reference)
        for event in events_of(tmp_path)
        if isinstance(event, TicketOpened | ReportJoined)
    )
    assert max(references.values()) == 1


def wait_until_more_is_written(log: Path, more: int, process: "subprocess.Popen[bytes]") -> None:
    """So many events more than now."""
    head, give_up_at = 0, time.monotonic() + 120
    begin = written(log)
    while head < begin + more:
        assert process.poll() is None
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
        head = written(log)


def written(log: Path) -> int:
    """Events that others see."""
    if not log.exists():
        return 0
    with closing(sqlite3.connect(f"file:{log}?mode=ro", uri=True)) as connection:
        try:
            (head,) = connection.execute("SELECT MAX(position) FROM stored_events").fetchone()
        except sqlite3.OperationalError:  # no tables yet
            return 0
    return head or 0


def test_an_interrupt_that_was_lost_on_its_way_stops_the_past_after_a_step(tmp_path: Path) -> None:
    asked = threading.Event()
    asked.set()
    with open_past(settings_of(tmp_path), city_state(settings_of(tmp_path), 25, 5, None)) as city:
        began = city.clock.now()
        with pytest.raises(KeyboardInterrupt):
            _live_past(city, began + timedelta(days=3), asked)
        assert began < city.clock.now() <= began + timedelta(days=1)


def test_units_that_assist_do_their_share_mostly_in_time(tmp_path: Path) -> None:
    lived(tmp_path, "--days", "20", "--tickets-per-day", "40")
    verdicts = Counter(event.type for event in events_of(tmp_path))
    met, missed = (verdicts[f"ticket.part_deadline_{one}.v1"] for one in ("met", "missed"))
    assert met > 100
    assert 0 < missed < met / 4


def test_it_stops_before_the_calendar_ends_and_says_so(tmp_path: Path) -> None:
    arguments = ["--data", str(tmp_path), "--json", "--days", "60", "--tickets-per-day", "2"]
    result = CliRunner().invoke(simulate, [*arguments, "--start", "2026-10-30"])
    assert result.exit_code == 0
    summary = json.loads(result.stdout)
    assert summary["state"] == "calendar_ended"
    assert summary["last_day"] < "2026-11-20"
    assert "2026-12-31" in result.stderr
    again = json.loads(CliRunner().invoke(simulate, arguments).stdout)
    assert (again["days"], again["reports"]) == (0, 0)


@pytest.mark.parametrize("contradiction", [("--seed", "2"), ("--start", "2026-04-01")])
def test_another_city_in_the_same_folder_is_refused(
    tmp_path: Path, contradiction: tuple[str, str]
) -> None:
    lived(tmp_path, "--days", "1", "--tickets-per-day", "2")
    result = CliRunner().invoke(simulate, ["--data", str(tmp_path), *contradiction])
    assert result.exit_code == 2
    assert "this city" in result.stderr


def test_a_log_of_real_life_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "yousu.db").write_bytes(b"")
    result = CliRunner().invoke(simulate, ["--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "not a simulated city's" in result.stderr
