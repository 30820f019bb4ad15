"""Suspensions move deadlines once; warning points fall in opening hours."""

import math
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from chinese_calendar import is_workday
from hypothesis import assume, given
from hypothesis import strategies as st

from services.domain.working_time import CalendarYearMissing, union_of_pauses
from services.sla.calendar import default_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = default_calendar()
DAY = timedelta(days=1)

# Room for 11 working days and the longest holidays before the end of 2026.
seconds_from_2004 = st.integers(0, int((date(2026, 11, 1) - date(2004, 1, 1)) / DAY) * 86_400)
moments = seconds_from_2004.map(
    lambda seconds: datetime(2003, 12, 31, 16, tzinfo=UTC) + timedelta(seconds=seconds)
)
working_days = st.integers(1, 11)
fractions = st.floats(0, 1, exclude_min=True, exclude_max=True)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def close_of(day: str) -> datetime:
    return local(f"{day}T18:00")


# Suspensions and extensions


def test_a_suspension_moves_the_deadline_by_the_working_days_it_took():
    due = close_of("2024-05-17")  # a Friday
    moved = CALENDAR.shift(due, local("2024-05-14T10:00"), local("2024-05-16T10:00"))
    assert moved == close_of("2024-05-21")


def test_a_suspension_over_a_holiday_takes_working_days_only():
    due = close_of("2024-10-09")
    moved = CALENDAR.shift(due, local("2024-09-30T10:00"), local("2024-10-08T10:00"))
    assert moved == close_of("2024-10-10")


def test_a_suspension_within_one_day_or_a_weekend_takes_nothing():
    due = close_of("2024-05-17")
    within = CALENDAR.shift(due, local("2024-05-14T10:00"), local("2024-05-14T16:00"))
    assert within == due
    later = close_of("2024-05-24")
    assert CALENDAR.shift(later, local("2024-05-17T10:00"), local("2024-05-19T10:00")) == later


def test_a_deadline_does_not_break_while_its_clock_stands_still():
    due = close_of("2024-05-17")  # Friday; no working day lies between Friday and Saturday
    moved = CALENDAR.shift(due, local("2024-05-17T10:00"), local("2024-05-18T10:00"))
    assert moved == close_of("2024-05-20")
    after_hours = CALENDAR.shift(due, local("2024-05-17T10:00"), local("2024-05-20T19:00"))
    assert after_hours == close_of("2024-05-21")


def test_a_suspension_after_the_deadline_does_not_heal_the_miss():
    due = close_of("2024-05-17")
    assert CALENDAR.shift(due, due, local("2024-05-22T10:00")) == due


def test_a_suspension_that_ends_before_it_begins_is_refused():
    due = close_of("2024-05-17")
    with pytest.raises(ValueError, match="cannot end before"):
        CALENDAR.shift(due, local("2024-05-15T10:00"), local("2024-05-14T10:00"))
    with pytest.raises(ValueError, match="cannot end before"):
        union_of_pauses([(local("2024-05-15T10:00"), local("2024-05-14T10:00"))])


def test_working_days_in_two_overlapping_suspensions_count_once():
    due = close_of("2024-05-24")
    monday_to_wednesday = (local("2024-05-13T10:00"), local("2024-05-15T10:00"))
    tuesday_to_thursday = (local("2024-05-14T10:00"), local("2024-05-16T10:00"))
    moved = CALENDAR.shift_by_all(due, [tuesday_to_thursday, monday_to_wednesday])
    assert moved == close_of("2024-05-29")  # Tuesday, Wednesday, Thursday
    again = CALENDAR.shift_by_all(due, [monday_to_wednesday, tuesday_to_thursday] * 2)
    assert again == moved


@given(moments, st.integers(2, 11), st.lists(st.integers(0, 72), min_size=3, max_size=3))
def test_a_suspension_cut_in_two_moves_the_deadline_as_one_does(
    start: datetime, count: int, hours: list[int]
):
    due = CALENDAR.due_at(start, count)
    first, second, third = (start + timedelta(hours=sum(hours[: n + 1])) for n in range(3))
    # A working day is left when it begins; the last day has its own rule, tested above.
    assume(CALENDAR.local_date(first) < CALENDAR.local_date(due))
    whole = CALENDAR.shift(due, first, third)
    assert CALENDAR.shift(CALENDAR.shift(due, first, second), second, third) == whole
    assert CALENDAR.shift_by_all(due, [(second, third), (first, second)]) == whole


@given(moments, working_days, st.integers(0, 500), st.integers(0, 500))
def test_a_suspension_never_brings_a_deadline_forward_or_into_itself(
    start: datetime, count: int, wait: int, length: int
):
    due = CALENDAR.due_at(start, count)
    paused_from = start + timedelta(hours=wait)
    assume(paused_from < min(due, local("2026-10-01T00:00")))
    paused_to = paused_from + timedelta(hours=length)
    moved = CALENDAR.shift(due, paused_from, paused_to)
    assert moved >= due
    assert moved > paused_to
    assert moved.astimezone(SHANGHAI).time() == time(18)


def test_a_suspension_reaching_outside_the_loaded_years_is_refused():
    with pytest.raises(CalendarYearMissing, match="2027"):
        CALENDAR.shift(close_of("2026-12-30"), local("2026-12-28T10:00"), local("2027-01-05T10:00"))
    with pytest.raises(CalendarYearMissing, match="2027"):
        CALENDAR.shift(close_of("2026-12-31"), local("2026-12-31T10:00"), local("2026-12-31T19:00"))


# Warning points


def test_four_fifths_of_two_working_days_is_on_the_second_afternoon():
    # 8 h are left on Monday, 9 h each on Tuesday and Wednesday: 0.5 of 26 h is Tuesday 14:00.
    due = CALENDAR.due_at(local("2024-05-13T10:00"), 2)
    assert CALENDAR.point_between(local("2024-05-13T10:00"), due, 0.5) == local("2024-05-14T14:00")


def test_a_point_at_the_close_of_one_day_is_the_opening_of_the_next():
    start, due = local("2024-05-17T00:00"), close_of("2024-05-20")  # Friday and Monday
    assert CALENDAR.point_between(start, due, 0.5) == local("2024-05-20T09:00")


@given(moments, working_days, fractions)
def test_a_point_lies_in_opening_hours_and_strictly_before_the_deadline(
    start: datetime, count: int, fraction: float
):
    due = CALENDAR.due_at(start, count)
    point = CALENDAR.point_between(start, due, fraction)
    assert start <= point < due
    wall = point.astimezone(SHANGHAI)
    assert is_workday(wall.date())
    assert time(9) <= wall.time() < time(18)


@given(moments, working_days, fractions, fractions)
def test_a_larger_fraction_is_never_reached_earlier(
    start: datetime, count: int, one: float, other: float
):
    due = CALENDAR.due_at(start, count)
    points = [CALENDAR.point_between(start, due, part) for part in sorted((one, other))]
    assert points[0] <= points[1]


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.5, 1.5, float("nan")])
def test_a_fraction_outside_zero_and_one_is_refused(fraction: float):
    with pytest.raises(ValueError, match="between 0 and 1"):
        CALENDAR.point_between(local("2024-05-13T10:00"), close_of("2024-05-14"), fraction)


def test_no_point_is_invented_where_there_is_no_working_time():
    with pytest.raises(ValueError, match="no working time"):
        CALENDAR.point_between(local("2024-05-17T18:00"), local("2024-05-18T18:00"), 0.5)


def test_the_largest_fraction_below_one_still_falls_before_the_deadline():
    almost_all = math.nextafter(1, 0)
    for microseconds in (1, 3, 5, 7, 11, 13):
        due = close_of("2024-05-14")
        start = due - timedelta(microseconds=microseconds)
        assert start <= CALENDAR.point_between(start, due, almost_all) < due
