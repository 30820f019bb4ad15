"""What the next period needs: promises that end in it, days off, and the load to expect."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.reporting.daily import end_of_day
from services.reporting.periods import reading
from services.reporting.periods.comparing import change
from services.reporting.periods.handed_in import HandedIn, is_working
from services.reporting.periods.model import DayOff, DueLine, Expected, NextPeriod
from services.reporting.periods.period import Period
from services.reporting.periods.spans import Bases, days_of, span_of
from services.reporting.rows import Query

GROWTH_MIN = 100  # reports on either side, below which growth is chance
SATURDAY = 5


def next_period(
    query: Query, now: reading.Counted, bases: Bases, as_at: str, handed: HandedIn, zone: ZoneInfo
) -> NextPeriod:
    coming = now.period.following()
    due = _due(query, now.period, coming, as_at, zone)
    working = {day: is_working(handed.calendar, day) for day in days_of(coming)}
    return NextPeriod(
        span=span_of(coming),
        due=due,
        due_resolve=sum(line.resolve for line in due),
        due_accept=sum(line.accept for line in due),
        days_off=tuple(_days_off(working.items())),
        calendar_missing=next((day.year for day, is_it in working.items() if is_it is None), None),
        expected=_expected(query, now, bases, coming),
        warnings=(),
    )


def _due(
    query: Query, period: Period, coming: Period, as_at: str, zone: ZoneInfo
) -> tuple[DueLine, ...]:
    if not as_at:
        return ()
    found = reading.due_after(query, as_at, end_of_day(coming.last, zone), period.last)
    by_day = {clock: _by_day(pairs, zone) for clock, pairs in found.items()}
    days = sorted({*by_day["resolve"], *by_day["accept"]})
    return tuple(
        DueLine(day=day, resolve=by_day["resolve"][day], accept=by_day["accept"][day])
        for day in days
        if day >= coming.first
    )


def _by_day(pairs: Iterable[tuple[str, int]], zone: ZoneInfo) -> Counter[date]:
    days: Counter[date] = Counter()
    for moment, promises in pairs:
        days[datetime.fromisoformat(moment).astimezone(zone).date()] += promises
    return days


def _days_off(working: Iterable[tuple[date, bool | None]]) -> Iterable[DayOff]:
    for day, is_worked in working:
        is_weekend = day.weekday() >= SATURDAY
        if is_worked is True and is_weekend:
            yield DayOff(day=day, kind="make_up")
        elif is_worked is False and not is_weekend:
            yield DayOff(day=day, kind="holiday")


def _expected(query: Query, now: reading.Counted, bases: Bases, coming: Period) -> Expected | None:
    """None if the log does not reach back to the same period of last year."""
    earlier = coming.year_before()
    if bases.begins is None or bases.begins > earlier.first or earlier.last > now.period.last:
        return None
    then = reading.counted(query, earlier).sums.get("received", 0)
    growth = _growth(now, bases)
    return Expected(year_before=then, growth=growth, reports=round(then * (1 + (growth or 0.0))))


def _growth(now: reading.Counted, bases: Bases) -> float | None:
    if bases.year_before is None:
        return None
    received, before = now.sums.get("received", 0), bases.year_before.sums.get("received", 0)
    return change(received, before) if min(received, before) >= GROWTH_MIN else None
