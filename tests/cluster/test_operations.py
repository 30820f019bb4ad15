"""What ops teams do by hand while workers run, and what cannot be done then."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.console.replay_commands import PROJECTIONS
from services.console.system import System, bootstrap
from services.platform import quarantine
from services.platform.event_log import Checkpoint
from services.platform.quarantine import DeadLetter
from services.platform.settings import load_settings
from services.platform.transport.lanes import lane_names
from services.platform.transport.topics import partition_of
from tests.cluster.conftest import LANES, Make
from tests.cluster.installation import Installation, wait_until
from tests.cluster.reports import reports, write

REPORTS = 600
MAPPINGS = Path(__file__).parents[2] / "examples" / "mappings"
CANNOT_RUN = 2


@contextmanager
def opened(made: Installation) -> Iterator[System]:
    system = bootstrap(load_settings(None, environment=made.environment))
    yield system
    system.close()


def contents(system: System) -> dict[str, list[tuple[object, ...]]]:
    tables = [table for make in PROJECTIONS.values() for table in make(system).tables]
    return {table: sorted(system.log.query(f"SELECT * FROM {table}"), key=repr) for table in tables}


def test_rebuilds_under_load_come_to_the_rows_that_workers_make(install: Make) -> None:
    made = install()
    made.start_all()
    file = write(made.folder / "reports.jsonl", list(reports(REPORTS)))
    publishing = threading.Thread(target=made.run, args=("publish", file))
    publishing.start()
    with opened(made) as system:
        wait_until(system.log.head)
        rounds = 0
        while publishing.is_alive() or system.log.head() < 3 * REPORTS:
            rebuilt = json.loads(made.run("rebuild", "--json"))["rebuilt"]
            assert rebuilt.keys() == PROJECTIONS.keys()
            rounds += 1
        publishing.join()
        made.run("process", "--until-idle")
        live = contents(system)
        made.run("rebuild")
        assert contents(system) == live
        assert rounds
        assert len(live["deadlines"]) > REPORTS
        assert len(live["tickets"]) == len(live["report_keys"]) == REPORTS
    assert set(made.stop_all().values()) == {0}


def test_what_a_lane_has_set_aside_is_done_later_by_hand(install: Make) -> None:
    """The router, in one lane, has gone on over a fact that it could not digest."""
    made = install()
    for start in (made.start_relay, lambda: made.start_worker("intake")):
        start()
    made.run("publish", write(made.folder / "reports.jsonl", list(reports(2))[1:]))
    with opened(made) as system:
        wait_until(system.log.head)
        (opened_fact,) = system.log.read_all(0, 10)
        lane = partition_of(opened_fact.stream_id, LANES)
        why = DeadLetter.of_log("router", opened_fact, "because", datetime.now(UTC))
        beyond = Checkpoint(lane_names("router", LANES)[lane], opened_fact.position)
        system.log.append([], checkpoint=beyond, changes=quarantine.insert_dead_letters([why]))
        for service in ("router", "sla", "supervision", "evaluation", "reporting"):
            made.start_worker(service)
        made.run("process", "--until-idle")
        assert system.log.head() == 1
        status = json.loads(made.run("status", "--json"))
        assert status["router"]["quarantined"] == 1

        made.run("quarantine", "retry", "--all")
        made.run("process", "--until-idle")
        types = [one.type for one in system.log.read_all(0, 10)]
        assert types[1] == "ticket.routed.v1"
        # to accept and to resolve, and what two units that assist have promised
        promises = ["ticket.deadline_set.v1"] * 2 + ["ticket.part_deadline_set.v1"] * 2
        assert types[2:] == promises
        status = json.loads(made.run("status", "--json"))
        assert status["router"]["quarantined"] == status["router"]["lag"] == 0


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("process",), "yousu worker"),
        (("simulate", "--days", "1"), "a simulated city lives in a folder"),
        (("run", "--days", "1"), "a simulated city lives in a folder"),
        (("import", "board.csv", "--history"), "under a clock of its own"),
    ],
)
def test_what_has_a_clock_or_processors_of_its_own_is_refused(
    command: tuple[str, ...], why: str, install: Make
) -> None:
    made = install()
    board = made.folder / "board.csv"
    board.write_text("留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n")
    options = {"import": ("--channel", "c", "--mapping", MAPPINGS / "messages_with_replies.toml")}
    words = [board if word == "board.csv" else word for word in command]
    child = made.start("refused", *words, *options.get(command[0], ()))
    assert child.wait(30) == CANNOT_RUN
    (line,) = made.log("refused").splitlines()
    assert line.startswith("yousu: ")
    assert why in line
    with opened(made) as system:
        assert system.log.head() == 0
