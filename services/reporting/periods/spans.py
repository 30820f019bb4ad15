"""A period, and the two that it is compared with."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from services.reporting.periods.comparing import Counts, Trio
from services.reporting.periods.model import Span
from services.reporting.periods.period import Period
from services.reporting.periods.reading import Counted


class Bases(NamedTuple):
    """None where there is nothing to compare with. begins: the first day that the log tells of."""

    previous: Counted | None
    year_before: Counted | None
    begins: date | None

    def trio(self, now: Counted, counts: Callable[[Counted], Counts]) -> Trio:
        previous, year_before = (one and counts(one) for one in self[:2])
        return Trio(counts(now), previous, year_before)


def span_of(period: Period) -> Span:
    return Span(
        kind=period.kind,
        code=period.code,
        first=period.first,
        last=period.last,
        label=period.label_zh,
        label_en=period.label_en,
    )


def days_of(period: Period) -> Iterator[date]:
    return (period.first + timedelta(days=n) for n in range(period.days))
