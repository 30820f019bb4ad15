"""A deadline in a year whose calendar is not loaded: waited for, told, and nothing is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from city_history import open_city

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.platform.failures import Outage
from services.platform.processor_errors import current
from services.sla.calendar import install_table
from tests.services.sla.conftest import OpenCity
from tests.services.sla.sla_city import DAY, SlaCity, local

LOADED_TO = 2026  # by what is installed; the next year is an operator's
WHAT_TO_DO = "does not know 2027; load that year's table: yousu calendar load FILE"


@pytest.fixture
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2027 with New Year's Day and the two days after it off."""
    first = date(2027, 1, 1)
    days = [first + timedelta(days=n) for n in range(365)]
    lines = [f"{day},{int(day.weekday() < 5 and day > date(2027, 1, 3))}" for day in days]
    path = tmp_path_factory.mktemp("table") / "2027.csv"
    path.write_text("\n".join(["date,working", *lines]), encoding="utf-8")
    return path


def load(city: SlaCity, table: Path) -> None:
    assert install_table(table, city.system.settings.data_dir) == [LOADED_TO + 1]


def sla_error(city: SlaCity) -> str:
    return current(city.system.log).get("sla", "")


def test_a_promise_into_an_unknown_year_waits_and_the_other_clocks_go_on(
    city_at: OpenCity, table: Path
) -> None:
    city = city_at("2026-12-22 10:00")
    before = city.routed(3)  # due on the 25th
    late = city.unrouted()
    city.do(k.RouteTicket, late, process=False, **city.routing(11, "heating"))
    after = city.received()
    with pytest.raises(Outage, match=WHAT_TO_DO):
        city.system.transport.run_until_idle()
    assert WHAT_TO_DO in sla_error(city)
    assert city.facts(after, e.TicketSentToTriage)  # the router is not held up
    for _ in range(32):
        city.wait_and_see(DAY / 4)
    assert city.course(before) == ["set", "warned", "remind", "missed", "urge"]
    assert city.course(late) == []
    load(city, table)
    city.system.transport.run_until_idle()
    assert sla_error(city) == ""
    assert city.course(before)[5:] == ["supervise"]
    (promise,) = city.clock_facts(late)
    assert promise.due_at == local("2027-01-07 18:00")
    assert promise.starts_at == local("2026-12-22 10:00")
    assert city.system.log.query("SELECT * FROM quarantine") == []


def test_rungs_of_a_miss_on_the_last_day_of_the_known_years_are_not_lost(
    city_at: OpenCity, table: Path
) -> None:
    city = city_at("2026-12-30 10:00")
    ticket = city.routed(1)  # due on the 31st; its later rungs fall into the next year
    city.wait_and_see(2 * DAY)
    assert city.course(ticket) == ["set", "missed", "urge"]
    assert WHAT_TO_DO in sla_error(city)
    load(city, table)
    city.go_on(local("2027-01-20 10:00"), every=DAY)
    rungs = city.facts(ticket, c.TicketEscalated)
    assert [(r.clock, r.measure) for r in rungs] == [
        (clock, measure)
        for measure in ("urge", "supervise", "criticise")
        for clock in ("accept", "resolve")
    ]
    assert city.rows(ticket)[0].step == city.rows(ticket)[1].step == 4
    assert sla_error(city) == ""


def test_work_that_is_done_while_its_clock_cannot_be_set_is_judged_afterwards(
    city_at: OpenCity, table: Path
) -> None:
    city = city_at("2026-12-31 10:00")
    tickets = [city.unrouted() for _ in range(2)]
    for ticket in tickets:
        city.do(k.RouteTicket, ticket, process=False, **city.routing(1, "heating"))
    city.wait_and_see(DAY)
    city.accept(tickets[0], process=False)
    city.resolve(tickets[0], process=False)
    city.wait_and_see(10 * DAY)
    city.accept(tickets[1], process=False)
    city.resolve(tickets[1], process=False)
    load(city, table)
    city.system.transport.run_until_idle()
    assert [city.course(ticket) for ticket in tickets] == [["set", "met"], ["set", "missed"]]
    assert [city.course(t, "accept") for t in tickets] == [["set", "met"], ["set", "missed"]]
    assert city.rows() == []


@pytest.fixture
def running(tmp_path: Path) -> Iterator[SlaCity]:
    """Served: the transport runs in a thread of its own."""
    city = SlaCity(open_city(tmp_path, local("2026-12-31 10:00")))
    thread = threading.Thread(target=city.system.transport.run)
    thread.start()
    yield city
    city.system.transport.stop()
    thread.join(timeout=20)
    assert not thread.is_alive()
    city.system.close()


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_a_running_service_goes_on_by_itself_once_the_year_is_loaded(
    running: SlaCity, table: Path
) -> None:
    ticket = running.received()
    until(lambda: running.facts(ticket, e.TicketSentToTriage))
    running.do(k.RouteTicket, ticket, process=False, **running.routing(1, "heating"))
    until(lambda: WHAT_TO_DO in sla_error(running))
    load(running, table)
    until(lambda: running.course(ticket) == ["set"])
    until(lambda: sla_error(running) == "")
