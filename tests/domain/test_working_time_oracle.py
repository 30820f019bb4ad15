"""Deadlines against an independent computation: every minute of the week, every year, every term.

The oracle asks `chinese_calendar.is_workday` about each day once, and finds the N-th working day by
stepping N times through a table of "the next working day", for all cases at once. It shares neither
table nor method with `WorkingCalendar`, which counts working days and looks up the N-th.
"""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import numpy as np
import pytest
from chinese_calendar.constants import workdays as make_up_days

from services.domain.working_time import CalendarYearMissing
from services.sla.calendar import default_calendar

CALENDAR = default_calendar()
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
DAYS = (LAST - FIRST).days + 1
BEYOND = DAYS  # no day that is known
TERMS = (1, 3, 7, 11)
MINUTES_OF_DAY, MINUTES_OF_WEEK = 1_440, 10_080
WEEKS_EACH = 26  # × 10,080 minutes of the week × 4 terms: 1,048,320 cases
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MIDNIGHT = datetime(2003, 12, 31, 16, tzinfo=UTC)  # of the first day: +08:00 since 1991


@pytest.fixture(scope="module")
def next_working_day() -> np.ndarray:
    """next[i]: the first working day after the i-th, found from the end; BEYOND: none is known."""
    following = np.full(DAYS + 1, BEYOND, dtype=np.int32)
    nearest = BEYOND
    for index in range(DAYS - 1, -1, -1):
        following[index] = nearest
        if chinese_calendar.is_workday(FIRST + index * DAY):
            nearest = index
    return following


def due_days(next_working_day: np.ndarray, days: np.ndarray, term: int) -> np.ndarray:
    for _ in range(term):
        days = next_working_day[days]
    return days


def moments(minutes: np.ndarray) -> list[datetime]:
    """Minutes since the first local midnight, as moments."""
    return [MIDNIGHT + minute * MINUTE for minute in minutes.tolist()]


def closes() -> list[datetime]:
    return [MIDNIGHT + index * DAY + timedelta(hours=18) for index in range(DAYS)]


def differing(
    next_working_day: np.ndarray, minutes: np.ndarray, term: int
) -> tuple[int, list[tuple[datetime, int]]]:
    """How many cases were compared, and those in which the two disagree."""
    expected = due_days(next_working_day, minutes // MINUTES_OF_DAY, term)
    known = expected != BEYOND
    closing, due_at = closes(), CALENDAR.due_at
    starts = moments(minutes[known])
    wrong = [
        (start, term)
        for start, day in zip(starts, expected[known].tolist(), strict=True)
        if due_at(start, term) != closing[day]
    ]
    for start in moments(minutes[~known]):
        with pytest.raises(CalendarYearMissing, match="2027"):
            due_at(start, term)
    return len(minutes), wrong


@pytest.mark.parametrize("term", TERMS)
def test_every_minute_of_the_week_in_weeks_of_every_year(
    next_working_day: np.ndarray, term: int
) -> None:
    chance = np.random.default_rng(20261126 + term)
    weeks = chance.integers(0, DAYS // 7, size=(WEEKS_EACH, MINUTES_OF_WEEK))
    minutes = (weeks * MINUTES_OF_WEEK + np.arange(MINUTES_OF_WEEK)).ravel()
    compared, wrong = differing(next_working_day, minutes, term)
    assert compared * len(TERMS) >= 1_000_000
    years = {(FIRST + int(day) * DAY).year for day in np.unique(minutes // MINUTES_OF_DAY)}
    assert years == set(range(2004, 2027))
    assert wrong == []


@pytest.mark.parametrize("term", TERMS)
def test_every_hour_around_every_make_up_day(next_working_day: np.ndarray, term: int) -> None:
    assert len(make_up_days) >= 150
    days = np.array([(day - FIRST).days + n for day in make_up_days for n in range(-12, 2)])
    days = days[(days >= 0) & (days < DAYS)]
    minutes = (days[:, None] * MINUTES_OF_DAY + np.arange(0, MINUTES_OF_DAY, 60)).ravel()
    _, wrong = differing(next_working_day, minutes, term)
    assert wrong == []


def test_every_day_of_every_year_with_every_term_up_to_the_longest(
    next_working_day: np.ndarray,
) -> None:
    """At the last minute of the day and the first of the next: there the day changes."""
    edges = np.arange(1, DAYS) * MINUTES_OF_DAY
    minutes = np.concatenate([edges - 1, edges])
    for term in range(1, 12):
        _, wrong = differing(next_working_day, minutes, term)
        assert wrong == []


def test_what_needs_2027_is_refused_until_it_is_loaded(next_working_day: np.ndarray) -> None:
    last = np.arange(DAYS - 20, DAYS) * MINUTES_OF_DAY + 600
    refused = {
        term: int((due_days(next_working_day, last // 1_440, term) == BEYOND).sum())
        for term in TERMS
    }
    assert all(refused.values())
    for term in TERMS:
        assert differing(next_working_day, last, term)[1] == []
    with pytest.raises(CalendarYearMissing, match="2027"):
        CALENDAR.due_at(datetime(2027, 1, 4, 2, tzinfo=UTC), 1)
