"""Before and after a topic: a pure function over counts, and the counting itself on real rows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain import topic_commands as k
from services.governance.effect import MonthCounts, effect_of
from tests.domain.topic_facts import CHECKER, CODE
from tests.services.governance.topic_city import TopicCity

FROM = date(2024, 1, 1)


def counts(**months: int) -> dict[str, MonthCounts]:
    return {name[1:].replace("_", "-"): MonthCounts(requests=n) for name, n in months.items()}


def test_whole_months_before_and_after_are_compared():
    given_counts = counts(m2025_01=30, m2025_02=50, m2025_03=999, m2025_05=999, m2025_06=10)
    effect = effect_of(
        given_counts, date(2025, 1, 1), date(2025, 3, 9), date(2025, 5, 2), date(2025, 7, 20)
    )
    assert effect.before is not None
    assert effect.after is not None
    assert (effect.before.first, effect.before.last, effect.before.months) == (
        "2025-01",
        "2025-02",
        2,
    )
    assert (effect.before.requests_a_month, effect.after.requests_a_month) == (40, 10)
    assert effect.change == pytest.approx(-0.75)


def test_a_season_is_held_against_the_same_season():
    """Heating: after closing in April the summer says little; November and December say it."""
    given_counts = counts(m2025_11=100, m2025_12=200, m2026_11=30, m2026_12=60)
    effect = effect_of(given_counts, FROM, date(2026, 1, 10), date(2026, 4, 2), date(2027, 1, 5))
    assert [one.month for one in effect.same_months][-2:] == ["2026-11", "2026-12"]
    assert effect.same_months_change == pytest.approx(-0.7)


def test_rates_are_of_those_who_were_counted():
    given_counts = {
        "2025-01": MonthCounts(40, came_back=8, asked=20, satisfied=10),
        "2025-02": MonthCounts(10, came_back=2, asked=0, satisfied=0),
    }
    effect = effect_of(given_counts, date(2025, 1, 1), date(2025, 3, 1), None, date(2025, 4, 1))
    assert effect.before is not None
    assert effect.before.came_back_rate == pytest.approx(0.2)
    assert effect.before.satisfied_rate == pytest.approx(0.5)
    assert (effect.after, effect.change, effect.same_months_change) == (None, None, None)


def test_nothing_is_compared_with_nothing():
    adopted, closed = date(2025, 3, 1), date(2025, 4, 1)
    early = effect_of({}, date(2025, 2, 2), adopted, closed, date(2025, 4, 30))
    assert (early.before, early.after) == (None, None), "no whole month on either side"
    empty = effect_of({}, FROM, adopted, closed, date(2025, 6, 30))
    assert empty.before is not None
    assert (empty.before.came_back_rate, empty.change) == (None, None)


@given(
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    until=st.integers(0, 900),
    closing=st.integers(0, 900),
    counted=st.integers(0, 900),
)
def test_spans_never_reach_into_the_topic_or_into_a_month_that_is_not_whole(
    start, until, closing, counted
):
    closed = start + timedelta(days=closing)
    today = closed + timedelta(days=until)
    counted_from = start - timedelta(days=counted)
    effect = effect_of({}, counted_from, start, closed, today)
    if effect.before is not None:
        assert effect.before.last < f"{start:%Y-%m}"
        assert counted_from <= date.fromisoformat(f"{effect.before.first}-01")
        assert effect.before.months <= 12
    if effect.after is not None:
        assert f"{closed:%Y-%m}" < effect.after.first <= effect.after.last < f"{today:%Y-%m}"


def test_requests_of_the_topic_s_kind_are_counted_by_month(city: TopicCity):
    city.adopted(request_items=("01.01.01",), request_areas=("630104",))
    city.ticket("inside")
    city.ticket("leaf", item="01.01.01.02.01")
    city.ticket("street", area="630104001")
    city.ticket("elsewhere", area="630105")
    city.ticket("other-matter", item="01.09.01.02.01")
    counted = city.governance._count(city.governance.topics.get(CODE))
    assert counted.months == {"2026-03": MonthCounts(3)}
    assert counted.counted_from == date(2026, 3, 11)


def test_a_topic_that_names_no_kind_of_requests_has_no_effect_to_show(city: TopicCity):
    city.adopted()
    city.ticket("a")
    topic = city.governance.topics.get(CODE)
    assert topic is not None
    assert city.governance.effect(topic) is None


def test_the_effect_of_a_closed_topic(city: TopicCity):
    for number in range(6):
        city.ticket(f"before-{number}")
    city.pass_days(25)  # the 5th of April
    city.adopted(request_items=("01.01.01",))
    city.item(total=1)
    city.report(1)
    city.strike_off()
    city.do(k.Close(outcome="完成"), CHECKER)
    city.pass_days(30)  # the 5th of May
    city.ticket("after-1")
    city.pass_days(30)
    topic = city.governance.topics.get(CODE)
    assert topic is not None
    effect = city.governance.effect(topic)
    assert effect is not None
    assert effect.before is None, "March was not counted from its first day"
    assert effect.after is not None
    assert (effect.after.first, effect.after.requests) == ("2026-05", 1)
