"""How a planted city's background moves: by weekday, holiday, season, rain and chance. Pure.

Everything is drawn from (seed, day): what is usual on a day can be said before it has come.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from random import Random

from services.console.simulation.matters import Matter, matters
from services.domain.working_time import CalendarYearMissing, WorkingCalendar

# Monday to Sunday, of the tickets of a day: an ordinary week has seven times the number asked for.
WEEKDAYS = (1.22, 1.14, 1.10, 1.07, 1.05, 0.74, 0.68)
HOLIDAY, MADE_UP, BACK_AT_WORK = 0.55, 0.95, 1.18
DAYS_OFF_LONG = 3  # after so many days off, what waited is told
NOISE = 0.06
HEATING, FLOODED, ENROLMENT = "01.01.01", "01.05.01.01.02", "14.02.01.01.01"
HEATING_MONTHS = frozenset((1, 2, 3, 4, 10, 11, 12))
RAINY_MONTHS = frozenset((6, 7, 8, 9))
RAIN_SHARE, RAIN_FACTOR, DRY_FACTOR = 0.07, 14.0, 0.4
Draw = Callable[..., Random]
Weights = tuple[tuple[Matter, ...], tuple[float, ...]]


def usual_share(calendar: WorkingCalendar, day: date) -> float:
    """Of the tickets of a day that was asked for, as the calendar has it."""
    is_weekend = day.weekday() >= 5
    if calendar.is_working_day(day):
        share = MADE_UP if is_weekend else WEEKDAYS[day.weekday()]
        return share * BACK_AT_WORK if _is_first_after_days_off(calendar, day) else share
    return WEEKDAYS[day.weekday()] if is_weekend else HOLIDAY


def noise(chance: Random) -> float:
    """What no calendar tells: a day is a little louder or quieter than others."""
    return min(max(chance.gauss(1.0, NOISE), 0.8), 1.25)


def weights(day: date, is_rainy: bool) -> Weights:
    """The matters of a day and how often each is told."""
    return _weights(day.year, day.month, day.day, is_rainy)


def is_rainy(day: date, draw: Draw) -> bool:
    """Heavy rain falls on a few summer days, and the day after is wet, too."""
    return any(_rains(day - timedelta(days=before), draw) for before in (0, 1))


def heating_share(month: int, day: int) -> float:
    """The season begins on 15 October with what the summer left broken, and fades in April."""
    if month == 10:
        return 1.8 if day >= 15 else 0.1
    if month == 4:
        return 0.6 if day <= 15 else 0.1
    return {11: 1.4, 12: 1.1, 1: 1.3, 2: 1.1, 3: 0.8}.get(month, 0.0)


@cache
def _weights(year: int, month: int, day: int, is_rainy: bool) -> Weights:
    of_day = tuple(matter for matter in matters() if month in matter.months)
    return of_day, tuple(matter.weight * _factor(matter, month, day, is_rainy) for matter in of_day)


def _factor(matter: Matter, month: int, day: int, is_rainy: bool) -> float:
    if matter.item.startswith(HEATING) and matter.months <= HEATING_MONTHS:
        return heating_share(month, day)
    if matter.item == FLOODED:
        return RAIN_FACTOR if is_rainy else DRY_FACTOR
    if matter.item == ENROLMENT:
        return 2.0 if month in {6, 7, 8} else 0.6
    return 1.0


def _rains(day: date, draw: Draw) -> bool:
    return day.month in RAINY_MONTHS and draw("rain", day).random() < RAIN_SHARE


def _is_first_after_days_off(calendar: WorkingCalendar, day: date) -> bool:
    try:
        before = (day - timedelta(days=back) for back in range(1, DAYS_OFF_LONG + 1))
        return not any(calendar.is_working_day(one) for one in before)
    except CalendarYearMissing:
        return False
