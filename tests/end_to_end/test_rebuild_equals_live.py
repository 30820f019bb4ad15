"""Rows made from zero equal the live ones to the byte, whatever goes on meanwhile."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from city_history import CityHistory, open_city
from end_to_end_log import tables
from end_to_end_place import ENVIRONMENT

from services.audit.rebuild import rebuild
from services.audit.replay import live_state, replay
from services.console.replay_commands import PROJECTIONS
from services.console.system import System

pytestmark = pytest.mark.without_bus("lives under a clock of its own")
NAMES = sorted(PROJECTIONS)
REBUILD = "from services.console.replay_commands import rebuild_command; rebuild_command()"


def contents(system: System) -> dict[str, list[tuple[object, ...]]]:
    tables = [table for name in NAMES for table in PROJECTIONS[name](system).tables]
    return {table: sorted(system.log.query(f"SELECT * FROM {table}"), key=repr) for table in tables}


def start_rebuild(data: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", REBUILD, "--data", str(data)], env=ENVIRONMENT)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_mixed_history_is_rebuilt_as_it_was_lived(data: Path, seed: int) -> None:
    system = open_city(data, environment=ENVIRONMENT, seed=seed)
    CityHistory(system, seed).run(40, reports=4)
    types = {type_name for (type_name,) in system.log.query("SELECT topic FROM stored_events")}
    for name in ("returned", "suspended", "extension_granted", "deadline_missed", "reopened"):
        assert f"ticket.{name}.v1" in types
    live = contents(system)
    for name in NAMES:
        rebuild(system.log, PROJECTIONS[name](system))
    assert contents(system) == live
    system.close()


def test_another_process_rebuilds_while_this_one_goes_on(data: Path) -> None:
    system = open_city(data, environment=ENVIRONMENT)
    history = CityHistory(system, seed=4)
    history.run(10)
    rebuilding = start_rebuild(data)
    while rebuilding.poll() is None:
        history.turn(3)
    assert rebuilding.returncode == 0
    history.run(2)
    live = contents(system)
    for name in NAMES:
        rebuild(system.log, PROJECTIONS[name](system))
    assert contents(system) == live
    assert replay(system.log) == live_state(system.log, system.handler)
    system.close()


def test_a_service_in_another_thread_is_rebuilt_under_load(data: Path) -> None:
    system = open_city(data, environment=ENVIRONMENT)
    serving = threading.Thread(target=system.transport.run)
    serving.start()
    history = CityHistory(system, seed=6)
    try:
        for _ in range(8):
            system.intake.submit([history.report() for _ in range(40)])
            rebuild(system.log, PROJECTIONS["reporting"](system))
            rebuild(system.log, PROJECTIONS["sla"](system))
    finally:
        system.transport.stop()
        serving.join()
    system.transport.run_until_idle()
    live = contents(system)
    assert len(live["tickets"]) > 200
    for name in NAMES:
        rebuild(system.log, PROJECTIONS[name](system))
    assert contents(system) == live
    system.close()


@pytest.mark.slow
def test_a_rebuild_may_be_killed_at_any_moment(data: Path) -> None:
    system = open_city(data, environment=ENVIRONMENT)
    CityHistory(system, seed=5).run(40, reports=5)
    live = contents(system)
    moments = random.Random(5)
    for _ in range(6):
        rebuilding = start_rebuild(data)
        time.sleep(moments.uniform(0.3, 1.4))
        os.kill(rebuilding.pid, signal.SIGKILL)
        rebuilding.wait()
        assert contents(system) == live
    assert start_rebuild(data).wait() == 0
    assert contents(system) == live
    assert not {name for name in tables(data) if "rebuilt" in name}
    system.close()
