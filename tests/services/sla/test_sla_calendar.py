"""A notice that is loaded later changes days that were promised in: open promises follow, once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.domain import commands as k
from services.domain import events_clocks as c
from services.platform.transport.embedded import EmbeddedTransport
from services.sla import recounting
from services.sla.calendar import default_calendar, install_table
from services.sla.recounting import described, first_changed_day
from tests.domain.test_decide_calendar import changed_calendar
from tests.services.sla.conftest import OpenCity
from tests.services.sla.sla_city import DAY, MINUTE, SlaCity, local, open_sla_city

START = "2026-03-09 10:00"  # a Monday


def load(city: SlaCity, tmp_path: Path, off: Sequence[int] = (), year: int = 2026) -> None:
    """That year as it is built in (a week of five days, if it is not), but for days of March."""
    known, first = default_calendar(), date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]
    works = {
        day: known.is_working_day(day) if day <= known.last_day else day.weekday() < 5
        for day in days
    } | {date(year, 3, day): False for day in off}
    path = tmp_path / f"{year}.csv"
    path.write_text("\n".join(["date,working", *(f"{d},{int(w)}" for d, w in works.items())]))
    install_table(path, city.system.settings.data_dir)


def moves(city: SlaCity, ticket_id: str, clock: str = "resolve") -> list[c.DeadlineMoved]:
    return [one for one in city.facts(ticket_id, c.DeadlineMoved) if one.clock == clock]


def test_open_promises_move_by_an_explained_fact_and_closed_ones_stay(
    city_at: OpenCity, tmp_path: Path
) -> None:
    city = city_at(START)
    before = city.system.rules().calendar.version
    running, closed = city.routed(3), city.routed(3)
    city.accept(closed)
    city.resolve(closed)
    load(city, tmp_path, off=[11])
    city.go_to(local("2026-03-10 09:00"))
    (moved,) = moves(city, running)
    assert (moved.reason, moved.working_days) == ("calendar", 1)
    assert moved.from_due_at == local("2026-03-12 18:00")
    assert moved.due_at == local("2026-03-13 18:00")
    assert (moved.from_calendar_version, moved.calendar_version) == (
        before,
        city.system.rules().calendar.version,
    )
    assert moved.cause == f"calendar:{moved.calendar_version}"
    assert moves(city, closed) == []
    row = next(row for row in city.rows(running) if row.clock == "resolve")
    assert datetime.fromisoformat(row.due_at) == moved.due_at.astimezone(UTC)


def test_the_same_table_again_changes_nothing_and_neither_does_a_year_that_is_added(
    city_at: OpenCity, tmp_path: Path
) -> None:
    city = city_at(START)
    ticket = city.routed(3)
    load(city, tmp_path, off=[11])
    city.go_to(city.now + MINUTE)
    head = city.system.log.head()
    load(city, tmp_path, off=[11])
    city.go_to(city.now + MINUTE)
    load(city, tmp_path, year=2027)
    city.go_to(city.now + MINUTE)
    assert city.system.log.head() == head
    assert len(moves(city, ticket)) == 1


def test_it_goes_in_batches_from_where_it_stood_also_after_a_restart(
    city_at: OpenCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "RECOUNT_BATCH_MAX", 2)
    city = city_at(START)
    tickets = [city.routed(3) for _ in range(5)]
    load(city, tmp_path, off=[11])
    city.system.transport.tick(city.now)
    assert sum(len(moves(city, ticket)) for ticket in tickets) == 2
    again = open_sla_city(tmp_path, START)
    other: EmbeddedTransport = again.system.transport
    other.tick(city.now)
    assert sum(len(moves(city, ticket)) for ticket in tickets) == 4
    city.system.transport.run_until_idle()
    other.run_until_idle()
    assert [len(moves(city, ticket)) for ticket in tickets] == [1] * 5
    again.system.close()


def test_a_clock_that_is_due_is_counted_before_it_is_missed(
    city_at: OpenCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notice came while nobody looked: the day after it is a day off by now."""
    monkeypatch.setattr(recounting, "RECOUNT_BATCH_MAX", 1)
    city = city_at(START)
    tickets = [city.routed(3) for _ in range(4)]
    for ticket in tickets:
        city.accept(ticket)
    load(city, tmp_path, off=[12])
    city.go_to(local("2026-03-13 10:00"))
    for ticket in tickets:
        assert [fact for fact in city.course(ticket) if fact == "missed"] == []
        assert len(moves(city, ticket)) == 1


def test_what_was_unmerged_follows_too(city_at: OpenCity, tmp_path: Path) -> None:
    city = city_at(START)
    ticket, other = city.routed(3), city.routed(3)
    city.do(k.MergeTicket, ticket, primary=other)
    load(city, tmp_path, off=[11])
    city.go_to(city.now + MINUTE)
    assert moves(city, ticket) == []
    city.do(k.UnmergeTicket, ticket)
    assert len(moves(city, ticket)) == 1


def test_a_pause_whose_end_needs_an_unknown_year_holds_up_nobody(city_at: OpenCity) -> None:
    city = city_at("2026-12-24 10:00")
    ticket, other = city.routed(3), city.routed(1)
    city.accept(ticket)
    asked = {"reason": "weather", "working_days_max": 3, "rules": city.rules()}
    city.do(k.SuspendTicket, ticket, **asked)
    for _ in range(20):
        city.wait_and_see(DAY / 2)
    assert "missed" in city.course(other)
    assert city.state(ticket).suspended_since is not None


def test_of_two_calendars_only_days_that_both_know_can_differ() -> None:
    known = default_calendar()
    assert first_changed_day(described(known), known) is None
    assert first_changed_day(described(known), changed_calendar((11, 20))) == date(2026, 3, 11)
    other_hours = described(known).replace("18:00:00", "17:30:00", 1)
    assert first_changed_day(other_hours, known) == known.first_day
