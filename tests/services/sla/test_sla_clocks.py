"""A routed ticket's clocks through the whole system: due when, warned when, missed when."""

import pytest

from services.domain import events_clocks as c
from tests.services.sla.conftest import OpenCity
from tests.services.sla.sla_city import (
    DAY,
    INSTANT,
    MINUTE,
    SHANGHAI,
    local,
)

CLOCKS = ("accept", "resolve")


DISPATCHED = [  # at, urgency, accepted by, resolved by
    ("2026-03-09 00:00", 7, "2026-03-10 18:00", "2026-03-18 18:00"),
    ("2026-03-09 09:00", 1, "2026-03-10 18:00", "2026-03-10 18:00"),
    ("2026-03-09 09:00", 3, "2026-03-10 18:00", "2026-03-12 18:00"),
    ("2026-03-09 23:59", 11, "2026-03-10 18:00", "2026-03-24 18:00"),
    ("2026-03-13 19:30", 3, "2026-03-16 18:00", "2026-03-18 18:00"),  # Friday evening
    ("2026-03-14 12:00", 1, "2026-03-16 18:00", "2026-03-16 18:00"),  # Saturday
    ("2026-09-30 23:59", 3, "2026-10-08 18:00", "2026-10-10 18:00"),  # before seven days off
    ("2026-10-09 17:59", 1, "2026-10-10 18:00", "2026-10-10 18:00"),  # before a make-up Saturday
    ("2026-10-10 10:00", 1, "2026-10-12 18:00", "2026-10-12 18:00"),  # and on it
]


def test_a_routed_ticket_is_promised_by_the_calendar(city_at: OpenCity) -> None:
    city = city_at(DISPATCHED[0][0])
    for dispatched, urgency_days, accept_by, resolve_by in DISPATCHED:
        city.go_to(local(dispatched))
        ticket = city.routed(urgency_days)
        (accept,), (resolve,) = (city.clock_facts(ticket, clock) for clock in CLOCKS)
        assert (accept.due_at, resolve.due_at) == (local(accept_by), local(resolve_by))
        assert accept.starts_at == resolve.starts_at == local(dispatched)
        assert resolve.working_days == urgency_days
        assert resolve.policy_version == city.system.rules().policy.version
        assert resolve.cause == f"event:{ticket}/3"  # opened, triage, routed


@pytest.mark.parametrize("dispatched", ["2026-03-13 19:30", "2026-09-30 23:59", "2026-10-10 10:00"])
def test_a_unit_is_reminded_in_opening_hours_of_a_working_day(
    city_at: OpenCity, dispatched: str
) -> None:
    city = city_at(dispatched)
    tickets = [city.routed(urgency_days) for urgency_days in (1, 3, 7)]
    city.go_on(city.clock_facts(tickets[-1])[0].due_at, every=30 * MINUTE)
    calendar = city.system.rules().calendar
    warnings = [fact for ticket in tickets for fact in city.facts(ticket, c.DeadlineWarned)]
    assert sorted(warned.clock for warned in warnings) == ["accept"] * 3 + ["resolve"] * 3
    for warned in warnings:
        at = warned.occurred_at.astimezone(SHANGHAI)
        assert calendar.is_working_day(at.date())
        assert 9 <= at.hour < 18


def test_a_clock_warns_at_its_point_and_breaks_just_after_its_deadline(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)
    city.accept(ticket)
    (promise,) = city.clock_facts(ticket)
    course = []
    for moment in (promise.warn_at, promise.due_at):
        for at in (moment - INSTANT, moment, moment + INSTANT):
            city.go_to(at)
            course.append(city.course(ticket)[1:])
    reminded, urged = ["warned", "remind"], ["warned", "remind", "missed", "urge"]
    assert course == [[], reminded, reminded, reminded, reminded, urged]


def test_at_the_moment_of_its_deadline_work_is_in_time_and_nobody_was_urged(
    city_at: OpenCity,
) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(1)
    city.go_to(city.clock_facts(ticket)[0].due_at)
    city.accept(ticket)
    city.resolve(ticket)
    city.go_to(city.now + 30 * DAY)
    assert city.course(ticket, "accept") == ["set", "warned", "remind", "met"]
    assert city.course(ticket) == ["set", "warned", "remind", "met"]


def test_the_ladder_climbs_on_its_working_days_to_whom_it_says(city_at: OpenCity) -> None:
    city = city_at("2026-09-24 10:00")  # 25 to 27 September and 1 to 7 October are off
    ticket = city.routed(1)
    city.accept(ticket)
    city.go_on(local("2026-10-20 00:00"))
    rungs = city.facts(ticket, c.TicketEscalated)
    told = [(r.level, r.measure, r.addressee, r.occurred_at.astimezone(SHANGHAI)) for r in rungs]
    assert [(level, measure, who, f"{at:%m-%d %H}") for level, measure, who, at in told] == [
        (1, "remind", "unit", "09-28 15"),
        (2, "urge", "unit_leader", "09-28 19"),
        (3, "supervise", "supervisor", "09-30 18"),
        (4, "criticise", "city", "10-10 18"),  # 8, 9 and the make-up Saturday
    ]
    assert {rung.policy_version for rung in rungs} == {city.system.rules().policy.version}


def test_a_tick_a_week_late_tells_the_miss_and_not_the_warning(city_at: OpenCity) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(1)
    city.go_to(local("2026-03-18 08:00"))  # after all rungs but the last, 17 March 18:00
    assert city.course(ticket) == ["set", "missed", "urge", "supervise", "criticise"]


def test_a_jump_of_a_month_and_a_clock_that_stands_still_do_everything_once(
    city_at: OpenCity,
) -> None:
    city = city_at("2026-03-09 10:00")
    ticket = city.routed(3)
    city.go_to(local("2026-04-10 10:00"))
    whole = city.course(ticket), city.course(ticket, "accept")
    assert whole == (["set", "missed", "urge", "supervise", "criticise"],) * 2
    for _ in range(50):
        city.go_to(city.now)
    assert (city.course(ticket), city.course(ticket, "accept")) == whole
