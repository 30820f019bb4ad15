"""Every number of fifty random days, weeks, months (and both years) of a simulated city."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from city_history import CityHistory, open_city
from period_recount import FLOW, IN, Recount, grouped

from services.console.period_reports import make_report
from services.console.system import System
from services.platform.clock import VirtualClock
from services.reporting.daily_model import Figure
from services.reporting.periods.model import Compared, PeriodReport, Span

FIRST, DAYS = date(2025, 1, 2), 470
Counts = Callable[[date, date], dict[str, int]]


def chosen() -> list[tuple[str, date]]:
    pick = random.Random(50)
    kinds = ["daily"] * 18 + ["weekly"] * 16 + ["monthly"] * 16
    days = [(kind, FIRST + timedelta(days=pick.randrange(DAYS))) for kind in kinds]
    return [*days, ("annual", FIRST), ("annual", FIRST + timedelta(days=DAYS))]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = open_city(
        tmp_path_factory.mktemp("recounted"), start=datetime(2024, 12, 30, 1, tzinfo=UTC)
    )
    history, pauses = CityHistory(system, seed=29), random.Random(3)
    clock = system.clock
    assert isinstance(clock, VirtualClock)
    while clock.now().date() < FIRST + timedelta(days=DAYS):
        history.turn(7)
        clock.advance_to(clock.now() + timedelta(hours=pauses.choice((5, 40, 90, 200))))
        system.transport.run_until_idle()
    yield system
    system.close()


@pytest.fixture(scope="module")
def recount(city: System) -> Recount:
    return Recount(city.log)


@pytest.mark.parametrize(("kind", "day"), chosen(), ids=str)
def test_every_number_equals_the_recount(
    city: System, recount: Recount, kind: str, day: date
) -> None:
    made = make_report(city, kind, day)  # type: ignore[arg-type]
    first, last = made.period.first, made.period.last
    assert_compared(made, made.flow, recount, recount.flow)
    assert_compared(made, made.by_channel, recount, recount.channels)
    for lines, column, above in groups(made, city):

        def counts(since: date, until: date, column=column, above=above) -> dict[str, int]:  # type: ignore[no-untyped-def]
            return grouped(recount.opened(column, since, until), above)

        assert_compared(made, lines, recount, counts)
    stages = recount.stages(last)
    assert {line.stage: line.tickets for line in made.stages if line.tickets} == stages
    closed = {"resolved", "answered", "declined", "closed", "merged"}
    assert made.open == sum(n for stage, n in stages.items() if stage not in closed)
    assert_measures(made, recount)
    for line in made.on_time:
        more = f"urgency {'= ' + str(line.urgency_days) if line.urgency_days else 'IS NULL'}"
        for figure, clock in ((line.resolve, "resolve"), (line.accept, "accept")):
            kept, missed = recount.due(clock, first, last, more)
            assert (figure.numerator, figure.denominator) == (kept, kept + missed)
    assert_units(made, recount)
    assert {
        line.reason: (line.returns, line.upheld, line.refused, line.waiting)
        for line in made.returns
    } == recount.returns(first, last)
    for key in ("received", "opened", "routed", "resolved"):
        expected = recount.by("day", f"{FLOW[key]} AND {IN}", first, last)
        found = {line.day.isoformat(): getattr(line, key) for line in made.per_day}
        assert {one: n for one, n in found.items() if n} == expected
    late = recount.overdue(last)
    assert (made.overdue_accept, made.overdue_resolve) == (late["accept"], late["resolve"])
    coming = made.next_period
    due = recount.falls_due(last, coming.span.first, coming.span.last)
    assert (coming.due_resolve, coming.due_accept) == (due["resolve"], due["accept"])
    if coming.expected:
        earlier = date(coming.span.first.year - 1, coming.span.first.month, coming.span.first.day)
        if kind == "monthly":
            until = (earlier + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            assert coming.expected.year_before == recount.flow(earlier, until)["received"]


def groups(made: PeriodReport, city: System) -> Iterator[tuple[tuple[Compared, ...], str, list]]:  # type: ignore[type-arg]
    directory = city.directory
    items, areas = directory.items.values(), directory.areas
    first = [(item.code, ".".join(item.code.split(".")[:1])) for item in items]
    second = [(item.code, ".".join(item.code.split(".")[:2])) for item in items]
    yield made.by_kind, "kind", []
    yield made.by_item, "item", first
    yield made.by_item_second, "item", second
    yield made.by_item_coded, "item", []
    yield made.by_district, "area", [(code, code[:6]) for code in areas if len(code) > 6]
    yield made.by_street, "area", [(code, code[:9]) for code in areas if len(code) > 9]


def assert_compared(
    made: PeriodReport, lines: tuple[Compared, ...], recount: Recount, counts: Counts
) -> None:
    now = counts(made.period.first, made.period.last)
    assert {line.code: line.count for line in lines if line.count} == {
        code: n for code, n in now.items() if n
    }
    for span, key, change in (
        (made.previous, "previous", "change"),
        (made.year_before, "year_before", "year_change"),
    ):
        if not has_base(made, recount, span):
            assert {getattr(line, key) for line in lines} <= {None}
            continue
        then = counts(span.first, span.last)
        for line in lines:
            before = then.get(line.code, 0)
            assert getattr(line, key) == before
            expected = round(line.count / before - 1, 4) if before else None
            found = getattr(line, change)
            assert (found is None) == (expected is None)
            assert expected is None or abs(found - expected) < 0.000_101


def has_base(made: PeriodReport, recount: Recount, span: Span) -> bool:
    missing = max(0, (recount.begins - span.first).days)
    return not made.in_progress and missing * 10 <= (span.last - span.first).days + 1


def assert_measures(made: PeriodReport, recount: Recount) -> None:
    expected = recount.measures(made.period.first, made.period.last)
    assert {line.key for line in made.measures} == set(expected)
    for line in made.measures:
        assert_figure(line.current, expected[line.key])
        for span, base in (
            (made.previous, line.previous),
            (made.year_before, line.year_before),
        ):
            assert (base is not None) == has_base(made, recount, span)
    if made.measures[0].previous is not None:
        before = recount.measures(made.previous.first, made.previous.last)
        for line in made.measures:
            assert line.previous is not None
            assert_figure(line.previous, before[line.key])


def assert_figure(figure: Figure, expected: tuple[float, int]) -> None:
    numerator, denominator = expected
    assert (round(figure.numerator, 6), figure.denominator) == (numerator, denominator)
    if denominator:
        assert figure.value is not None
        assert abs(figure.value - numerator / denominator) < 0.000_001
        assert abs(float(figure.text.split()[0]) - numerator / denominator * 100) < 0.005_01
    else:
        assert (figure.value, figure.text) == (None, "–")


def assert_units(made: PeriodReport, recount: Recount) -> None:
    first, last = made.period.first, made.period.last
    expected = recount.units(first, last)
    for line in made.units:
        counts = expected.pop(line.code, {})
        for key in ("routed", "accepted", "returned", "resolved", "reopened"):
            assert getattr(line, key) == counts.get(key, 0), (line.code, key)
        if line in made.units[:5]:
            rates = recount.measures(first, last, f"unit = '{line.code}'")
            assert_figure(line.on_time, rates["on_time_rate"])
            assert_figure(line.accept_on_time, rates["accept_on_time_rate"])
            assert_figure(line.solution, rates["solution_rate"])
            assert_figure(line.satisfaction, rates["satisfaction_rate"])
    assert not expected
