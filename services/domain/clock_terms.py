"""How a promise came to end when it ends: the steps of its reckoning, by any calendar. Pure.

A clock keeps its steps, not only its date. So the date can be counted again by a calendar that was
loaded later, and everybody can be shown day by day why it is what it is.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from services.domain.working_time import Pause, WorkingCalendar


class Step(NamedTuple):
    """term: `working_days` after the day of `begins`. day: the close of `day`, or of the first
    working day after it. pause: from `begins` to `ends`. extension: `working_days` more."""

    kind: Literal["term", "day", "pause", "extension"]
    begins: datetime | None = None
    ends: datetime | None = None
    working_days: int = 0
    day: date | None = None


Steps = tuple[Step, ...]


def term(starts_at: datetime, working_days: int) -> Step:
    return Step("term", begins=starts_at, working_days=working_days)


def until_day(starts_at: datetime, day: date) -> Step:
    return Step("day", begins=starts_at, day=day)


def pause(begins: datetime, ends: datetime) -> Step:
    return Step("pause", begins=begins, ends=ends)


def extension(working_days: int) -> Step:
    return Step("extension", working_days=working_days)


def after_pauses(first: Step, pauses: Iterable[Pause], extended_days: int = 0) -> Steps:
    """A promise that is made, or counted anew, when some of its pauses and extensions are over."""
    more = (extension(extended_days),) if extended_days else ()
    return (first, *(pause(*one) for one in pauses), *more)


def reckoned(steps: Steps, calendar: WorkingCalendar) -> datetime:
    """When the promise ends. Raises CalendarYearMissing; `steps` begin with a term or a day."""
    due_at = begun(steps[0], calendar)
    for step in steps[1:]:
        due_at = went_on(due_at, step, calendar)
    return due_at


def begun(step: Step, calendar: WorkingCalendar) -> datetime:
    if step.day is not None:
        return calendar.close_of(step.day)
    if step.begins is None:
        raise ValueError("a promise begins at a moment")
    return _due_at(calendar, step.begins, step.working_days)


def went_on(due_at: datetime, step: Step, calendar: WorkingCalendar) -> datetime:
    if step.begins is not None and step.ends is not None:
        return calendar.shift(due_at, step.begins, step.ends)
    return calendar.extend(due_at, step.working_days)


@lru_cache(maxsize=4_096)  # tickets of one batch are dispatched, and due, at the same moments
def _due_at(calendar: WorkingCalendar, starts_at: datetime, working_days: int) -> datetime:
    return calendar.due_at(starts_at, working_days)
