from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from city_history import CityHistory, open_city

from services.audit import rebuild as module
from services.audit.rebuild import Projection, rebuild
from services.console.replay_commands import PROJECTIONS
from services.console.system import System
from services.domain.city_events import is_city_type
from services.platform.event_log import Change
from services.platform.failures import Outage
from services.platform.processor import Fact, Reaction
from services.reporting.processor import ReportingProcessor

NAMES = sorted(PROJECTIONS)


def contents(system: System) -> dict[str, list[tuple[object, ...]]]:
    tables = [table for name in NAMES for table in PROJECTIONS[name](system).tables]
    return {table: system.log.query(f"SELECT * FROM {table}") for table in tables}


def definitions(system: System) -> set[tuple[str, str, str]]:
    found = system.log.query("SELECT type, name, tbl_name FROM sqlite_master")
    return set(found)


@pytest.fixture
def city(tmp_path: Path) -> System:
    system = open_city(tmp_path)
    CityHistory(system, seed=5).run(12)
    return system


@pytest.mark.parametrize("chunk", [3, 2_000])
@pytest.mark.parametrize("name", NAMES)
def test_rows_made_from_zero_are_the_live_rows(
    city: System, name: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_MAX", chunk)
    before, shape = contents(city), definitions(city)
    position = rebuild(city.log, PROJECTIONS[name](city))
    assert position == city.log.head()
    assert contents(city) == before
    assert definitions(city) == shape
    city.close()


def test_damaged_rows_are_whole_again(city: System) -> None:
    before = contents(city)
    city.log.apply(
        [
            Change("DELETE FROM report_keys", [()]),
            Change("DELETE FROM open_matters", [()]),
            Change("UPDATE tickets SET stage = 'closed'", [()]),
            Change("UPDATE daily_counts SET n = n + 1", [()]),
            Change("DELETE FROM deadlines", [()]),
        ]
    )
    for name in NAMES:
        rebuild(city.log, PROJECTIONS[name](city))
    assert contents(city) == before
    city.close()


class _Interrupted(Exception):
    pass


@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_rebuild_that_dies_leaves_the_live_rows_and_no_trouble(
    city: System, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_MAX", 20)
    steps: list[int] = []

    def die(position: int, target: int) -> None:
        steps.append(position)
        if len(steps) > after:
            raise _Interrupted

    before, shape = contents(city), definitions(city)
    with pytest.raises(_Interrupted):
        rebuild(city.log, PROJECTIONS["reporting"](city), die)
    assert contents(city) == before
    CityHistory(city, seed=6).run(0)
    rebuild(city.log, PROJECTIONS["reporting"](city))
    assert contents(city) == before
    assert definitions(city) == shape
    city.close()


def _city_goes_on(city: System, times: int) -> Callable[[int, int], None]:
    history = CityHistory(city, seed=77)
    history.sent = 50_000
    left = [times]

    def progress(position: int, target: int) -> None:
        if position >= target and left[0]:
            left[0] -= 1
            history.turn(4)

    return progress


@pytest.mark.parametrize("name", NAMES)
def test_live_processing_goes_on_and_nothing_of_it_is_lost(city: System, name: str) -> None:
    head = city.log.head()
    position = rebuild(city.log, PROJECTIONS[name](city), _city_goes_on(city, 5))
    assert position == city.log.head() > head
    rebuilt = contents(city)
    for other in NAMES:
        rebuild(city.log, PROJECTIONS[other](city))
    assert contents(city) == rebuilt
    history = CityHistory(city, seed=78)
    history.sent = 90_000
    history.run(2)
    live = contents(city)
    rebuild(city.log, PROJECTIONS[name](city))
    assert contents(city) == live
    city.close()


def test_a_log_that_never_rests_is_an_outage_and_not_a_wrong_switch(
    city: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SWITCH_ATTEMPTS_MAX", 3)
    with pytest.raises(Outage, match="never rested"):
        rebuild(city.log, PROJECTIONS["intake"](city), _city_goes_on(city, 1_000))
    city.close()


def test_what_the_live_processor_could_not_digest_is_left_out(city: System) -> None:
    seen: list[int] = []

    class Watching:
        def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
            seen.extend(fact.position for fact in facts)
            return Reaction()

    statement = "INSERT INTO quarantine (processor, position, error, at, status) VALUES (?,?,?,?,?)"
    rows = [
        ("reporting", 3, "x", "t", "waiting"),
        ("reporting", 4, "x", "t", "discarded"),
        ("reporting", 5, "x", "t", "retried"),
        ("sla", 6, "x", "t", "waiting"),
    ]
    city.log.apply([Change(statement, rows)])
    real = PROJECTIONS["reporting"](city)
    watched = Projection(
        real.name, real.tables, real.schema, lambda query: Watching(), real.checkpoint
    )
    rebuild(city.log, watched)
    of_tickets = [r.position for r in city.log.read_all(0, 10**6) if not is_city_type(r.type)]
    assert seen == [n for n in of_tickets if n not in (3, 4)]
    assert city.log.query("SELECT COUNT(*) FROM tickets") == [(0,)]
    city.close()


def test_the_projection_of_reporting_is_the_live_processor(city: System) -> None:
    assert isinstance(PROJECTIONS["reporting"](city).make(city.log.query), ReportingProcessor)
    city.close()
