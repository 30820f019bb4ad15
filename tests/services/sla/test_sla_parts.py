"""协办, 分解任务 and pauses with a limit, out of rows and ticks, whoever looks and however late."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.clock_lives import key_of
from services.domain import commands as k
from services.domain import events as e
from services.domain import events_parts as p
from services.domain.personal import Personal
from services.platform.event_log import Change
from services.platform.processor import read_batch
from tests.services.sla.sla_city import (
    HEATING,
    HOUR,
    MINUTE,
    WATER,
    SlaCity,
    local,
    open_sla_city,
)

START = "2026-09-23 15:00"  # a Wednesday; 25 to 27 September and 1 to 7 October are off
ROADS = "civil-affairs"
PART_FACTS = p.PartClockFact.__args__


def helped(city: SlaCity, urgency_days: int = 3) -> str:
    """A ticket with one unit that assists."""
    ticket_id = city.unrouted()
    routing = city.routing(urgency_days, HEATING) | {"assisting": (WATER,)}
    city.do(k.RouteTicket, ticket_id, **routing)
    city.accept(ticket_id)
    return ticket_id


def with_task(city: SlaCity, ticket_id: str, day: str) -> None:
    city.do(
        k.GiveSubtask,
        ticket_id,
        unit=HEATING,
        to=ROADS,
        due_day=date.fromisoformat(day),
        note=Personal(city.state(ticket_id).resident, "请清理道路"),
        rules=city.rules(),
    )


def suspend(city: SlaCity, ticket_id: str, days: int) -> None:
    city.do(k.SuspendTicket, ticket_id, reason="weather", working_days_max=days, rules=city.rules())


def course(city: SlaCity, ticket_id: str) -> list[tuple[str, str]]:
    return [
        (key_of(fact).partition(":")[0], fact.type.split("_")[-1].removesuffix(".v1"))
        for fact in city.facts(ticket_id, *PART_FACTS)
    ]


def clocks(city: SlaCity, ticket_id: str) -> dict[str, int]:
    return {row.clock: row.paused for row in city.rows(ticket_id)}


def test_a_unit_that_assists_is_warned_and_missed_on_its_own_clock(city_at) -> None:
    city = city_at(START)
    ticket = helped(city)
    assert clocks(city, ticket) == {"assist:water-supply": 0, "resolve": 0}
    (promise,) = city.facts(ticket, p.PartDeadlineSet)
    assert promise.due_at == local("2026-09-28 18:00")  # two working days: 24, 28
    city.go_on(local("2026-09-29 09:00"))
    assert course(city, ticket) == [("assist", "set"), ("assist", "warned"), ("assist", "missed")]
    assert "assist:water-supply" in clocks(city, ticket)  # late, until the work is done
    city.do(k.FinishAssistance, ticket, unit=WATER)
    assert clocks(city, ticket) == {"resolve": 0}


def test_who_is_asked_later_and_who_gets_a_sub_task_have_clocks_too(city_at) -> None:
    city = city_at(START)
    ticket = helped(city)
    city.do(k.AskAssistance, ticket, unit=ROADS)
    with_task(city, ticket, "2026-09-24")
    assert clocks(city, ticket) == {
        "assist:civil-affairs": 0,
        "assist:water-supply": 0,
        "resolve": 0,
        "subtask:001:civil-affairs": 0,
    }
    city.do(k.FinishSubtask, ticket, unit=ROADS, subtask=1)
    city.do(k.FinishAssistance, ticket, unit=ROADS)
    city.resolve(ticket)
    assert city.rows(ticket) == []
    assert course(city, ticket).count(("assist", "met")) == 1
    assert course(city, ticket)[-2:] == [("subtask", "met"), ("assist", "met")]


def test_a_pause_holds_all_clocks_of_a_ticket_and_ends_by_itself_at_its_limit(city_at) -> None:
    city = city_at(START)
    ticket = helped(city)
    suspend(city, ticket, 2)  # until the 28th
    with_task(city, ticket, "2026-09-28")
    assert clocks(city, ticket) == {
        "assist:water-supply": 1,
        "pause": 0,
        "resolve": 1,
        "subtask:001:civil-affairs": 1,
    }
    city.go_to(local("2026-09-28 18:00"))
    assert set(clocks(city, ticket).values()) == {0}
    assert "pause" not in clocks(city, ticket)
    (resumed,) = city.facts(ticket, e.TicketResumed)
    assert (resumed.because, resumed.actor) == ("limit", "processor:sla")
    assert city.clock_facts(ticket)[-1].due_at == local("2026-10-08 18:00")


def test_a_week_of_downtime_makes_no_pause_longer(city_at) -> None:
    city = city_at(START)
    ticket = helped(city)
    suspend(city, ticket, 1)  # until the 24th
    city.go_to(local("2026-10-09 10:00"))
    (resumed,) = city.facts(ticket, e.TicketResumed)
    assert resumed.occurred_at == local("2026-09-24 18:00")
    assert resumed.recorded_at == city.now
    assert city.course(ticket)[:4] == ["set", "moved", "missed", "urge"]


def test_resumed_by_hand_nothing_waits_for_the_limit(city_at) -> None:
    city = city_at(START)
    ticket = helped(city)
    suspend(city, ticket, 2)
    city.resume(ticket)
    assert "pause" not in clocks(city, ticket)
    city.go_to(local("2026-10-09 10:00"))
    assert len(city.facts(ticket, e.TicketResumed)) == 1


def test_merged_they_stand_still_and_unmerged_they_go_on(city_at) -> None:
    city = city_at(START)
    ticket = helped(city)
    suspend(city, ticket, 1)
    other = city.routed()
    city.do(k.MergeTicket, ticket, primary=other)
    city.go_to(local("2026-09-29 10:00"))
    assert city.facts(ticket, e.TicketResumed) == []
    city.do(k.UnmergeTicket, ticket)
    (resumed,) = city.facts(ticket, e.TicketResumed)
    assert resumed.occurred_at == local("2026-09-24 18:00")
    assert set(clocks(city, ticket).values()) == {0}


def test_the_rows_are_made_again_from_the_facts(city_at) -> None:
    city = city_at(START)
    tickets = [helped(city) for _ in range(3)]
    with_task(city, tickets[0], "2026-09-28")
    suspend(city, tickets[1], 2)
    city.go_to(local("2026-09-28 15:00"))
    before = city.rows()
    system = city.system
    sla = next(runner for runner in system.transport.runners if runner.name == "sla")
    facts = read_batch(system.log, 0, 100_000).facts
    system.log.apply([Change("DELETE FROM deadlines", [()])])
    system.log.apply(sla.processor.react(facts, city.now).changes)
    assert city.rows() == before


MINUTES = int((local("2026-10-16 20:00") - local(START)) / MINUTE)


def lived(folder: Path, ticks: Sequence[datetime]) -> list[tuple[int, str, datetime]]:
    """Every fact of the passing of time, but for when it was written down."""
    city = open_sla_city(folder, START)
    tickets = [helped(city, days) for days in (1, 7)]
    suspend(city, tickets[1], 3)
    with_task(city, tickets[1], "2026-09-28")
    for moment in ticks:
        city.system.transport.tick(moment)
        city.system.transport.step()
    found = [
        (ticket, fact.type, fact.due_at if hasattr(fact, "due_at") else fact.occurred_at)
        for ticket, one in enumerate(tickets)
        for fact in city.facts(one, p.PartDeadlineMissed, p.PartDeadlineMoved, e.TicketResumed)
    ]
    city.system.close()
    return found


LAST = [local("2026-10-16 20:00")] * 4


@cache
def looked_at_every_hour() -> list[tuple[int, str, datetime]]:
    with TemporaryDirectory() as folder:
        return lived(
            Path(folder), [*(local(START) + n * HOUR for n in range(MINUTES // 60)), *LAST]
        )


@settings(max_examples=5, deadline=None)
@given(minutes=st.lists(st.integers(0, MINUTES), max_size=12))
def test_any_ticks_double_missed_or_going_back_make_the_same_promises_and_misses(minutes) -> None:
    moments = [local(START) + minute * MINUTE for minute in minutes]
    with TemporaryDirectory() as folder:
        assert lived(Path(folder), [*moments, *LAST]) == looked_at_every_hour()
