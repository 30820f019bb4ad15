"""Whether a topic helped: requests of its kind before it was adopted and after it was closed. Pure.

Many topics have a season (heating): besides the averages, each month after is held against the
same month before the topic.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

MONTHS_MAX = 12
SHOWN_MONTHS_MAX = 24


class MonthCounts(NamedTuple):
    """Requests opened in a month. came_back: reopened, or found not to hold when looked at again.
    asked: residents who said how satisfied they are; satisfied: of these, 满意 or 基本满意."""

    requests: int = 0
    came_back: int = 0
    asked: int = 0
    satisfied: int = 0


class Span(NamedTuple):
    """Over whole months, first to last (YYYY-MM). Rates from 0 to 1; None where nobody counted."""

    first: str
    last: str
    months: int
    requests: int
    requests_a_month: float
    came_back_rate: float | None
    satisfied_rate: float | None


class SameMonth(NamedTuple):
    """A month after the topic, and the same month of the last year before it."""

    month: str
    requests: int
    earlier_month: str
    earlier_requests: int


class Effect(NamedTuple):
    """before, after: None without a whole month. change, same_months_change: after ÷ before - 1;
    None where there is nothing to divide by."""

    before: Span | None
    after: Span | None
    change: float | None
    same_months: tuple[SameMonth, ...]
    same_months_change: float | None


def effect_of(
    counts: Mapping[str, MonthCounts],
    counted_from: date,
    adopted_on: date,
    closed_on: date | None,
    today: date,
) -> Effect:
    """counts: by YYYY-MM; a month that is absent had none. counted_from: the first day counted.

    At most the twelve whole months before the month of adoption, and after that of closing.
    """
    before_months = _months_before(_month(adopted_on), _first_whole_month(counted_from))
    after_months = _months_after(_month(closed_on), _month(today)) if closed_on else []
    before, after = _span(counts, before_months), _span(counts, after_months)
    pairs = tuple(_same_months(counts, after_months, before_months))
    return Effect(
        before=before,
        after=after,
        change=_change(
            before.requests_a_month if before else 0, after.requests_a_month if after else None
        ),
        same_months=pairs,
        same_months_change=_change(
            sum(one.earlier_requests for one in pairs),
            sum(one.requests for one in pairs) if pairs else None,
        ),
    )


def every_month(
    counts: Mapping[str, MonthCounts], counted_from: date, today: date
) -> Iterable[tuple[str, MonthCounts]]:
    """The last SHOWN_MONTHS_MAX up to this one, also those in which there was nothing."""
    current = _month(today)
    for month in range(max(_month(counted_from), current - SHOWN_MONTHS_MAX + 1), current + 1):
        yield _name(month), counts.get(_name(month), MonthCounts())


def _months_before(month: int, first: int) -> Sequence[int]:
    return range(max(first, month - MONTHS_MAX), month)


def _months_after(month: int, current: int) -> Sequence[int]:
    return range(month + 1, min(current, month + 1 + MONTHS_MAX))


def _span(counts: Mapping[str, MonthCounts], months: Sequence[int]) -> Span | None:
    if not months:
        return None
    found = [counts.get(_name(month), MonthCounts()) for month in months]
    requests, came_back, asked, satisfied = (sum(column) for column in zip(*found, strict=True))
    return Span(
        first=_name(months[0]),
        last=_name(months[-1]),
        months=len(months),
        requests=requests,
        requests_a_month=requests / len(months),
        came_back_rate=came_back / requests if requests else None,
        satisfied_rate=satisfied / asked if asked else None,
    )


def _same_months(
    counts: Mapping[str, MonthCounts], after: Sequence[int], before: Sequence[int]
) -> Iterable[SameMonth]:
    known = {month % 12: month for month in before}
    for month in after:
        if month % 12 in known:
            earlier = known[month % 12]
            names = _name(month), _name(earlier)
            now, then = (counts.get(name, MonthCounts()).requests for name in names)
            yield SameMonth(names[0], now, names[1], then)


def _change(before: float, after: float | None) -> float | None:
    return after / before - 1 if before and after is not None else None


def _month(day: date) -> int:
    """Months since year 0, so that they can be counted."""
    return day.year * 12 + day.month - 1


def _first_whole_month(day: date) -> int:
    return _month(day) + (day.day > 1)


def _name(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"
