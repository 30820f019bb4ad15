"""The whole city day by day: all that is told, and each item's part of it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.findings.chance import Floats
from services.findings.codes import Numbers
from services.findings.policy import BaselinePolicy


class CityDays(NamedTuple):
    """Sums from the first day up to before each day: [item, day], and of all items [day]."""

    items: Floats
    all: Floats
    policy: BaselinePolicy

    @property
    def days(self) -> int:
        return len(self.all) - 1

    def item(self, item: Numbers, first: Numbers, end: Numbers) -> Floats:
        """Reports of the items from a day to before a day; days outside are empty."""
        return self.items[item, self._inside(end)] - self.items[item, self._inside(first)]

    def total(self, first: Numbers, end: Numbers) -> Floats:
        return self.all[self._inside(end)] - self.all[self._inside(first)]

    def part(self, item: Numbers, first: Numbers, end: Numbers, without: Floats) -> Floats:
        """The item's usual part of all reports around a window, without so many in it: the highest
        of before, after and meanwhile elsewhere, so that a season that begins surprises nobody.

        Divided by all that is told on the same days, weekdays and holidays fall out.
        """
        span = self.policy.season_days
        nothing, usual = np.zeros_like(without), self.usual(item, without)
        before = self.part_of(item, first - span, first, nothing, usual)
        after = self.part_of(item, end, end + span, nothing, usual)
        meanwhile = self.part_of(item, first, end, without, usual)
        return np.maximum(np.maximum(before, after), meanwhile)

    def usual(self, item: Numbers, without: Floats) -> Floats:
        """The item's part of all reports, without so many of them."""
        told = np.maximum(self.items[item, -1] - without, 0)
        part: Floats = told / np.maximum(self.all[-1] - without, 1.0)
        return part

    def part_of(
        self, item: Numbers, first: Numbers, end: Numbers, without: Floats, usual: Floats
    ) -> Floats:
        """The item's part of what is told in these days, mixed with its usual one."""
        mixed = self.policy.smoothing
        told = np.maximum(self.item(item, first, end) - without, 0)
        total = np.maximum(self.total(first, end) - without, 0)
        part: Floats = (told + mixed * usual) / (total + mixed)
        return part

    def _inside(self, day: Numbers) -> Numbers:
        return np.clip(day, 0, self.days)


def city_days(
    item: Numbers, day: Numbers, items: int, days: int, policy: BaselinePolicy
) -> CityDays:
    """item: NONE counts among all. day: from 0."""
    known = item >= 0
    counts = np.bincount(item[known] * days + day[known], minlength=items * days)
    return CityDays(
        items=_sums(counts.reshape(items, days)),
        all=_sums(np.bincount(day, minlength=days)),
        policy=policy,
    )


def _sums(counts: NDArray[np.int64]) -> Floats:
    before = np.zeros((*counts.shape[:-1], 1))
    return np.concatenate([before, np.cumsum(counts, axis=-1, dtype=np.float64)], axis=-1)
