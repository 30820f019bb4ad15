"""Figures against the tickets behind them, and against the stored bytes counted by plain loops."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
import reporting_recount as recount
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.console.system import System
from services.reporting.measure_policy import default_measure_policy
from services.reporting.measure_reading import counts_by_unit, measured_in
from services.reporting.measure_tickets import SIDES, MeasuredTicket, tickets_of
from services.reporting.measures import BY_KEY, DEFINITIONS
from services.reporting.slices import Slice

FIRST = date(2026, 3, 2)
POLICY = default_measure_policy()
KEYS = sorted(BY_KEY)
days = st.integers(0, 70).map(lambda n: FIRST + timedelta(days=n))
periods = st.tuples(days, days).map(sorted)


@pytest.fixture(scope="module")
def events(reported_city: System) -> list[recount.Json]:
    return recount.documents(reported_city.log)


@pytest.fixture(scope="module")
def values(reported_city: System) -> dict[str, list[str]]:
    """What tickets can be sliced by, and whole subjects and districts."""
    found = {}
    for name in ("unit", "area", "item", "channel"):
        rows = reported_city.log.query(f"SELECT DISTINCT {name} FROM daily_counts WHERE {name}<>''")
        found[name] = sorted(row[0] for row in rows)
    found["area"] += sorted({code[:6] for code in found["area"]})
    found["item"] += sorted({code.partition(".")[0] for code in found["item"]})
    return found


def listed(
    system: System, key: str, part: Slice, side: str = "all", limit: int = 10_000
) -> list[MeasuredTicket]:
    found: list[MeasuredTicket] = []
    after: str | None = ""
    while after is not None:
        page = tickets_of(
            system.log.query,
            BY_KEY[key],
            part,
            POLICY,
            side,  # type: ignore[arg-type]
            after,
            limit,
        )
        found += page.tickets
        after = page.next_after
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), key=st.sampled_from(KEYS), period=periods)
def test_the_tickets_of_a_figure_sum_up_to_it(
    reported_city: System,
    values: dict[str, list[str]],
    data: st.DataObject,
    key: str,
    period: list[date],
) -> None:
    names = data.draw(st.sets(st.sampled_from(["unit", "area", "item", "channel"]), max_size=2))
    sliced = {name: data.draw(st.sampled_from(values[name])) for name in sorted(names)}
    part = Slice(period[0], period[1], **sliced)
    figure = measured_in(reported_city.log.query, [BY_KEY[key]], part, POLICY)[key]
    tickets = listed(reported_city, key, part)
    assert sum((one.numerator for one in tickets), Decimal(0)) == figure.numerator
    assert sum(one.denominator for one in tickets) == figure.denominator
    assert len({one.ticket_id for one in tickets}) == len(tickets)


@pytest.mark.parametrize("key", KEYS)
def test_the_sides_of_a_figure_are_parts_of_all(reported_city: System, key: str) -> None:
    part = Slice(FIRST, FIRST + timedelta(days=90))
    everything = listed(reported_city, key, part)
    by_side = {side: listed(reported_city, key, part, side) for side in SIDES}
    assert by_side["numerator"] == [one for one in everything if one.numerator]
    assert by_side["denominator"] == [one for one in everything if one.denominator]
    assert by_side["excluded"] == [one for one in everything if one.excluded]
    assert listed(reported_city, key, part, limit=7) == everything


def test_a_handling_counts_once_by_its_first_answer(
    reported_city: System, events: list[recount.Json]
) -> None:
    expected: Counter[str] = Counter()
    good: dict[str, Decimal] = {}
    weights = {"satisfied": Decimal(1), "fairly": Decimal("0.6")}
    part = Slice(FIRST, FIRST + timedelta(days=20))
    for ticket_id, stream in recount.streams(events).items():
        for answer in recount.first_answers(stream, "satisfaction_rate"):
            day = date.fromisoformat(recount.local_day(answer["occurred_at"]))
            if part.since <= day <= part.until:
                expected[ticket_id] += 1
                worth = weights.get(answer.get("satisfaction"), Decimal(0))
                good[ticket_id] = good.get(ticket_id, Decimal(0)) + worth
    tickets = listed(reported_city, "satisfaction_rate", part, "denominator")
    assert {one.ticket_id: one.denominator for one in tickets} == expected
    assert {one.ticket_id: one.numerator for one in tickets} == good


def test_promises_are_listed_by_the_day_they_fell_due(
    reported_city: System, events: list[recount.Json]
) -> None:
    part = Slice(FIRST + timedelta(days=5), FIRST + timedelta(days=25))
    expected: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for ticket_id, stream in recount.streams(events).items():
        out = recount.taken_out_of(stream, "overdue_rate")
        for number, document in enumerate(stream, start=1):
            name = recount.kind(document)
            is_verdict = name in {"deadline_met", "deadline_missed"}
            if number in out or not is_verdict or document["clock"] != "resolve":
                continue
            day = date.fromisoformat(recount.local_day(document["due_at"]))
            if part.since <= day <= part.until:
                expected[ticket_id] += 1
                late[ticket_id] += name == "deadline_missed"
    tickets = listed(reported_city, "overdue_rate", part, "denominator")
    assert {one.ticket_id: one.denominator for one in tickets} == expected
    assert {one.ticket_id: one.numerator for one in tickets} == late


def test_what_appeals_take_out_is_listed_and_counted_by_nobody(
    reported_city: System, events: list[recount.Json]
) -> None:
    """Answers that count, without those that an upheld appeal names; by the decisions alone."""
    part = Slice(FIRST, FIRST + timedelta(days=90))
    for key in ("satisfaction_rate", "on_time_rate", "return_rate", "redo_rate"):
        out = {
            (ticket_id, number)
            for ticket_id, stream in recount.streams(events).items()
            for number in recount.taken_out_of(stream, key)
        }
        tickets = listed(reported_city, key, part)
        counted = {(one.ticket_id, number) for one in tickets for number in one.facts}
        left = {(one.ticket_id, x.version) for one in tickets for x in one.excluded if x.appeal}
        assert left == out
        assert not counted & out
        assert out, key


def test_a_recount_without_appealed_answers_gives_the_rate(
    reported_city: System, events: list[recount.Json]
) -> None:
    streams = recount.streams(events).values()
    answers = [one for stream in streams for one in recount.first_answers(stream, "solution_rate")]
    solved = sum(one.get("solved") is True for one in answers)
    part = Slice(FIRST, FIRST + timedelta(days=120))
    figure = measured_in(reported_city.log.query, DEFINITIONS, part, POLICY)["solution_rate"]
    assert (figure.numerator, figure.denominator) == (solved, len(answers))


def test_units_together_are_all_that_has_a_unit(reported_city: System) -> None:
    part = Slice(FIRST, FIRST + timedelta(days=90))
    whole = measured_in(reported_city.log.query, DEFINITIONS, part, POLICY)["on_time_rate"]
    by_unit = counts_by_unit(reported_city.log.query, [BY_KEY["on_time_rate"]], part)
    met = sum(counts.get("due_met_resolve", 0) for counts in by_unit.values())
    assert met == whole.numerator
