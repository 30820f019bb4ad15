"""Why a promise ends then: each step of its reckoning, and each day of it, by a calendar. Pure."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from services.domain.clock_terms import Step, Steps, begun, went_on
from services.domain.working_time import WorkingCalendar

Json = dict[str, Any]
DayName = Callable[[date], str | None]  # what a day off is called, if it has a name
DAY = timedelta(days=1)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def explained(steps: Steps, calendar: WorkingCalendar, name_of: DayName) -> list[Json]:
    """One entry a step: what it is, its days, and where the promise ends after it. Raises
    CalendarYearMissing."""
    if not steps:
        return []
    due_at = begun(steps[0], calendar)
    entries = [_begun(steps[0], due_at, calendar, name_of)]
    for step in steps[1:]:
        before, due_at = due_at, went_on(due_at, step, calendar)
        entries.append(_went_on(step, before, due_at, calendar, name_of))
    return entries


def _begun(step: Step, due_at: datetime, calendar: WorkingCalendar, name_of: DayName) -> Json:
    end = calendar.local_date(due_at)
    if step.day is not None or step.begins is None:
        named = step.day or end
        days = [_day(day, calendar, name_of) for day in _days(named, end)]
        return _entry("day", f"to the close of {named}", days, due_at)
    start = calendar.local_date(step.begins)
    first = _day(start, calendar, name_of) | {"what": "the day it began: not counted"}
    days = [first, *_counted(start, end, calendar, name_of, f"of {step.working_days}")]
    return _entry("term", f"{step.working_days} working days", days, due_at)


def _went_on(
    step: Step, before: datetime, due_at: datetime, calendar: WorkingCalendar, name_of: DayName
) -> Json:
    if step.begins is None or step.ends is None:
        end = calendar.local_date(due_at)
        counted = _counted(calendar.local_date(before), end, calendar, name_of, "more")
        return _entry("extension", f"{step.working_days} working days more", counted, due_at)
    if step.begins >= before:
        return _entry("pause", "a pause after the end: it changes nothing", [], due_at)
    begin, end = calendar.local_date(step.begins), calendar.local_date(step.ends)
    lost = calendar.working_days_between(begin, end)
    first = _day(begin, calendar, name_of) | {"what": "the pause began: counts as used"}
    paused = [first, *_counted(begin, end, calendar, name_of, "lost")]
    added = _counted(
        calendar.local_date(before), calendar.local_date(due_at), calendar, name_of, "more"
    )
    entry = _entry("pause", f"a pause: {lost} working days lost", paused, due_at)
    return entry | {"from": step.begins, "to": step.ends, "days_added": added}


def _entry(step: str, told: str, days: list[Json], due_at: datetime) -> Json:
    return {"step": step, "told": told, "days": days, "due_at": due_at}


def _counted(
    after: date, upto: date, calendar: WorkingCalendar, name_of: DayName, counted: str
) -> list[Json]:
    """The days after one, up to and including another; the working ones numbered."""
    entries, number = [], 0
    for day in _days(after + DAY, upto):
        entry = _day(day, calendar, name_of)
        if entry["worked"]:
            number += 1
            entry["number"] = number
            entry["what"] = f"{entry['what']}: {number} {counted}"
        entries.append(entry)
    return entries


def _day(day: date, calendar: WorkingCalendar, name_of: DayName) -> Json:
    worked = calendar.is_working_day(day)
    is_weekend = day.weekday() >= 5
    if worked:
        what = "make-up day 调休" if is_weekend else "working day"
    else:
        name = name_of(day)
        what = f"holiday {name}" if name else "weekend 周末" if is_weekend else "day off 休息日"
    return {"day": day, "weekday": WEEKDAYS[day.weekday()], "worked": worked, "what": what}


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
