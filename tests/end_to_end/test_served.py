"""The served program under kill -9, SIGTERM, a full disk, and neighbours on the same folder."""

import random
import resource
import signal
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from end_to_end_log import Fact, assert_whole, received, types
from end_to_end_program import finish, kill, start, wait_until, yousu
from end_to_end_reports import rows, write_reports
from end_to_end_server import REPORTS, Client, report, serving

CLIENTS = 4
STOP_WITHIN_S = 10


def clients_of(url: str, told: dict[str, dict[str, str]]) -> list[Client]:
    clients = [Client(name, url, of_one) for name, of_one in told.items()]
    for client in clients:
        client.start()
    return clients


def all_told(told: dict[str, dict[str, str]]) -> dict[tuple[str, str], str]:
    return {("app", ref): ticket for one in told.values() for ref, ticket in one.items()}


def assert_dispatched(events: list[Fact], tickets: int) -> None:
    counts = types(events)
    assert counts["ticket.opened.v1"] == tickets
    assert counts["ticket.routed.v1"] + counts["ticket.sent_to_triage.v1"] == tickets
    assert counts["ticket.deadline_set.v1"] == 2 * counts["ticket.routed.v1"]


@pytest.mark.parametrize(
    "kills", [pytest.param(3, id="3"), pytest.param(20, id="20", marks=pytest.mark.slow)]
)
def test_a_killed_server_has_kept_every_report_it_accepted(kills: int, data: Path) -> None:
    dice = random.Random(kills)
    told: dict[str, dict[str, str]] = {f"client{number}": {} for number in range(CLIENTS)}
    for _ in range(kills):
        # given clients that post, each going on where it was told last
        with serving(data) as server:
            before = len(all_told(told))
            clients = clients_of(server.url, told)
            wait_until(lambda before=before: len(all_told(told)) > before)  # type: ignore[misc]
            # when the server is killed
            time.sleep(dice.uniform(0, 0.6))
            assert kill(server.process)
        for client in clients:
            client.join()
        # then all they were told is in the log, and at most one more of each
        stored = received(assert_whole(data))
        assert all_told(told).items() <= stored.items()
        assert len(stored) - len(all_told(told)) <= CLIENTS

    # and what was accepted is dispatched, once
    done = yousu("process", "--until-idle", "--data", data)
    assert done.code == 0, done.err
    assert_dispatched(assert_whole(data), len(stored))


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_asked_to_stop_answers_what_it_accepted_and_leaves(
    signum: signal.Signals, data: Path
) -> None:
    told: dict[str, dict[str, str]] = {f"client{number}": {} for number in range(CLIENTS)}
    with serving(data) as server:
        clients = clients_of(server.url, told)
        wait_until(lambda: len(all_told(told)) > 50)
        server.process.send_signal(signum)
        asked = time.monotonic()
        done = finish(server.process, STOP_WITHIN_S)
        assert time.monotonic() - asked < STOP_WITHIN_S
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    for client in clients:
        client.join()
        assert client.statuses == {201}
    # nobody was cut off in the middle of a report: what is in the log was answered
    assert all_told(told) == received(assert_whole(data))


def test_a_port_that_is_taken_is_said_in_one_line(data: Path) -> None:
    with serving(data) as server:
        second = yousu("serve", "--port", server.port, "--data", data)
        assert server.answers("/readyz")
    assert second.code == 2
    assert f"127.0.0.1:{server.port}" in second.err
    assert len(second.err.splitlines()) == 1


def test_a_server_shares_its_folder_with_imports_and_a_replay(
    tmp_path: Path, data: Path, mapping: Path
) -> None:
    # given a server that takes reports, two imports and a replay on the same folder
    told: dict[str, dict[str, str]] = {f"client{number}": {} for number in range(2)}
    file = write_reports(tmp_path / "reports.csv", rows(1_000, 750))
    options = ("--mapping", mapping, "--data", data, "--json")
    with serving(data) as server:
        clients = clients_of(server.url, told)
        imports = [start("import", file, "--channel", name, *options) for name in ("phone", "web")]
        ended = [finish(process) for process in imports]
        replay = yousu("replay", "--data", data, "--json")
        status = yousu("status", "--data", data, "--json")
        assert all(client.is_alive() for client in clients), "a client was refused"
        server.process.terminate()
        served = finish(server.process, STOP_WITHIN_S)
    for client in clients:
        client.join()

    # then nobody failed and nobody saw a lock
    for one in (*ended, replay, status, served):
        assert one.code == 0, one.err
        assert "locked" not in one.out + one.err
        assert "Traceback" not in one.err
    # and the sums are exact
    total = Counter[str]()
    for tally in ended:
        total.update(tally.document)
    assert (total["opened"], total["joined"]) == (750, 1_250)
    assert yousu("process", "--until-idle", "--data", data).code == 0
    events = assert_whole(data)
    assert all_told(told).items() <= received(events).items()
    assert len(received(events)) == 2_000 + len(all_told(told))
    assert_dispatched(events, 750 + len(all_told(told)))
    # and a replay of it all is what is there
    replayed = yousu("replay", "--data", data, "--json").document
    assert replayed["position"] == len(events)
    assert replayed["tickets"] == sum(replayed["by_stage"].values())
    assert replayed["by_stage"]["routed"] == types(events)["ticket.routed.v1"]


@pytest.mark.embedded_only("about this process's own disk")
def test_a_server_on_a_full_disk_accepts_nothing_and_stays_up(data: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500 * 1024, resource.RLIM_INFINITY))

    told: dict[str, str] = {}
    with serving(data, little_room) as server:
        client = Client("client", server.url, told)
        client.start()
        client.join()
        assert client.statuses == {201, 503}
        refused = httpx.post(server.url + REPORTS, json=report("later"))
        assert refused.status_code == 503
        assert server.answers("/healthz")
        # with room again it goes on by itself
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (-1, -1))
        accepted = httpx.post(server.url + REPORTS, json=report("later"))
        assert accepted.status_code == 201
        server.process.terminate()
        done = finish(server.process, STOP_WITHIN_S)
    assert done.code == 0
    assert "Traceback" not in done.err
    stored = received(assert_whole(data))
    assert told
    assert {("app", reference): ticket for reference, ticket in told.items()}.items() <= (
        stored.items()
    )
    assert set(stored) - {("app", ref) for ref in told} == {("app", "later")}
