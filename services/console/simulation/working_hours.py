"""When people of the synthetic city work: moments so many working hours after another."""

from datetime import datetime, time, timedelta

from services.domain.working_time import WorkingCalendar

OPENS_H, CLOSES_H = 9, 18
DAY_H = CLOSES_H - OPENS_H
DESK_OPENS_H, DESK_CLOSES_H = 8, 22  # dispatchers sit at their desks every day of the year
Hours = tuple[int, int]
OFFICE: Hours = (OPENS_H, CLOSES_H)
DESK: Hours = (DESK_OPENS_H, DESK_CLOSES_H)


def office_hours_after(calendar: WorkingCalendar, start: datetime, hours: float) -> datetime:
    """The moment at which an office has worked `hours` since start (working days, 9 to 18)."""
    return _hours_after(calendar, start, hours, OFFICE, every_day=False)


def desk_hours_after(calendar: WorkingCalendar, start: datetime, hours: float) -> datetime:
    """The same for the dispatchers' desks (every day, 8 to 22)."""
    return _hours_after(calendar, start, hours, DESK, every_day=True)


def is_office_time(calendar: WorkingCalendar, moment: datetime) -> bool:
    local = moment.astimezone(calendar.zone)
    return OPENS_H <= local.hour < CLOSES_H and calendar.is_working_day(local.date())


def _hours_after(
    calendar: WorkingCalendar, start: datetime, hours: float, open_h: Hours, *, every_day: bool
) -> datetime:
    local = start.astimezone(calendar.zone)
    day, left = local.date(), timedelta(hours=hours)
    while True:
        if every_day or calendar.is_working_day(day):
            opens = datetime.combine(day, time(open_h[0]), calendar.zone)
            closes = datetime.combine(day, time(open_h[1]), calendar.zone)
            begin = max(local, opens)
            if begin + left < closes:
                return (begin + left).astimezone(start.tzinfo)
            left -= max(timedelta(0), closes - begin)
        day += timedelta(days=1)
