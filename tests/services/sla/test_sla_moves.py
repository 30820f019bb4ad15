"""What moves, ends or renews a clock: pauses, extensions, work done, reopening, routing again."""

from collections.abc import Callable

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.sla.rows import rows
from tests.services.sla.conftest import OpenCity
from tests.services.sla.sla_city import (
    DAY,
    HOUR,
    INSTANT,
    WATER,
    SlaCity,
    local,
)

CLOCKS = ("accept", "resolve")


def test_a_pause_stops_the_clock_and_its_end_moves_it(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)  # due on Thursday the 12th
    city.accept(ticket)
    city.go_to(local("2026-03-10 10:00"))
    city.suspend(ticket)
    city.go_on(local("2026-03-20 10:00"))
    assert city.course(ticket) == ["set"]
    assert [row.paused for row in city.rows(ticket)] == [1]
    city.resume(ticket)  # eight working days lost: 11 to 13 and 16 to 20
    city.go_on(local("2026-03-24 18:00"))
    assert city.clock_facts(ticket)[1].due_at == local("2026-03-24 18:00")
    assert city.course(ticket) == ["set", "moved", "warned", "remind"]
    city.go_on(local("2026-03-24 19:00"))
    assert city.course(ticket)[4:] == ["missed", "urge"]


def test_an_extension_moves_the_clock_and_warns_again(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)
    city.accept(ticket)
    city.go_on(local("2026-03-12 17:00"))
    assert city.course(ticket) == ["set", "warned", "remind"]
    city.extend(ticket, 5)
    city.go_on(local("2026-03-19 19:00"))
    course = [step for step in city.course(ticket) if step != "remind"]
    assert course == ["set", "warned", "moved", "warned", "missed", "urge"]
    assert city.facts(ticket, c.DeadlineMissed)[0].due_at == local("2026-03-19 18:00")


def test_an_extension_granted_in_a_pause_leaves_the_clock_standing(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)
    city.accept(ticket)
    city.suspend(ticket)
    city.extend(ticket, 1)
    assert [(row.clock, row.paused) for row in city.rows(ticket)] == [("resolve", 1)]
    city.go_on(local("2026-03-20 10:00"))
    assert city.course(ticket) == ["set", "moved"]
    city.resume(ticket)
    assert [row.paused for row in city.rows(ticket)] == [0]


def accept(city: SlaCity, ticket: str) -> None:
    city.accept(ticket)


def give_back(city: SlaCity, ticket: str) -> None:
    city.do(k.ReturnTicket, ticket, unit="heating", reason="not_ours", late=True)


def resolve(city: SlaCity, ticket: str) -> None:
    city.accept(ticket)
    city.resolve(ticket)


def decline(city: SlaCity, ticket: str) -> None:
    give_back(city, ticket)
    legal = {"rule": "court", "rule_version": "1", "basis": "条例", "legal_route": "法院"}
    city.do(k.DeclineTicket, ticket, **legal)


def merge(city: SlaCity, ticket: str) -> None:
    city.do(k.MergeTicket, ticket, primary=city.unrouted())


@pytest.mark.parametrize(
    ("done", "rows_left"),
    [
        (accept, ["resolve"]),
        (give_back, ["resolve"]),
        (resolve, []),
        (decline, []),
    ],
)
def test_what_is_done_in_time_or_late_ends_its_clock(
    city_at: OpenCity, done: Callable[[SlaCity, str], None], rows_left: list[str]
) -> None:
    city = city_at("2026-03-09 10:00")
    for days_late in (0, 20):
        ticket = city.routed(3)
        city.go_to(city.now + days_late * DAY)
        done(city, ticket)
        assert [row.clock for row in city.rows(ticket)] == rows_left
        before = [city.course(ticket, clock) for clock in CLOCKS]
        city.go_on(city.now + 20 * DAY, every=DAY)
        after = [city.course(ticket, clock) for clock in CLOCKS]
        assert after[: 2 - len(rows_left)] == before[: 2 - len(rows_left)]


def test_a_merged_ticket_s_clocks_stand_still_and_go_on_when_it_is_unmerged(
    city_at: OpenCity,
) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)
    city.accept(ticket)
    due = city.rows(ticket)[0].due_at
    merge(city, ticket)
    city.go_to(local("2026-03-30 10:00"))
    assert city.course(ticket) == ["set"]
    city.do(k.UnmergeTicket, ticket)
    assert city.rows(ticket)[0].due_at == due
    city.go_on(local("2026-03-31 10:00"))
    assert city.course(ticket)[:2] == ["set", "missed"]


def test_a_pause_outlasts_a_merge(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)
    city.accept(ticket)
    city.do(k.SuspendTicket, ticket, reason="weather")
    merge(city, ticket)
    city.go_to(local("2026-03-20 10:00"))
    city.do(k.UnmergeTicket, ticket)
    city.go_on(local("2026-03-23 10:00"), every=DAY)
    assert city.course(ticket) == ["set"]
    city.do(k.ResumeTicket, ticket, rules=city.system.rules().clock_rules())
    city.go_to(local("2026-03-23 11:00"))
    (row,) = city.rows(ticket)
    assert (row.paused, row.due_at > row.warn_at > "2026-03-23") == (0, True)


def test_a_ticket_merged_before_its_promises_were_made_gets_them_when_it_is_unmerged(
    city_at: OpenCity,
) -> None:
    city = city_at("2026-03-09 10:00")
    ticket, primary = city.unrouted(), city.unrouted()
    meta = {"ticket_id": ticket, "actor": "person:test", "cause": "command:1", "now": city.now}
    routed = k.RouteTicket(**meta, **city.routing(3, "heating"))
    city.system.handler.handle(lambda: [routed, k.MergeTicket(**meta, primary=primary)])
    city.go_to(local("2026-03-10 10:00"))
    assert city.facts(ticket, c.DeadlineSet) == []
    city.do(k.UnmergeTicket, ticket)
    city.go_to(local("2026-03-10 10:30"))
    assert [(one.clock, one.due_at) for one in city.facts(ticket, c.DeadlineSet)] == [
        ("accept", local("2026-03-10 18:00")),
        ("resolve", local("2026-03-12 18:00")),
    ]


def test_reopening_makes_a_new_promise_to_resolve(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)
    city.accept(ticket)
    city.resolve(ticket)
    city.go_to(local("2026-04-01 10:00"))
    city.do(k.ReopenTicket, ticket, reason="not_solved")
    city.go_to(local("2026-04-30 10:00"))
    renewed = [promise.due_at for promise in city.facts(ticket, c.DeadlineSet)]
    assert renewed[2:] == [local("2026-04-07 18:00")]  # 4 to 6 April are off
    assert city.course(ticket) == [
        *("set", "met"),
        *("set", "missed", "urge", "supervise", "criticise"),
    ]


def test_routing_again_keeps_the_first_promise_and_asks_to_accept_anew(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)
    city.go_to(local("2026-03-10 10:00"))
    give_back(city, ticket)
    city.route(ticket, 7, lead=WATER)
    promises = [(s.clock, s.due_at) for s in city.facts(ticket, c.DeadlineSet)]
    assert promises == [
        ("accept", local("2026-03-10 18:00")),
        ("resolve", local("2026-03-12 18:00")),
        ("accept", local("2026-03-11 18:00")),
    ]
    assert [(row.clock, row.step) for row in city.rows(ticket)] == [("accept", 0), ("resolve", 0)]


def test_work_done_late_is_a_miss_though_no_tick_came_between(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(1)
    clock = city.system.clock
    clock.advance_to(local("2026-03-10 18:00") + INSTANT)  # type: ignore[attr-defined]
    city.accept(ticket, process=False)
    city.resolve(ticket)
    for name in ("accept", "resolve"):
        assert city.course(ticket, name) == ["set", "missed"]
    assert {missed.done_at for missed in city.facts(ticket, c.DeadlineMissed)} == {city.now}
    city.go_to(city.now + 30 * DAY)
    assert city.rows(ticket) == []


def test_work_that_was_done_before_its_clock_was_set_leaves_nothing_to_wait_for(
    city_at: OpenCity,
) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.unrouted()
    city.do(k.RouteTicket, ticket, process=False, **city.routing(1, "heating"))
    city.system.clock.advance_to(city.now + 20 * DAY)  # type: ignore[attr-defined]
    city.accept(ticket, process=False)
    city.resolve(ticket)
    assert city.course(ticket, "accept") == city.course(ticket) == ["set", "missed"]
    assert city.rows(ticket) == []


def test_a_pause_that_began_before_its_clock_was_set_is_a_pause_of_the_clock(
    city_at: OpenCity,
) -> None:
    city = city_at("2026-03-09 10:00")
    tickets = [city.unrouted() for _ in range(2)]
    for ticket in tickets:
        city.do(k.RouteTicket, ticket, process=False, **city.routing(3, "heating"))
        city.accept(ticket, process=False)
        city.do(k.SuspendTicket, ticket, process=False, reason="weather")
    city.do(k.ResumeTicket, tickets[0], process=False, rules=city.rules())
    city.system.transport.run_until_idle()
    assert [row.paused for row in city.rows(tickets[0])] == [0]
    assert [row.paused for row in city.rows(tickets[1])] == [1]
    city.go_to(local("2026-03-20 10:00"))
    assert city.course(tickets[1]) == ["set"]
    city.resume(tickets[1])
    city.go_on(local("2026-03-25 19:00"))
    assert city.course(tickets[1]) == ["set", "moved", "warned", "remind", "missed", "urge"]


def test_a_pause_that_is_over_before_its_clock_is_set_leaves_no_row(city_at: OpenCity) -> None:
    city = city_at("2026-12-30 10:00")
    ticket = city.unrouted()
    city.do(k.RouteTicket, ticket, process=False, **city.routing(11, "heating"))
    city.wait_and_see(HOUR)  # the year is missing: nothing is set
    city.accept(ticket, process=False)
    city.do(k.SuspendTicket, ticket, process=False, reason="weather")
    events = city.facts(ticket)
    paused = [change for event in events for change in rows(event, city.system.rules())]
    city.system.log.apply(paused)
    assert [(row.due_at, row.next_at, row.paused) for row in city.rows()] == [("", None, 1)]
    city.do(k.ResumeTicket, ticket, process=False, rules=city.rules())
    city.system.log.apply(list(rows(city.facts(ticket)[-1], city.system.rules())))
    assert city.rows() == []


def test_what_was_warned_of_may_still_be_kept(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(1)
    city.go_on(local("2026-03-10 17:00"))
    city.accept(ticket)
    city.go_on(city.now + HOUR)
    assert city.course(ticket, "accept") == ["set", "warned", "remind", "met"]
    assert len(city.facts(ticket, e.TicketAccepted)) == 1


def test_a_refused_return_begins_the_accept_clock_anew_and_keeps_the_first_promise(
    city_at: OpenCity,
) -> None:
    """Waiting for the decision is not the unit's time; the resident waits since the first day."""
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)
    first = city.state(ticket).resolve
    city.go_to(local("2026-03-10 17:00"))
    city.do(k.ReturnTicket, ticket, unit="heating", reason="not_our_duty")
    assert [row.clock for row in city.rows(ticket)] == ["resolve"]
    city.go_to(local("2026-03-11 16:00"))
    decision = {"decision": "refused", "by": "person", "reason": "duty_list"}
    told = {"explanation": "退单不成立", "directory_version": "1"}
    city.do(k.DecideReturn, ticket, **decision, **told)
    accept = city.state(ticket).accept
    assert (accept.starts_at, accept.due_at) == (
        local("2026-03-11 16:00"),
        local("2026-03-12 18:00"),
    )
    assert city.state(ticket).resolve == first
    assert [row.clock for row in city.rows(ticket)] == ["accept", "resolve"]
    city.go_to(local("2026-03-12 17:00"))
    city.accept(ticket)
    assert city.course(ticket, "accept")[-1] == "met"
