"""The calendar as a value: what it covers, its version, and calendars that are refused."""

import pickle
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from chinese_calendar import is_workday

from services.domain.working_time import WorkingCalendar
from services.sla.calendar import default_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = default_calendar()
DAY = timedelta(days=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def table(first_year: int, last_year: int) -> dict[date, bool]:
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return {day: day.weekday() < 5 for day in days}


def test_every_day_of_the_loaded_years_agrees_with_the_package():
    day, days = CALENDAR.first_day, 0
    while day <= CALENDAR.last_day:
        assert CALENDAR.is_working_day(day) == is_workday(day), day
        day, days = day + DAY, days + 1
    assert days == 8401
    assert (CALENDAR.first_day, CALENDAR.last_day) == (date(2004, 1, 1), date(2026, 12, 31))


def test_the_version_changes_with_everything_a_deadline_depends_on():
    days = table(2024, 2025)
    variants = [
        WorkingCalendar.of(days),
        WorkingCalendar.of(days | {date(2024, 5, 1): False}),
        WorkingCalendar.of(days, closes_at=time(17, 30)),
        WorkingCalendar.of(days, opens_at=time(8, 30)),
        WorkingCalendar.of(days, zone=ZoneInfo("Asia/Urumqi")),
        WorkingCalendar.of(table(2024, 2026)),
    ]
    versions = {calendar.version for calendar in variants}
    assert len(versions) == len(variants)
    assert all(len(version) == 12 and int(version, 16) >= 0 for version in versions)
    assert WorkingCalendar.of(dict(reversed(days.items()))) == variants[0]


def test_another_close_of_business_moves_every_deadline():
    calendar = WorkingCalendar.of(table(2024, 2024), closes_at=time(17, 30))
    assert calendar.due_at(local("2024-05-13T09:00"), 1) == local("2024-05-14T17:30")


def test_a_calendar_does_not_change_and_survives_copying_to_another_process():
    with pytest.raises(FrozenInstanceError):
        CALENDAR.version = "other"  # type: ignore[misc]
    copied = pickle.loads(pickle.dumps(CALENDAR))
    assert copied == CALENDAR
    start = local("2024-05-13T09:00")
    assert copied.due_at(start, 3) == CALENDAR.due_at(start, 3)


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ({}, "at least one year"),
        ({date(2024, 1, 1): True}, "whole years"),
        (table(2024, 2024) | table(2026, 2026), "no 2025-01-01"),
        ({day: on for day, on in table(2024, 2024).items() if day.day != 17}, "no 2024-01-17"),
    ],
)
def test_a_calendar_with_holes_is_refused(days: dict[date, bool], reason: str):
    with pytest.raises(ValueError, match=reason):
        WorkingCalendar.of(days)


@pytest.mark.parametrize("closes_at", [time(9), time(8), time(18, tzinfo=UTC)])
def test_opening_hours_that_cannot_be_are_refused(closes_at: time):
    with pytest.raises(ValueError, match="opens_at must be before"):
        WorkingCalendar.of(table(2024, 2024), closes_at=closes_at)
