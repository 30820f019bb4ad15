import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.periods.period import KINDS, Period, PeriodKind, period_of
from services.reporting.periods.reading import first_day
from services.reporting.rows import SCHEMA

DAYS = st.dates(date(1971, 1, 1), date(2198, 12, 31))


@given(DAYS, st.sampled_from(KINDS))
def test_every_day_lies_in_one_period_and_periods_follow_each_other(
    day: date, kind: PeriodKind
) -> None:
    period = period_of(kind, day)
    assert period.first <= day <= period.last
    assert period_of(kind, period.first) == period_of(kind, period.last) == period
    assert period.previous().last == period.first - timedelta(days=1)
    assert period.following().first == period.last + timedelta(days=1)
    assert period.previous().following() == period


@given(DAYS, st.sampled_from(KINDS))
def test_a_period_and_that_of_last_year_do_not_overlap(day: date, kind: PeriodKind) -> None:
    period = period_of(kind, day)
    assert period.year_before().last < period.first


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "code"),
    [
        ("daily", "2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("weekly", "2026-03-22", "2026-03-16", "2026-03-22", "2026-W12"),
        ("weekly", "2027-01-03", "2026-12-28", "2027-01-03", "2026-W53"),
        ("monthly", "2024-02-03", "2024-02-01", "2024-02-29", "2024-02"),
        ("annual", "2024-02-03", "2024-01-01", "2024-12-31", "2024"),
    ],
)
def test_weeks_begin_on_monday_and_codes_name_files(
    kind: PeriodKind, day: str, first: str, last: str, code: str
) -> None:
    period = period_of(kind, date.fromisoformat(day))
    assert period == Period(kind, date.fromisoformat(first), date.fromisoformat(last))
    assert period.code == code


def test_the_day_before_a_leap_day_s_birthday_and_weeks_of_last_year() -> None:
    assert period_of("daily", date(2024, 2, 29)).year_before().first == date(2023, 2, 28)
    week = period_of("weekly", date(2026, 3, 18))
    assert week.year_before().first == date(2025, 3, 17)
    assert week.year_before().first.weekday() == 0
    assert (week.label_zh, week.label_en) == (
        "2026年第12周（2026年3月16日至2026年3月22日）",
        "week 12 of 2026 (2026-03-16 to 2026-03-22)",
    )


def test_the_log_begins_on_its_first_day_that_is_known() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in SCHEMA:
            database.execute(statement)

        def begins() -> date | None:
            return first_day(lambda statement, given: database.execute(statement, given).fetchall())

        insert = "INSERT INTO day_sums (dimension, day, code, measure, n) VALUES (?, ?, '', ?, 1)"
        assert begins() is None
        database.execute(insert, ("all", "", "accepted"))  # of a ticket whose day is not known
        assert begins() is None
        database.execute(insert, ("all", "2026-03-02", "opened"))
        assert begins() == date(2026, 3, 2)
