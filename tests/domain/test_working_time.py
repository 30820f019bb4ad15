"""Working days against an independent walk with `chinese_calendar.is_workday`, and the rules."""

import random
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from chinese_calendar.constants import workdays as make_up_days
from hypothesis import assume, given
from hypothesis import strategies as st

from services.domain.working_time import CalendarYearMissing, WorkingCalendar
from services.sla.calendar import default_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = default_calendar()
DAY = timedelta(days=1)
SAMPLES = 20_000
is_workday = cache(chinese_calendar.is_workday)

# Room for 11 working days and the longest holidays before the end of 2026.
seconds_from_2004 = st.integers(0, int((date(2026, 11, 1) - date(2004, 1, 1)) / DAY) * 86_400)
moments = seconds_from_2004.map(
    lambda seconds: datetime(2003, 12, 31, 16, tzinfo=UTC) + timedelta(seconds=seconds)
)
working_days = st.integers(1, 11)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def close_of(day: str) -> datetime:
    return local(f"{day}T18:00")


def walked(start: datetime, count: int) -> datetime:
    """The oracle: day after day, asking the package about each, with no table of ours."""
    day = (start.astimezone(UTC) + timedelta(hours=8)).date()  # +08:00 since 1991
    while count:
        day += DAY
        count -= is_workday(day)
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)  # 18:00 +08:00


def table(first_year: int, last_year: int) -> dict[date, bool]:
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return {day: day.weekday() < 5 for day in days}


def test_deadlines_agree_with_a_day_by_day_walk_over_all_loaded_years():
    chance = random.Random(20261123)
    begin = local("2004-01-01T00:00")
    seconds = int((local("2026-12-01T00:00") - begin).total_seconds())
    for _ in range(SAMPLES):
        start = begin.astimezone(UTC) + timedelta(seconds=chance.randrange(seconds))
        count = chance.choice((1, 3, 7, 11))
        assert CALENDAR.due_at(start, count) == walked(start, count), (start, count)


@pytest.mark.parametrize("count", [1, 3, 7, 11])
def test_deadlines_around_every_make_up_day_agree_with_the_walk(count: int):
    assert len(make_up_days) >= 150
    for make_up_day in make_up_days:
        for offset in (-3, -2, -1, 0, 1):
            start = datetime.combine(make_up_day + offset * DAY, time(23, 30), SHANGHAI)
            assert CALENDAR.due_at(start, count) == walked(start, count), start


@given(moments, st.integers(1, 40))
def test_deadlines_agree_with_the_walk(start: datetime, count: int):
    assume(start < local("2026-10-01T00:00"))
    assert CALENDAR.due_at(start, count) == walked(start, count)


def test_a_make_up_saturday_is_dispatched_and_counted_like_any_working_day():
    # 2024-02-04 (Sunday) was worked for the Spring Festival.
    assert CALENDAR.is_working_day(date(2024, 2, 4))
    assert CALENDAR.due_at(local("2024-02-04T10:00"), 1) == close_of("2024-02-05")
    assert CALENDAR.due_at(local("2024-02-02T10:00"), 1) == close_of("2024-02-04")


def test_a_dispatch_in_a_holiday_counts_from_the_first_working_day_after_it():
    assert CALENDAR.due_at(local("2024-10-01T08:00"), 1) == close_of("2024-10-08")
    assert CALENDAR.due_at(local("2024-09-30T08:00"), 1) == close_of("2024-10-08")


def test_the_day_of_dispatch_is_the_local_day_not_that_of_utc():
    # 23:59 on Monday in Xining is still Monday in UTC; 00:01 on Tuesday is, too.
    assert CALENDAR.due_at(local("2024-05-13T23:59:59.999999"), 1) == close_of("2024-05-14")
    assert CALENDAR.due_at(local("2024-05-14T00:00"), 1) == close_of("2024-05-15")
    assert CALENDAR.due_at(datetime(2024, 5, 13, 16, 1, tzinfo=UTC), 1) == close_of("2024-05-15")


@given(moments, working_days, st.integers(-12, 14))
def test_the_offset_in_which_a_moment_is_written_makes_no_difference(
    start: datetime, count: int, hours: int
):
    elsewhere = start.astimezone(timezone(timedelta(hours=hours)))
    assert CALENDAR.due_at(elsewhere, count) == CALENDAR.due_at(start, count)


def test_deadlines_are_given_in_utc():
    assert CALENDAR.due_at(local("2024-05-13T09:00"), 3).tzinfo is UTC


def test_the_summer_time_of_1986_to_1991_is_respected():
    calendar = WorkingCalendar.of(table(1988, 1988))
    # In July 1988 local time was +09:00: 15:30 UTC was already the next day.
    assert calendar.local_date(datetime(1988, 7, 4, 15, 30, tzinfo=UTC)) == date(1988, 7, 5)
    due = calendar.due_at(datetime(1988, 7, 4, 15, 30, tzinfo=UTC), 1)
    assert due == datetime(1988, 7, 6, 9, tzinfo=UTC)


@given(moments, moments, working_days)
def test_a_later_start_never_has_an_earlier_deadline(one: datetime, other: datetime, count: int):
    earlier, later = sorted((one, other))
    assert CALENDAR.due_at(earlier, count) <= CALENDAR.due_at(later, count)


@given(moments, working_days)
def test_each_further_working_day_is_later(start: datetime, count: int):
    due = CALENDAR.due_at(start, count)
    assert due > start
    assert CALENDAR.due_at(start, count + 1) > due
    assert CALENDAR.due_at(start, count + 1) == CALENDAR.extend(due, 1)


@given(st.dates(date(2004, 1, 1), date(2026, 11, 1)), working_days)
def test_counting_takes_adding_back(day: date, count: int):
    reached = CALENDAR.add_working_days(day, count)
    assert CALENDAR.is_working_day(reached)
    assert CALENDAR.working_days_between(day, reached) == count
    assert CALENDAR.working_days_between(reached, day) == -count


# Refusals


@pytest.mark.parametrize(
    ("start", "count"),
    [
        ("2027-01-01T00:00", 1),
        ("2003-12-31T23:59", 1),
        ("2026-12-31T12:00", 1),
        ("2026-12-01T12:00", 60),
        ("2026-12-01T12:00", 10**9),
    ],
)
def test_a_deadline_outside_the_loaded_years_is_refused_not_guessed(start: str, count: int):
    with pytest.raises(CalendarYearMissing, match=r"2004 to 2026 .*yousu calendar load FILE"):
        CALENDAR.due_at(local(start), count)


def test_the_refusal_names_the_year_that_is_missing():
    with pytest.raises(CalendarYearMissing, match="does not know 2027") as refused:
        CALENDAR.due_at(local("2026-12-31T12:00"), 1)
    assert refused.value.year == 2027
    with pytest.raises(CalendarYearMissing, match="does not know 2003"):
        CALENDAR.is_working_day(date(2003, 12, 31))


def test_the_last_deadline_of_the_loaded_years_is_given():
    assert CALENDAR.due_at(local("2026-12-30T12:00"), 1) == close_of("2026-12-31")
    # The last evening of 2026 in UTC is 2027 in Xining, and the first of 2004 is loaded.
    with pytest.raises(CalendarYearMissing):
        CALENDAR.due_at(datetime(2026, 12, 31, 16, tzinfo=UTC), 1)
    assert CALENDAR.due_at(datetime(2003, 12, 31, 16, tzinfo=UTC), 1) == close_of("2004-01-02")


@pytest.mark.parametrize("extreme", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"])
def test_the_ends_of_time_are_refused_like_any_other_year(extreme: str):
    with pytest.raises(CalendarYearMissing):
        CALENDAR.due_at(datetime.fromisoformat(extreme), 1)


class ZoneWithoutOffset(tzinfo):
    def utcoffset(self, moment: datetime | None) -> None:
        return None


@pytest.mark.parametrize("zone", [None, ZoneWithoutOffset()])
def test_a_time_without_a_zone_is_refused(zone: tzinfo | None):
    naive = datetime(2024, 5, 13, 9, tzinfo=zone)
    with pytest.raises(ValueError, match="no zone"):
        CALENDAR.due_at(naive, 1)
    with pytest.raises(ValueError, match="no zone"):
        CALENDAR.local_date(naive)


@pytest.mark.parametrize("count", [0, -1])
def test_less_than_one_working_day_is_refused(count: int):
    with pytest.raises(ValueError, match="at least 1"):
        CALENDAR.due_at(local("2024-05-13T09:00"), count)
    with pytest.raises(ValueError, match="at least 1"):
        CALENDAR.add_working_days(date(2024, 5, 13), count)


def test_a_moment_where_a_date_is_meant_is_refused():
    with pytest.raises(TypeError, match="local_date"):
        CALENDAR.is_working_day(datetime(2024, 5, 13, 20, tzinfo=UTC))
