"""督: what became more urgent is due earlier, counted from the raise; never later, never twice."""

from datetime import timedelta

import pytest
from city_history import open_city

from services.console.overview_words import EVENTS
from services.domain import commands as k
from services.domain import events_clocks as c
from services.domain import events_urgency as u
from services.domain.urgency import UrgencyClaim
from services.platform.processor import decode_all
from tests.services.sla.sla_city import DAY, INSTANT, SlaCity, local


def raise_urgency(city: SlaCity, ticket_id: str, days: int = 1, process: bool = True) -> None:
    claims = (UrgencyClaim("gas-leak", days, (), 1, "规则“燃气泄漏”"),)  # type: ignore[arg-type]
    values = {"claims": claims, "directory_version": "test"}
    city.do(k.RaiseUrgency, ticket_id, process, actor="processor:router", **values)


def due(city: SlaCity, ticket_id: str, clock: str = "resolve"):
    state = city.state(ticket_id).clock(clock)
    return state and state.due_at


def test_the_resolve_clock_is_shortened_from_the_day_of_the_raise(city_at) -> None:
    """Monday's promise of 7 working days, urgent on Tuesday: Wednesday's close of business."""
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(7)
    first = due(city, ticket)
    city.go_to(local("2026-03-10 15:00"))
    raise_urgency(city, ticket)
    (shortened,) = city.facts(ticket, u.DeadlineShortened)
    assert (shortened.clock, shortened.working_days) == ("resolve", 1)
    assert (shortened.starts_at, shortened.from_due_at) == (local("2026-03-10 15:00"), first)
    assert due(city, ticket) == local("2026-03-11 18:00")
    assert city.course(ticket) == ["set", "shortened"]


def test_the_row_follows_and_warns_and_misses_at_the_new_time(city_at) -> None:
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(7)
    city.accept(ticket)
    raise_urgency(city, ticket)
    (row,) = city.rows(ticket)
    assert row.due_at.startswith("2026-03-10T10:00")
    city.go_on(local("2026-03-10 18:00"))
    assert city.course(ticket) == ["set", "shortened", "warned", "remind"]
    city.go_to(local("2026-03-10 18:00") + INSTANT)
    assert city.course(ticket)[4:] == ["missed", "urge"]


def test_a_warning_that_was_given_is_given_again_for_the_earlier_end(city_at) -> None:
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(11)
    city.accept(ticket)
    city.go_on(local("2026-03-20 18:00"))
    assert city.course(ticket) == ["set", "warned", "remind"]
    raise_urgency(city, ticket)  # on Friday: the next working day is Monday, not later than before
    city.go_on(local("2026-03-23 18:00"))
    assert city.course(ticket)[3:] == ["shortened", "warned", "remind"]


def test_what_is_due_no_later_stays_where_it_is(city_at) -> None:
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(3)
    city.go_to(local("2026-03-11 17:00"))
    before = due(city, ticket)
    raise_urgency(city, ticket)  # one working day from Wednesday is Thursday, as promised
    assert due(city, ticket) == before == local("2026-03-12 18:00")
    assert city.facts(ticket, u.DeadlineShortened) == []
    assert city.state(ticket).urgency_days == 1


def test_what_was_missed_stays_missed_where_it_was(city_at) -> None:
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(3)
    city.accept(ticket)
    city.go_on(local("2026-03-12 19:00"))
    rows = city.rows(ticket)
    raise_urgency(city, ticket)
    assert city.rows(ticket) == rows
    assert "shortened" not in city.course(ticket)


def test_a_pause_stands_still_before_and_after_the_raise(city_at) -> None:
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(7)
    city.accept(ticket)
    city.go_to(local("2026-03-10 10:00"))
    city.suspend(ticket)
    city.go_to(local("2026-03-11 10:00"))
    raise_urgency(city, ticket)
    city.go_on(local("2026-03-16 10:00"))
    assert city.course(ticket) == ["set", "shortened"]  # nothing is warned of in a pause
    city.resume(ticket)
    assert due(city, ticket) == local("2026-03-17 18:00")


def test_an_extension_after_the_raise_is_added_to_the_earlier_end(city_at) -> None:
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(7)
    city.accept(ticket)
    raise_urgency(city, ticket, 3)
    city.extend(ticket, 2)
    assert due(city, ticket) == local("2026-03-16 18:00")


def test_the_accept_clock_follows_its_own_policy(city_at) -> None:
    """One working day for every urgency: the same close of business on the same day, so unmoved."""
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(7)
    accept_due = due(city, ticket, "accept")
    raise_urgency(city, ticket)
    assert due(city, ticket, "accept") == accept_due
    assert [one.clock for one in city.facts(ticket, u.DeadlineShortened)] == ["resolve"]


def test_a_slow_accept_clock_is_shortened_too(tmp_path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'name = "slow"\nwarn_fraction = 0.8\n[accept_within]\n1 = 1\n3 = 1\n7 = 3\n11 = 3\n'
        '[[ladder]]\nlevel = 1\nmeasure = "remind"\nwhen = "warn"\naddressee = "unit"\n'
    )
    city = SlaCity(open_with(tmp_path, policy))
    ticket = city.routed(7)
    raise_urgency(city, ticket)
    assert due(city, ticket, "accept") == local("2026-03-10 18:00")
    assert city.course(ticket, "accept") == ["set", "shortened"]
    city.system.close()


def open_with(folder, policy):
    return open_city(
        folder, local("2026-03-09 09:00"), environment={"YOUSU_SLA_POLICY": str(policy)}
    )


def test_a_raise_before_the_clock_is_set_is_in_time_too(city_at) -> None:
    """Routed and raised before supervision looked: both in one batch."""
    city = city_at("2026-03-09 09:00")
    ticket = city.unrouted()
    city.do(k.RouteTicket, ticket, process=False, **city.routing(7, "heating"))
    raise_urgency(city, ticket)
    assert city.course(ticket) == ["set", "shortened"]
    assert due(city, ticket) == local("2026-03-10 18:00")


def test_before_routing_no_clock_runs_and_routing_sets_the_raised_one(city_at) -> None:
    city = city_at("2026-03-09 09:00")
    ticket = city.unrouted()
    raise_urgency(city, ticket)
    assert city.clock_facts(ticket) == []
    city.do(k.RouteTicket, ticket, **city.routing(7, "heating") | {"method": "alias"})
    assert due(city, ticket) == local("2026-03-10 18:00")


def test_a_reopened_ticket_keeps_its_urgency(city_at) -> None:
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(7)
    city.accept(ticket)
    raise_urgency(city, ticket)
    city.resolve(ticket)
    city.go_to(city.now + DAY)
    city.do(k.ReopenTicket, ticket, reason="unsolved")
    assert city.facts(ticket, c.DeadlineSet)[-1].working_days == 1


def test_the_same_facts_again_move_nothing(city_at) -> None:
    city = city_at("2026-03-09 09:00")
    ticket = city.routed(7)
    raise_urgency(city, ticket, 3)
    raise_urgency(city, ticket, 1)
    runner = next(r for r in city.system.transport.runners if r.name == "sla")
    facts = city.system.log.read_stream(ticket)
    reaction = runner.processor.react(decode_all(facts)[0], city.now + timedelta(hours=1))
    outcomes = city.system.handler.handle(lambda: reaction.commands)
    assert [outcome.events for outcome in outcomes] == [()] * len(outcomes)
    assert city.course(ticket) == ["set", "shortened", "shortened"]


@pytest.mark.parametrize("kind", [u.TicketUrgencyRaised, u.DeadlineShortened])
def test_both_facts_have_a_name_on_the_pages(kind) -> None:
    assert EVENTS[kind.model_fields["type"].default]
