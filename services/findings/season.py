"""Seasons of items, out of earlier years: each month's part of an item against its usual part."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from services.findings.chance import Floats
from services.findings.codes import Codes, Numbers
from services.findings.tellings import Tellings

MONTHS = 12
MONTH_TICKETS_MIN = 50  # of all items: a month with fewer tells nothing


class Months(NamedTuple):
    """Counts by month of the year, January first, over all years that are known.

    of_item: [item, month]; all: of every item. season_index: 1 where a month is as the year, NaN
    where the month is not known.
    """

    items: tuple[str, ...]
    of_item: Floats
    all: Floats

    def season_index(self, item: int) -> Floats:
        known = self.all >= MONTH_TICKETS_MIN
        part = np.where(known, self.of_item[item] / np.maximum(self.all, 1), np.nan)
        usual = np.nanmean(part) if known.any() else 0.0
        return part / usual if usual > 0 else np.where(known, 0.0, np.nan)


class Season(NamedTuple):
    """A run of months from the first (1 to 12) on. heights: the index of each."""

    first: int
    heights: tuple[float, ...]

    @property
    def months(self) -> int:
        return len(self.heights)


def months_of(told: Tellings, first_day: int) -> Months:
    month = month_numbers(told.day + first_day)
    items = len(told.item.names)
    known = told.item.of >= 0
    of_item = np.bincount(told.item.of[known] * MONTHS + month[known], minlength=items * MONTHS)
    return Months(
        told.item.names,
        of_item.reshape(items, MONTHS).astype(np.float64),
        np.bincount(month, minlength=MONTHS).astype(np.float64),
    )


def month_numbers(ordinals: Numbers) -> Numbers:
    """0 to 11."""
    if not len(ordinals):
        return np.empty(0, np.int64)
    low, high = int(ordinals.min()), int(ordinals.max())
    table = np.array([date.fromordinal(at).month - 1 for at in range(low, high + 1)], np.int64)
    return table[ordinals - low]


def season_of(index: Floats, index_min: float, months_max: int, near: int) -> Season | None:
    """The run of high months that `near` (0 to 11) lies in or that begins soonest after it; None if
    there is none, or it is no season but most of the year."""
    high = np.nan_to_num(index) >= index_min
    if not high.any() or high.all():
        return None
    start = near
    while not high[start]:
        start = (start + 1) % MONTHS
    while high[start - 1]:
        start = (start - 1) % MONTHS
    length = 1
    while high[(start + length) % MONTHS]:
        length += 1
    if length > months_max:
        return None
    of = tuple(round(float(index[(start + at) % MONTHS]), 2) for at in range(length))
    return Season(start + 1, of)


@dataclass(frozen=True, slots=True)
class Trend:
    """An item in an area: the last days against as many before, or against the same a year ago.

    direction: "rising", "falling" or "steady"; before is scaled to all that was told then and now.
    """

    item: str
    area: str
    days: int
    count: int
    before: float
    against: str
    direction: str


TREND_DAYS, YEAR_DAYS = 91, 364
SURE = 3.0  # standard deviations of a difference of two counts, as square roots


def trends_of(told: Tellings, area: Codes, days: int) -> list[Trend]:
    """Those that are surely rising or falling, the greatest change first."""
    against, shift = (
        ("year", YEAR_DAYS) if days >= YEAR_DAYS + TREND_DAYS else ("before", TREND_DAYS)
    )
    now = told.day >= days - TREND_DAYS
    then = (told.day >= days - TREND_DAYS - shift) & (told.day < days - shift)
    places = len(area.names)
    known = (told.item.of >= 0) & (area.of >= 0)
    cell = told.item.of * places + area.of
    size = len(told.item.names) * places
    counts = np.bincount(cell[known & now], minlength=size).astype(np.float64)
    scale = now.sum() / max(int(then.sum()), 1)
    before = np.bincount(cell[known & then], minlength=size) * scale
    change = 2 * (np.sqrt(counts + 0.375) - np.sqrt(before + 0.375)) / np.sqrt(1 + scale)
    rows = np.flatnonzero(np.abs(change) >= SURE)
    return [
        Trend(
            told.item.names[at // places],
            area.names[at % places],
            TREND_DAYS,
            int(counts[at]),
            round(float(before[at]), 1),
            against,
            "rising" if change[at] > 0 else "falling",
        )
        for at in rows[np.argsort(-np.abs(change[rows]), kind="stable")]
    ]
