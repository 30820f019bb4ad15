"""The same life on SQLite and on PostgreSQL, and two workers that tick at the same moment."""

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from city_history import open_city
from click.testing import CliRunner

from services.console.main import main
from services.console.workers import build_worker, split_log
from services.domain import commands as t
from services.domain import supervision_commands as k
from services.domain.supervision_cards import Withdraw
from services.supervision.reading import cards_between, told_between
from tests.services.sla.sla_city import HOUR, local
from tests.services.supervision.watched_city import SUPERVISOR, WatchedCity

BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
Open = Callable[[str], WatchedCity]
LANES = 3
ALL = ("2000-01-01", "2999-12-31")


@pytest.fixture(params=BACKENDS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Several processes' worth of systems on one log."""
    environment: Mapping[str, str] = {}
    if request.param == "postgres":
        url = request.getfixturevalue("database_url")
        where = ["--data", str(tmp_path), "--database-url", url]
        made = CliRunner().invoke(main, ["db", "init", *where])
        assert made.exit_code == 0, made.output
        environment = {"YOUSU_DATABASE_URL": url}
    cities: list[WatchedCity] = []

    def open_one(start: str) -> WatchedCity:
        seed = len(cities) + 1
        city = WatchedCity(open_city(tmp_path, local(start), seed, environment))
        cities.append(city)
        return city

    yield open_one
    for city in cities:
        city.system.close()


def test_cases_lists_and_cards_are_the_same_on_either_database(opened: Open) -> None:
    city = opened("2026-03-09 09:00")
    late, settled = city.overdue(1), city.overdue(1)
    for moment in ("2026-03-10 18:01", "2026-03-11 09:00", "2026-03-12 18:01", "2026-03-13 09:00"):
        city.go_to(local(moment))
    first, second = city.cases()
    city.reply(first.code)
    city.deed(first.code, k.SendBack(why="没有照片"))
    city.reply(first.code)
    city.deed(first.code, k.AcceptReply())
    city.open(late, settled)
    city.resolve(settled)
    city.evaluated(settled)
    city.go_to(local("2026-03-18 09:00"))
    city.go_to(local("2026-03-20 09:00"))
    outcomes = sorted(str(one.outcome) for one in city.cases())
    assert outcomes == ["None", "accepted", "settled"]
    told = told_between(city.system.log, *ALL)
    assert {(one.measure, one.role) for one in told} == {
        ("urge", "leader"),
        ("supervise", "office"),
        ("criticise", "office"),
    }
    (card,) = cards_between(city.system.log, *ALL)
    assert card.rule == "no-reply", "of the case that was opened by hand"
    city.desk.withdraw("heating", Withdraw(card.card, "申诉成立"), city.asking(SUPERVISOR))
    assert city.rebuilt() == city.contents()
    assert {first.code, second.code} < {one.code for one in city.cases()}


def test_two_workers_that_tick_at_the_same_moment_do_everything_once(opened: Open) -> None:
    city = opened("2026-03-09 09:00")
    for _ in range(8):
        city.overdue(1)
    other = opened("2026-03-09 09:00")
    for moment in ("2026-03-12 18:01", "2026-03-13 09:00", "2026-03-17 18:01", "2026-03-18 14:00"):
        for one in (city, other):
            one.system.clock.advance_to(local(moment))
        for _ in range(4):  # the miss, and what follows it
            while city.system.transport.step():
                pass
            ticks_of(city, "sla")
        while city.system.transport.step():
            pass
        barrier = threading.Barrier(2)
        threads = [
            threading.Thread(target=tick_together, args=(one, barrier)) for one in (city, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    city.go_to(city.now + HOUR)
    assert len(city.cases()) == 8
    misses = [fact.stream_id for fact in city.written("reply_missed")]
    assert len(misses) == len(set(misses)) == 8
    lines = [
        (line.ticket_id, line.ticket_version) for f in city.written("told") for line in f.lines
    ]
    assert len(lines) == len(set(lines))
    cards = [(fact.unit, fact.card) for fact in city.written("card_issued")]
    assert len(cards) == len(set(cards)) >= 8
    assert city.rebuilt() == city.contents()


def ticks_of(city: WatchedCity, name: str) -> None:
    runner = next(one for one in city.system.transport.runners if one.name == name)
    while runner.tick(city.now):
        pass


def tick_together(city: WatchedCity, barrier: threading.Barrier) -> None:
    barrier.wait()
    for _ in range(5):
        ticks_of(city, "supervision")


def test_over_lanes_it_is_the_same_and_so_is_its_rebuild(opened: Open) -> None:
    city = opened("2026-03-09 09:00")
    split_log(city.system, LANES)
    clock = city.system.clock
    tickets = [city.received() for _ in range(5)]
    work(city)
    for ticket_id in tickets:
        city.do(t.RouteTicket, ticket_id, process=False, **city.routing(1, "heating"))
    work(city)
    for ticket_id in tickets:
        city.do(t.AcceptTicket, ticket_id, process=False, unit="heating")
    for moment in ("2026-03-10 18:01", "2026-03-12 18:01", "2026-03-13 09:00", "2026-03-18 09:00"):
        clock.advance_to(local(moment))
        for _ in range(3):
            work(city)
    assert len(city.cases()) == 5
    assert len(city.written("reply_missed")) == 5
    assert {fact.card.partition("/")[0] for fact in city.written("card_issued")} == {
        "late",
        "no-reply",
        "second-yellow",
    }
    assert city.rebuilt() == city.contents()


def work(city: WatchedCity) -> None:
    for service in ("intake", "router", "sla", "supervision"):
        worker = build_worker(city.system, service, LANES)
        worker.hold(frozenset(range(LANES)))
        while worker.look():
            pass
        worker.close()
