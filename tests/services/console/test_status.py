"""Status tells the truth about lanes, the relay and the door of the bus, from the database."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from services.console.log_figures import log_figures
from services.console.main import main
from services.console.status import Reading, failing, status_of
from services.console.status_bus import Span, TopicSpan, inlet_status
from services.console.status_command import table
from services.console.system import System, bootstrap
from services.console.workers import build_worker, split_log
from services.intake.report import NewReport
from services.platform import processor_errors
from services.platform.clock import VirtualClock
from services.platform.event_log import Checkpoint
from services.platform.settings import Settings
from services.platform.transport.lane_lag import LaneEvents
from services.platform.transport.topics import partition_of

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LANES = 4


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    settings = Settings(tmp_path, tmp_path / "keys" / "master.key", {})
    found = bootstrap(settings, VirtualClock(MONDAY))
    yield found
    found.close()


@pytest.fixture
def city(system: System) -> System:
    """Split into lanes, with reports that nobody has routed yet."""
    split_log(system, LANES)
    reports = [
        NewReport(
            channel="hotline",
            reference=f"call-{number}",
            received_at=MONDAY,
            title="路灯不亮",
            text=f"第{number}盏路灯不亮，晚上看不见路",
            address=f"城西区西关大街{number}号",
            contact=f"1380000{number:04}",
        )
        for number in range(12)
    ]
    system.intake.submit(reports)
    return system


def test_lags_of_lanes_add_up_to_what_is_in_the_log(city: System) -> None:
    router = status_of(city)["router"]
    head = city.log.head()
    assert router["lag"] == head > 0
    assert [lane["partition"] for lane in router["partitions"]] == [
        f"{n}-of-{LANES}" for n in range(LANES)
    ]
    for number, lane in enumerate(router["partitions"]):
        ours = [one for one in city.log.read_all(0, 1_000) if lane_of(one.stream_id) == number]
        assert lane["lag"] == len(ours)


def lane_of(ticket_id: str) -> int:
    return partition_of(ticket_id, LANES)


def test_a_lane_that_has_taken_in_its_own_has_no_lag_though_its_checkpoint_rests(
    city: System,
) -> None:
    last = max(one.position for one in city.log.read_all(0, 1_000) if lane_of(one.stream_id) == 1)
    city.log.append([], checkpoint=Checkpoint(f"router/1-of-{LANES}", last))
    router = status_of(city)["router"]
    assert router["partitions"][1]["lag"] == 0
    assert router["position"] == 0
    assert router["lag"] == sum(lane["lag"] for lane in router["partitions"])


def test_a_worker_at_the_end_of_the_log_has_no_lag_anywhere(city: System) -> None:
    for service in ("router", "sla", "supervision", "evaluation", "intake", "reporting"):
        work(city, service)
    work(city, "sla")
    work(city, "evaluation")
    work(city, "router")
    work(city, "supervision")
    work(city, "intake")
    work(city, "reporting")
    statuses = status_of(city)
    assert {one["lag"] for one in statuses.values()} == {0}
    assert {one["position"] for one in statuses.values()} == {city.log.head()}


def work(city: System, service: str) -> None:
    worker = build_worker(city, service, LANES)
    worker.hold(frozenset(range(LANES)))
    while worker.look():
        pass
    worker.close()


def test_the_relay_lags_by_what_it_has_not_published_not_by_when_a_partition_last_moved(
    city: System,
) -> None:
    head = city.log.head()
    first = city.log.read_all(0, 1)[0]
    name = f"relay/{lane_of(first.stream_id)}-of-{LANES}"
    city.log.append([], also=[Checkpoint("relay", head - 2), Checkpoint(name, first.position)])
    relay = Reading(city).relay()
    assert relay is not None
    assert (relay["position"], relay["lag"]) == (head - 2, 2)
    assert relay["partitions"][lane_of(first.stream_id)]["position"] == first.position


def test_an_embedded_system_has_no_relay_and_no_partitions(system: System) -> None:
    assert Reading(system).relay() is None
    assert all(one["partitions"] == [] for one in status_of(system).values())


def test_an_error_of_one_lane_is_the_processors_too(city: System) -> None:
    city.log.apply([processor_errors.noted(f"sla/2-of-{LANES}", "no calendar", MONDAY)])
    statuses = status_of(city)
    assert statuses["sla"]["last_error"] == "no calendar"
    assert statuses["sla"]["partitions"][2]["last_error"] == "no calendar"
    names = ("intake", "router", "reporting", "supervision", "evaluation")
    assert failing(statuses) == {"sla": 1, **dict.fromkeys(names, 0)}


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=40),
    st.data(),
)
def test_old_events_are_shared_evenly_and_new_ones_are_counted(
    tickets: list[int], data: st.DataObject
) -> None:
    class Log:
        def streams_changed(self, after: int, limit: int) -> list[tuple[int, str, str]]:
            rows = [
                (n + 1, f"T{ticket}", "ticket.progressed.v1") for n, ticket in enumerate(tickets)
            ]
            return [row for row in rows if row[0] > after][:limit]

    head = len(tickets)
    standing = data.draw(st.lists(st.integers(0, head), min_size=LANES, max_size=LANES))
    events = LaneEvents(Log(), LANES, head, standing)  # type: ignore[arg-type]
    for lane, position in enumerate(standing):
        ours = [n + 1 for n, t in enumerate(tickets) if lane_of(f"T{t}") == lane]
        assert events.after(lane, position) == len([one for one in ours if one > position])


def test_the_door_of_the_bus_counts_what_waits_in_the_topic_of_today() -> None:
    checkpoints = {"intake-reports/new/0": 5, "intake-reports/old/0": 90, "intake": 3, "router": 1}
    span = TopicSpan("new", {0: Span(0, 9), 1: Span(4, 6)})
    status = inlet_status(checkpoints, 2, span)
    assert (status["position"], status["lag"], status["quarantined"]) == (5, 6, 2)
    assert [line["lag"] for line in status["partitions"]] == [4, 2]


def test_without_the_bus_positions_are_told_and_lags_are_not() -> None:
    status = inlet_status({"intake-reports/new/0": 5, "intake-reports/old/0": 90}, 0, None)
    assert status["lag"] is None
    assert [line["partition"] for line in status["partitions"]] == ["new/0", "old/0"]


def test_a_bus_that_is_silent_holds_up_nobody(city: System) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = subprocess.run(
            [sys.executable, "-m", "services.console.main", "status", "--json"],
            env=os.environ
            | {
                "YOUSU_DATA": str(city.settings.data_dir),
                "YOUSU_MASTER_KEY_FILE": str(city.settings.master_key_file),
                "YOUSU_KAFKA": f"127.0.0.1:{silent.getsockname()[1]}",
            },
            capture_output=True,
            timeout=30,
        )
    assert said.returncode == 0
    assert said.stderr == b""
    assert json.loads(said.stdout)["intake-reports"]["lag"] is None


def test_the_command_says_it_in_lines_and_as_json(city: System) -> None:
    folder = str(city.settings.data_dir)
    said = CliRunner().invoke(main, ["status", "--partitions", "--data", folder])
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    assert lines[0] == f"log at {city.log.head()}"
    in_lanes = ("router", "sla", "supervision", "evaluation", "relay")
    assert sum(line.startswith("  3-of-4") for line in lines) == len(in_lanes)
    assert any(line.startswith("intake-reports") and "lag       ?" in line for line in lines)
    document = json.loads(CliRunner().invoke(main, ["status", "--json", "--data", folder]).stdout)
    processors = ["intake", "router", "sla", "reporting", "supervision", "evaluation"]
    assert list(document) == [*processors, "relay", "intake-reports"]


def test_errors_stand_at_the_end_of_a_line() -> None:
    one = {"position": 1, "lag": 2, "quarantined": 3, "last_error": "no calendar"}
    assert table(9, {"sla": one}, False)[1] == (
        "sla            position         1  lag       2  quarantined     3  last error: no calendar"
    )


def test_figures_for_metrics_say_the_same_and_count_late_tickets_by_level(city: System) -> None:
    for service in ("router", "sla", "router", "sla"):
        work(city, service)
    clock = city.clock
    assert isinstance(clock, VirtualClock)
    clock.advance_to(MONDAY + timedelta(days=9))
    for service in ("sla", "router", "intake", "reporting"):
        work(city, service)
    figures = log_figures(city)
    assert figures.head == city.log.head()
    assert {place.partition for place in figures.places if place.processor == "router"} == {
        f"{n}-of-{LANES}" for n in range(LANES)
    }
    assert sum(figures.open_by_stage.values()) == 12
    assert sum(figures.overdue.values()) == 12
    assert figures.overdue[0] == 0  # somebody was told of every one
    names = ["intake", "router", "sla", "reporting", "supervision", "evaluation", "relay"]
    assert figures.quarantine == dict.fromkeys(names, 0)
