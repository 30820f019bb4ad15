"""The period that contains a day: day, week (Monday to Sunday), calendar month, calendar year."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

PeriodKind = Literal["daily", "weekly", "monthly", "annual"]
KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)
WEEKDAYS_ZH = "一二三四五六日"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """Local calendar days, both included."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def code(self) -> str:
        """`2026-03-20`, `2026-W12`, `2026-03`, `2026`: for names of files."""
        if self.kind == "daily":
            return self.first.isoformat()
        if self.kind == "weekly":
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return self.first.isoformat()[: 7 if self.kind == "monthly" else 4]

    @property
    def label_zh(self) -> str:
        first, last = self.first, self.last
        if self.kind == "daily":
            return f"{_day_zh(first)}（星期{WEEKDAYS_ZH[first.weekday()]}）"
        if self.kind == "weekly":
            year, week, _ = first.isocalendar()
            return f"{year}年第{week}周（{_day_zh(first)}至{_day_zh(last)}）"
        return f"{first.year}年{first.month}月" if self.kind == "monthly" else f"{first.year}年"

    @property
    def label_en(self) -> str:
        if self.kind == "daily":
            return f"{self.first:%A}, {self.first}"
        if self.kind == "weekly":
            year, week, _ = self.first.isocalendar()
            return f"week {week} of {year} ({self.first} to {self.last})"
        return f"{self.first:%B %Y}" if self.kind == "monthly" else str(self.first.year)

    def previous(self) -> "Period":
        """环比: the period before. ValueError where the calendar begins."""
        return period_of(self.kind, _before(self.first))

    def following(self) -> "Period":
        return period_of(self.kind, self.last + timedelta(days=1))

    def year_before(self) -> "Period":
        """同比: the same day, month or year of last year; the week that began 52 weeks before."""
        if self.kind == "weekly":
            return period_of("weekly", self.first - 52 * WEEK)
        return period_of(self.kind, _same_day(self.first, self.first.year - 1))


def period_of(kind: PeriodKind, day: date) -> Period:
    """The one that contains the day."""
    if kind == "daily":
        return Period(kind, day, day)
    if kind == "weekly":
        first = day - timedelta(days=day.weekday())
        return Period(kind, first, first + WEEK - timedelta(days=1))
    if kind == "monthly":
        return Period(kind, day.replace(day=1), _last_of_month(day))
    return Period(kind, day.replace(month=1, day=1), day.replace(month=12, day=31))


def _before(day: date) -> date:
    return day - timedelta(days=1)


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _same_day(day: date, year: int) -> date:
    """29 February becomes 28."""
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
