"""Days that another process plans ahead are those that the city plans by itself."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from services.console.simulation import ahead
from services.console.simulation.course import City
from services.console.simulation.founding import city_state, live_days, open_past
from services.console.simulation.planner import Planned
from services.platform.settings import load_settings

RATE, SEED, DAYS = 40, 7, 4

pytestmark = pytest.mark.skipif(not ahead.CAN_FORK, reason="processes are not forked here")


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    monkeypatch.setattr(ahead, "REPORTS_MIN", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    settings = load_settings(tmp_path, environment={})
    with open_past(settings, city_state(settings, RATE, SEED, None)) as opened:
        yield opened


def first_day(city: City) -> date:
    return city.planner.calendar.local_date(city.state.until)


def planned_here(city: City, day: date) -> Sequence[Planned]:
    return city.planner.day(day, RATE)


def test_the_same_days(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    first = first_day(city)
    asked = [first + timedelta(days=n) for n in (0, 1, 1, 2, 2, 3, 3, 4)]
    with ahead.days_planned_ahead(city, first + timedelta(days=DAYS - 1)):
        planner = type(city.planner)
        made_here: list[date] = []
        monkeypatch.setattr(planner, "day", lambda self, day, tickets: made_here.append(day))
        planned = [city.plan(day, RATE) for day in asked]
        monkeypatch.undo()
    assert made_here == []
    assert planned == [planned_here(city, day) for day in asked]


def test_a_day_that_nobody_planned_is_planned_here(city: City) -> None:
    first = first_day(city)
    with ahead.days_planned_ahead(city, first + timedelta(days=1)):
        late, early = first + timedelta(days=9), first
        assert city.plan(late, RATE) == planned_here(city, late)
        assert city.plan(early, RATE) == planned_here(city, early)
    assert city.plan(first, RATE) == planned_here(city, first)


def test_if_the_other_process_dies_the_city_plans_by_itself(city: City) -> None:
    first = first_day(city)
    with ahead.days_planned_ahead(city, first + timedelta(days=300)):
        (other,) = multiprocessing.active_children()
        other.kill()
        other.join()
        for day in (first + timedelta(days=n) for n in range(20)):
            assert city.plan(day, RATE) == planned_here(city, day)


def test_it_ends_with_those_who_listen(city: City) -> None:
    last = first_day(city) + timedelta(days=300)
    with ahead.days_planned_ahead(city, last):
        (other,) = multiprocessing.active_children()
    assert other.exitcode == 0


def test_a_past_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lived(folder: Path) -> dict[str, object]:
        settings = load_settings(folder, environment={})
        with open_past(settings, city_state(settings, RATE, SEED, None)) as city:
            return live_days(city, DAYS)

    alone = lived(tmp_path / "alone")
    monkeypatch.setattr(ahead, "REPORTS_MIN", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert lived(tmp_path / "ahead") == alone
