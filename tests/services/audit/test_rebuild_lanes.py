"""Where the log is split, each lane's rows are made up to where that lane stands."""

from pathlib import Path

import pytest
from city_history import CityHistory, open_city

from services.audit import rebuild as module
from services.audit.rebuild import rebuild
from services.console.replay_commands import PROJECTIONS
from services.console.system import System
from services.console.workers import processor_of, split_log
from services.platform.failures import Outage
from services.platform.transport.lane_worker import LaneWorker
from services.platform.transport.lanes import checkpoint_name, set_lanes

LANES = 3


@pytest.fixture
def city(tmp_path: Path) -> System:
    """Lived whole, then split into lanes."""
    system = open_city(tmp_path)
    CityHistory(system, seed=5).run(12)
    split_log(system, LANES)
    return system


def deadlines(system: System) -> list[tuple[object, ...]]:
    return sorted(system.log.query("SELECT * FROM deadlines"), key=repr)


def work_off(system: System, lane: int) -> None:
    """Workers that get their facts from the log, as they do where they begin."""
    while system.log.checkpoint(checkpoint_name("sla", lane, LANES)) < system.log.head():
        sla = processor_of(system, "sla")
        worker = LaneWorker(sla, system.log, system.handler, system.clock, LANES)
        worker.hold(frozenset({lane}))
        worker.look()
        worker.close()


def more_tickets(system: System) -> None:
    """Routed by nobody but the test, so that nothing but their clocks is missing."""
    history = CityHistory(system, seed=6)
    history.sent = 50_000
    receipts = system.intake.submit([history.report() for _ in range(30)])
    found = system.handler.tickets([one.ticket_id for one in receipts])
    commands = [history.routed(one) for one in found.values() if one.stage == "received"]
    system.handler.handle(lambda: commands)


@pytest.mark.parametrize("chunk", [3, 2_000])
def test_lanes_at_different_positions_are_rebuilt_each_to_its_own(
    city: System, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_MAX", chunk)
    head = city.log.head()
    more_tickets(city)
    work_off(city, 1)
    at = [city.log.checkpoint(checkpoint_name("sla", lane, LANES)) for lane in range(LANES)]
    assert at[0] == at[2] == head < at[1]
    before = deadlines(city)
    assert rebuild(city.log, PROJECTIONS["sla"](city)) == at[1]
    assert deadlines(city) == before
    city.close()


def test_a_lane_that_moves_meanwhile_is_followed(city: System) -> None:
    head = city.log.head()
    more_tickets(city)
    before = deadlines(city)
    moves: list[int] = []
    live: list[tuple[object, ...]] = []

    def progress(position: int, target: int) -> None:
        if position >= head and len(moves) < LANES:
            work_off(city, len(moves))
            moves.append(position)
            live[:] = deadlines(city)

    rebuild(city.log, PROJECTIONS["sla"](city), progress)
    assert len(moves) == LANES
    assert deadlines(city) == live
    assert len(live) > len(before)
    city.close()


def test_a_log_that_is_split_anew_meanwhile_is_an_outage(city: System) -> None:
    def progress(position: int, target: int) -> None:
        set_lanes(city.log, LANES + 1, ["router", "sla"])

    before = deadlines(city)
    with pytest.raises(Outage, match="split anew"):
        rebuild(city.log, PROJECTIONS["sla"](city), progress)
    assert deadlines(city) == before
    city.close()
