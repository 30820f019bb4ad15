"""Working days, deadlines and suspensions, from rank tables over a loaded calendar. Pure.

Rules: the local day of dispatch is not counted; a deadline of N working days is the close of
business of the N-th working day after it; nothing is ever guessed outside the loaded years.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from typing import Self
from zoneinfo import ZoneInfo

ZONE_NAME = "Asia/Shanghai"
OPENS_AT = time(9)
CLOSES_AT = time(18)
VERSION_HEX_DIGITS = 12
MICROSECOND = timedelta(microseconds=1)

Pause = tuple[datetime, datetime]


class CalendarYearMissing(ValueError):
    """A day outside the loaded years was needed. Names the year and the way to load it."""

    def __init__(self, year: int, first_year: int, last_year: int) -> None:
        self.year = year
        super().__init__(
            f"the working calendar covers {first_year} to {last_year} and does not know {year};"
            " load that year's table: yousu calendar load FILE"
        )


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days of whole, contiguous years are worked. Build it with `WorkingCalendar.of`.

    Moments taken are aware (ValueError otherwise); moments given back are in UTC.
    Every method raises CalendarYearMissing when it needs a day outside first_day..last_day.
    """

    version: str
    first_day: date
    last_day: date
    opens_at: time
    closes_at: time
    zone: ZoneInfo
    # worked_before[i]: how many working days lie before the i-th day of the calendar.
    _worked_before: tuple[int, ...] = field(repr=False, compare=False)
    _working_days: tuple[date, ...] = field(repr=False, compare=False)
    _closings: tuple[datetime, ...] = field(repr=False, compare=False)
    _first_ordinal: int = field(repr=False, compare=False)
    # In microseconds: since midnight, and how long a working day is.
    _opening: int = field(repr=False, compare=False)
    _day_length: int = field(repr=False, compare=False)

    @classmethod
    def of(
        cls,
        days: Mapping[date, bool],
        *,
        opens_at: time = OPENS_AT,
        closes_at: time = CLOSES_AT,
        zone: ZoneInfo | None = None,
    ) -> Self:
        """From every day of whole years without a gap to whether it is worked. ValueError if not.

        The version is a hash of all that a deadline depends on, so equal versions mean equal
        deadlines. The zone is Asia/Shanghai unless told otherwise.
        """
        if opens_at.tzinfo or closes_at.tzinfo or not opens_at < closes_at:
            raise ValueError("opens_at must be before closes_at, both without a zone")
        local_zone = zone or ZoneInfo(ZONE_NAME)
        ordered = sorted(days)
        _require_whole_years(ordered)
        working = tuple(day for day in ordered if days[day])
        return cls(
            version=_version(days, ordered, opens_at, closes_at, local_zone),
            first_day=ordered[0],
            last_day=ordered[-1],
            opens_at=opens_at,
            closes_at=closes_at,
            zone=local_zone,
            _worked_before=tuple(accumulate((int(days[day]) for day in ordered), initial=0)),
            _working_days=working,
            _closings=tuple(
                datetime.combine(day, closes_at, local_zone).astimezone(UTC) for day in working
            ),
            _first_ordinal=ordered[0].toordinal(),
            _opening=_microseconds(opens_at),
            _day_length=_microseconds(closes_at) - _microseconds(opens_at),
        )

    def __hash__(self) -> int:
        return hash(self.version)  # it names the content: no need to walk through all days

    # Days

    def local_date(self, moment: datetime) -> date:
        """The date on the city's wall calendar at that moment. Works outside the loaded years."""
        return self._local(moment).date()

    def is_working_day(self, day: date) -> bool:
        index = self._index(day)
        return self._worked_before[index + 1] > self._worked_before[index]

    def add_working_days(self, day: date, working_days: int) -> date:
        """The N-th working day after `day`, which need not be one itself; N >= 1."""
        return self._working_days[self._nth_after(self._index(day), working_days)]

    def working_days_between(self, start_day: date, end_day: date) -> int:
        """Working days after start_day, up to and including end_day; negative if it is earlier."""
        return (
            self._worked_before[self._index(end_day) + 1]
            - self._worked_before[self._index(start_day) + 1]
        )

    # Deadlines

    def due_at(self, start: datetime, working_days: int) -> datetime:
        """Close of business of the N-th working day after the local day of `start`; N >= 1."""
        # Called for every ticket: one conversion and two look-ups, no helper that takes a date.
        index = self._local(start).toordinal() - self._first_ordinal
        if not 0 <= index < len(self._worked_before) - 1:
            raise self._missing(self._local(start).year)
        return self._closings[self._nth_after(index, working_days)]

    def close_of(self, day: date) -> datetime:
        """The close of business of a day, or of the first working day after it."""
        nth = self._worked_before[self._index(day)]
        if nth == len(self._closings):
            raise self._missing(self.last_day.year + 1)
        return self._closings[nth]

    def extend(self, due: datetime, working_days: int) -> datetime:
        """The deadline N working days further on; N >= 1."""
        return self.due_at(due, working_days)

    def shift(self, due: datetime, paused_from: datetime, paused_to: datetime) -> datetime:
        """The deadline after one suspension: later by the working days the suspension took.

        The day it began counts as used, the day it ended as lost. A deadline cannot break while
        its clock stands still, so the result lies after `paused_to`. A suspension that begins at
        or after the deadline changes nothing: what is missed stays missed.
        """
        if paused_to < paused_from:
            raise ValueError("a suspension cannot end before it begins")
        if paused_from >= due:
            return due.astimezone(UTC)
        lost = self.working_days_between(self.local_date(paused_from), self.local_date(paused_to))
        moved = self.extend(due, lost) if lost else due.astimezone(UTC)
        return moved if moved > paused_to else self._first_close_after(paused_to)

    def shift_by_all(self, due: datetime, pauses: Iterable[Pause]) -> datetime:
        """The deadline after several suspensions; time covered by two of them counts once."""
        for paused_from, paused_to in union_of_pauses(pauses):
            due = self.shift(due, paused_from, paused_to)
        return due

    def point_between(self, start: datetime, due: datetime, fraction: float) -> datetime:
        """When `fraction` (0 < fraction < 1) of the working time from start to due is used.

        Never before start, always before due, and in opening hours of a working day: nobody is
        reminded at midnight or on a weekend. ValueError if there is no working time between.
        """
        if not 0 < fraction < 1:
            raise ValueError("the fraction must lie between 0 and 1")
        used_from = self._worked(start)
        total = self._worked(due) - used_from
        if total <= 0:
            raise ValueError("there is no working time between start and due")
        # Below 2**53 microseconds (285 years) a float below 1 times total stays below total.
        return self._moment_when_worked(used_from + int(total * fraction))

    # Tables

    def _local(self, moment: datetime) -> datetime:
        if moment.utcoffset() is None:
            raise ValueError("the time has no zone")
        try:
            return moment.astimezone(self.zone)
        except OverflowError:  # the first or last hours datetime can express
            raise self._missing(moment.year) from None

    def _index(self, day: date) -> int:
        if isinstance(day, datetime):
            raise TypeError("a date is needed; local_date() gives that of a moment")
        index = day.toordinal() - self._first_ordinal
        if not 0 <= index < len(self._worked_before) - 1:
            raise self._missing(day.year)
        return index

    def _nth_after(self, index: int, working_days: int) -> int:
        if working_days < 1:
            raise ValueError("the number of working days must be at least 1")
        nth = self._worked_before[index + 1] + working_days - 1
        if nth >= len(self._working_days):
            raise self._missing(self.last_day.year + 1)
        return nth

    def _missing(self, year: int) -> CalendarYearMissing:
        return CalendarYearMissing(year, self.first_day.year, self.last_day.year)

    def _first_close_after(self, moment: datetime) -> datetime:
        index = bisect_right(self._closings, moment)
        if index == len(self._closings):
            raise self._missing(self.last_day.year + 1)
        return self._closings[index]

    def _worked(self, moment: datetime) -> int:
        """Microseconds of working time from the calendar's beginning to `moment`."""
        local = self._local(moment)
        index = local.toordinal() - self._first_ordinal
        if not 0 <= index < len(self._worked_before) - 1:
            raise self._missing(local.year)
        before = self._worked_before[index]
        whole = before * self._day_length
        if self._worked_before[index + 1] == before:
            return whole
        since_opening = _microseconds(local) - self._opening
        return whole + min(max(since_opening, 0), self._day_length)

    def _moment_when_worked(self, worked: int) -> datetime:
        nth, since_opening = divmod(worked, self._day_length)
        opening = datetime.combine(self._working_days[nth], self.opens_at)
        local = opening + since_opening * MICROSECOND
        return local.replace(tzinfo=self.zone).astimezone(UTC)


def union_of_pauses(pauses: Iterable[Pause]) -> list[Pause]:
    """The same suspended time as separate pauses in order; touching ones become one."""
    joined: list[Pause] = []
    for begin, end in sorted(pauses):
        if end < begin:
            raise ValueError("a suspension cannot end before it begins")
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _microseconds(clock: time | datetime) -> int:
    """Since midnight."""
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1_000_000 + clock.microsecond


def _require_whole_years(ordered: list[date]) -> None:
    if not ordered:
        raise ValueError("a working calendar needs at least one year")
    first, last = ordered[0], ordered[-1]
    if (first.month, first.day) != (1, 1) or (last.month, last.day) != (12, 31):
        raise ValueError(f"a working calendar covers whole years, not {first} to {last}")
    if last.toordinal() - first.toordinal() + 1 != len(ordered):
        gap = next(a for a, b in pairwise(ordered) if (b - a).days != 1)
        raise ValueError(f"the working calendar has no {gap + timedelta(days=1)}")


def _version(
    days: Mapping[date, bool], ordered: list[date], opens_at: time, closes_at: time, zone: ZoneInfo
) -> str:
    worked = "".join("1" if days[day] else "0" for day in ordered)
    content = "\n".join(
        (zone.key, opens_at.isoformat(), closes_at.isoformat(), ordered[0].isoformat(), worked)
    )
    return hashlib.sha256(content.encode()).hexdigest()[:VERSION_HEX_DIGITS]
