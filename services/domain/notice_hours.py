"""When people may be told something: never at night, and on which days by the working calendar."""

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from services.domain.working_time import WorkingCalendar

DAYS_AHEAD_MAX = 60  # longer than any holiday


class Hours(NamedTuple):
    """Local times of one day, `begins` before `ends`. working_days: on no other day."""

    begins: time
    ends: time
    working_days: bool


def next_allowed(moment: datetime, hours: Hours, calendar: WorkingCalendar) -> datetime:
    """The moment itself if it lies within the hours, else when they begin next; in UTC.

    Raises CalendarYearMissing if working days are asked for beyond the loaded years.
    """
    local = moment.astimezone(calendar.zone)
    for ahead in range(DAYS_AHEAD_MAX):
        day = local.date() + timedelta(days=ahead)
        if hours.working_days and not calendar.is_working_day(day):
            continue
        begins = datetime.combine(day, hours.begins, calendar.zone)
        ends = datetime.combine(day, hours.ends, calendar.zone)
        if local < ends:
            return max(local, begins).astimezone(UTC)
    raise ValueError(f"no working day within {DAYS_AHEAD_MAX} days of {local.date()}")
