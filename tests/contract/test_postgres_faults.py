"""Servers that are restarted or killed, and connections that are cut or go silent."""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.platform.event_log import EventLog, open_postgres_log
from services.platform.failures import ConcurrentAppend, Outage
from tests.contract.event_log_contract import event, events, notes
from tests.contract.event_log_processes import SPAWN, assert_nothing_lost
from tests.contract.log_writers import append_batch, write_until_killed
from tests.contract.postgres_tables import make_tables
from tests.servers.postgres import OwnServer, Server
from tests.servers.proxy import Proxy

pytestmark = pytest.mark.postgres
NOTICED_WITHIN_S = 15.0


@pytest.fixture
def url(own_postgres: OwnServer) -> Iterator[str]:
    with own_postgres.database() as url:
        make_tables(url)
        yield url


@pytest.fixture
def log(url: str) -> Iterator[EventLog]:
    log = open_postgres_log(url)
    yield log
    log.close()


@pytest.fixture
def proxy(postgres: Server) -> Iterator[Proxy]:
    host, port = postgres.address
    with Proxy(host, port) as proxy:
        yield proxy


@pytest.fixture
def proxied(postgres: Server, proxy: Proxy) -> Iterator[EventLog]:
    with postgres.database() as url:
        make_tables(url)
        log = open_postgres_log(through(url, proxy))
        yield log
        log.close()


def through(url: str, proxy: Proxy) -> str:
    host, _, rest = url.rpartition("@")
    return f"{host}@127.0.0.1:{proxy.port}/{rest.partition('/')[2]}"


def within(seconds: float, attempt: Callable[[], object]) -> object:
    """What the attempt gives once it is no outage any more."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except Outage:
            if time.monotonic() > deadline:
                raise


def test_after_a_restart_of_the_server_the_log_goes_on_by_itself(
    own_postgres: OwnServer, log: EventLog
) -> None:
    threads = [threading.Thread(target=log.read_all, args=(0, 10)) for _ in range(8)]
    for thread in threads:  # several connections, all of which will be dead
        thread.start()
    for thread in threads:
        thread.join()
    log.append(events("a", 3))
    own_postgres.restart()
    assert log.head() == 3
    own_postgres.restart()
    assert list(log.append([event("a", 4)])) == [4]


def test_while_the_server_is_away_every_call_is_an_outage_and_soon(
    own_postgres: OwnServer, log: EventLog
) -> None:
    log.append([event("a", 1)])
    own_postgres.stop()
    try:
        began = time.monotonic()
        for attempt in (log.head, lambda: log.append([event("a", 2)])):
            with pytest.raises(Outage):
                attempt()
        assert time.monotonic() - began < 2.0
    finally:
        own_postgres.start()
    assert list(log.append([event("a", 2)])) == [2]


@pytest.mark.slow
def test_what_was_acknowledged_survives_the_death_of_the_server(
    own_postgres: OwnServer, url: str, tmp_path: Path
) -> None:
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()
    for kill in range(2):
        writer = SPAWN.Process(target=write_until_killed, args=(url, str(acknowledged)))
        before = acknowledged.stat().st_size
        writer.start()
        while acknowledged.stat().st_size < before + 20:
            assert writer.is_alive()
            time.sleep(0.005)
        time.sleep(0.02 * kill)
        own_postgres.kill_9()
        writer.join(NOTICED_WITHIN_S)
        assert writer.exitcode == 1, "it went on without a server"
        own_postgres.start()
    log = open_postgres_log(url)
    assert_nothing_lost(log, acknowledged, 2)
    log.close()


def test_cutting_connections_at_any_moment_neither_loses_nor_doubles(
    proxy: Proxy, proxied: EventLog
) -> None:
    """The answer to a commit is lost now and then: the checkpoint tells whether it was done."""
    outages, number = 0, 0
    stop = threading.Event()

    def cut_now_and_then() -> None:
        chance = random.Random(7)
        while not stop.wait(chance.uniform(0.0, 0.1)):
            proxy.cut()

    cutting = threading.Thread(target=cut_now_and_then)
    cutting.start()
    try:
        deadline = time.monotonic() + 60.0
        while (number < 100 or outages < 10) and time.monotonic() < deadline:
            try:
                append_batch(proxied, number + 1)
                number += 1
            except Outage:
                outages += 1
                number = int(within(30, lambda: proxied.checkpoint("writer")))  # type: ignore[call-overload]
            except ConcurrentAppend:  # an append that was in doubt was done a moment later
                number = int(within(30, lambda: proxied.checkpoint("writer")))  # type: ignore[call-overload]
    finally:
        stop.set()
        cutting.join()
    assert outages >= 10
    recorded = proxied.read_all(0, 1_000_000)
    assert [one.position for one in recorded] == list(range(1, len(recorded) + 1))
    assert [row[0] for row in notes(proxied)] == list(range(1, number + 1))
    assert len({one.stream_id for one in recorded}) == number == proxied.checkpoint("writer")


@pytest.mark.slow
def test_a_connection_that_went_silent_is_an_outage_and_not_a_wait_for_ever(
    proxy: Proxy, proxied: EventLog
) -> None:
    proxied.append([event("a", 1)])
    proxy.hold()
    began = time.monotonic()
    with pytest.raises(Outage):
        proxied.append([event("a", 2)])
    assert time.monotonic() - began < NOTICED_WITHIN_S
    proxy.release()
    within(NOTICED_WITHIN_S, proxied.head)
    with contextlib.suppress(ConcurrentAppend):  # what was held may have arrived after all
        proxied.append([event("a", 2)])
    assert [one.version for one in proxied.read_stream("a")] == [1, 2]


@pytest.mark.slow
def test_a_statement_that_works_for_long_is_let_work(log: EventLog) -> None:
    assert log.query("SELECT 1 FROM pg_sleep(5)") == [(1,)]


def test_a_slow_network_is_waited_for(proxy: Proxy, proxied: EventLog) -> None:
    proxy.delay(0.2)
    assert list(proxied.append(events("a", 2))) == [1, 2]
    assert proxied.head() == 2
