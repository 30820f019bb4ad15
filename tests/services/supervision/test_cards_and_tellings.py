"""黄牌, 红牌 and who was told of which rung: through the whole system, once and explained."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from city_history import open_city
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.console.system import System
from services.domain import commands as t
from services.domain.supervision_cards import Withdraw
from services.domain.supervision_rejections import WithdrawnByItself
from services.supervision.reading import cards_between, told_between, told_of_ticket
from tests.services.sla.sla_city import HOUR, MINUTE, local
from tests.services.supervision.watched_city import SUPERVISOR, UNIT, WatchedCity

ALL = ("2000-01-01", "2999-12-31")


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[WatchedCity]:
    """Two misses make a yellow card."""
    city = open_strict(tmp_path)
    yield city
    city.system.close()


def open_strict(folder: Path) -> WatchedCity:
    text = (files("services.supervision") / "default_policy.toml").read_text("utf-8")
    policy = folder / "strict.toml"
    policy.write_text(text.replace("at_least = 5", "at_least = 2"), "utf-8")
    environment = {"YOUSU_SUPERVISION_POLICY": str(policy)}
    return WatchedCity(open_city(folder / "city", local("2026-03-09 09:00"), 1, environment))


def cards(system: System) -> list[tuple[str, str, bool]]:
    return [
        (one.card, one.colour, one.withdrawn_on is not None)
        for one in cards_between(system.log, *ALL)
    ]


def resolved_late(city: WatchedCity, count: int) -> None:
    """Each broke its date by a moment, so none of them comes to a case."""
    tickets = [city.routed(1) for _ in range(count)]
    for ticket_id in tickets:
        city.accept(ticket_id)
    city.go_to(city.state(tickets[-1]).resolve.due_at + MINUTE)
    for ticket_id in tickets:
        city.resolve(ticket_id)


def test_two_yellow_cards_in_a_quarter_make_a_red_one_and_each_miss_counts_once(
    strict: WatchedCity,
) -> None:
    resolved_late(strict, 3)  # all due on Tuesday 18:00
    assert cards(strict.system) == [], "cards are judged in opening hours"
    strict.go_to(local("2026-03-11 09:00"))
    assert cards(strict.system) == [("late/2026-03/1", "yellow", False)]
    (card,) = strict.written("card_issued")
    assert len(card.counted) == 2
    assert {thing.kind for thing in card.counted} == {"resolve_missed"}
    assert "每满2件次，发黄牌（规则late）" in card.explanation
    assert card.policy_version.startswith("xining-supervision-")
    resolved_late(strict, 1)
    strict.go_to(local("2026-03-13 09:00"))
    assert cards(strict.system) == [
        ("late/2026-03/1", "yellow", False),
        ("late/2026-03/2", "yellow", False),
        ("second-yellow/2026-Q1/1", "red", False),
    ]
    with pytest.raises(WithdrawnByItself):
        strict.desk.withdraw("heating", Withdraw("late/2026-03/1", "?"), strict.asking(UNIT))
    why = Withdraw("late/2026-03/1", "工单派错单位，申诉成立")
    strict.desk.withdraw("heating", why, strict.asking(SUPERVISOR))
    assert [one[2] for one in cards(strict.system)] == [True, False, True]
    assert strict.rebuilt() == strict.contents()
    strict.go_to(local("2026-03-16 09:00"))
    assert len(cards(strict.system)) == 3


def test_a_rung_that_waits_to_be_told_waits_while_its_ticket_is_merged(city: WatchedCity) -> None:
    ticket_id, primary = city.overdue(1), city.overdue(11)
    city.go_to(local("2026-03-10 18:01"))
    before = told_of_ticket(city.system.log, ticket_id)
    city.do(t.MergeTicket, ticket_id, primary=primary)
    city.go_to(local("2026-03-11 10:00"))
    assert told_of_ticket(city.system.log, ticket_id) == before
    city.do(t.UnmergeTicket, ticket_id)
    city.go_to(local("2026-03-11 14:00"))
    assert [one.measure for one in told_of_ticket(city.system.log, ticket_id)][-1] == "urge"
    assert len(told_of_ticket(city.system.log, ticket_id)) == len(before) + 1
    assert city.rebuilt() == city.contents()


def test_a_supervision_reply_that_is_missed_is_a_red_card(city: WatchedCity) -> None:
    city.overdue(1)
    city.go_to(local("2026-03-12 18:01"))
    city.go_to(local("2026-03-18 09:00"))
    assert ("no-reply/2026-03/1", "red", False) in cards(city.system)
    (card,) = city.written("card_issued")
    assert card.counted[0].source.startswith("case-2026-000001/")


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 90), min_size=1, max_size=6), st.booleans())
def test_cards_and_lists_are_the_same_however_time_is_looked_at(
    tmp_path_factory: pytest.TempPathFactory, hours: list[int], twice: bool
) -> None:
    """Missed ticks, jumps and a week of downtime change when something is written down, and
    nothing else."""
    city = open_strict(tmp_path_factory.mktemp("looked"))
    resolved_late(city, 5)
    city.overdue(1)
    for step in hours:
        city.go_to(city.now + step * HOUR)
        if twice:
            city.system.transport.tick(city.now)
    city.go_to(max(city.now, local("2026-04-30 10:00")))
    city.go_to(city.now + 4 * HOUR)  # the next part of the day
    issued = [one.card for one in city.written("card_issued") if one.rule == "late"]
    assert issued[:2] == ["late/2026-03/1", "late/2026-03/2"]
    assert len(issued) == len(set(issued)) == 3, "seven things: six misses and one 通报"
    told = [(line.ticket_id, line.ticket_version) for f in city.written("told") for line in f.lines]
    assert len(told) == len(set(told)), "nobody is told twice"
    assert city.rebuilt() == city.contents()
    city.system.close()


def test_an_addressee_has_one_list_for_each_part_of_the_day_and_none_at_night(
    city: WatchedCity,
) -> None:
    tickets = [city.overdue(1) for _ in range(3)]
    city.go_to(local("2026-03-10 18:01"))  # missed: 催办, and the day is over
    assert told_between(city.system.log, *ALL) == []
    city.go_to(local("2026-03-11 03:00"))
    assert told_between(city.system.log, *ALL) == [], "nobody is told at night"
    city.go_to(local("2026-03-11 09:00"))
    (fact,) = city.written("told")
    assert (fact.addressee, fact.role, fact.part) == ("heating", "leader", "09:00")
    assert {line.ticket_id for line in fact.lines} == set(tickets)
    assert {line.measure for line in fact.lines} == {"urge"}
    assert "主要负责人" in fact.explanation
    (row,) = told_of_ticket(city.system.log, tickets[0])
    assert (row.day, row.part, row.measure) == ("2026-03-11", "09:00", "urge")
    city.go_to(local("2026-03-13 09:00"))
    assert [one.measure for one in told_of_ticket(city.system.log, tickets[0])] == [
        "urge",
        "supervise",
    ]
    assert city.rebuilt() == city.contents()


def test_what_is_done_by_then_is_not_told_and_criticism_is(city: WatchedCity) -> None:
    done, criticised = city.overdue(1), city.overdue(1)
    city.go_to(local("2026-03-10 18:01"))
    city.resolve(done)
    city.go_to(local("2026-03-17 18:01"))  # 通报, after hours
    city.resolve(criticised)
    city.go_to(local("2026-03-18 09:00"))
    assert told_of_ticket(city.system.log, done) == []
    assert told_of_ticket(city.system.log, criticised)[-1].measure == "criticise"
    assert told_of_ticket(city.system.log, criticised)[-1].role == "office"


def test_a_return_that_is_refused_counts_against_who_returned(strict: WatchedCity) -> None:
    for _ in range(2):
        ticket_id = strict.routed(3)
        strict.do(t.ReturnTicket, ticket_id, unit="heating", reason="not-our-duty")
        strict.do(
            t.DecideReturn,
            ticket_id,
            decision="refused",
            by="person",
            reason="duty-list",
            explanation="职责目录第3条",
            directory_version="test",
        )
    strict.go_to(local("2026-03-10 09:00"))
    (card,) = strict.written("card_issued")
    assert {thing.kind for thing in card.counted} == {"bad_return"}
