"""共性: an item that is told more than its past, its season and the day explain, in many areas."""

import numpy as np

from services.findings.candidates import Candidate
from services.findings.chance import Floats, strength, tail
from services.findings.city_days import CityDays, city_days
from services.findings.codes import Numbers
from services.findings.policy import FindingPolicy
from services.findings.scan import discoveries_limit
from services.findings.tellings import Tellings

CITY = "city"
LENGTHS = (3, 5, 7, 10, 14, 18, 21, 28, 35, 42, 60)
YEAR = 364  # the same weekday
WEEK = 7
APART_DAYS = 7
BEFORE_DAYS_MIN = 10  # what is new can only be told from what was before


def common_of(told: Tellings, days: int, policy: FindingPolicy) -> list[Candidate]:
    """told: without what is concentrated in one place. The strongest first."""
    items = len(told.item.names)
    if not items:
        return []
    city = city_days(told.item.of, told.day, items, days, policy.baseline)
    lengths = [length for length in LENGTHS if length <= policy.common.days_max]
    spread = _Spread(told)
    found = [
        candidate
        for item in range(items)
        for candidate in _of_item(item, city, lengths, spread, policy)
    ]
    questions = float(items) * days * len(lengths)
    limit = discoveries_limit([one.chance for one in found], questions, policy.false_share)
    return sorted((one for one in found if one.chance <= limit), key=lambda one: one.chance)


def _of_item(
    item: int, city: CityDays, lengths: list[int], spread: "_Spread", policy: FindingPolicy
) -> list[Candidate]:
    first = np.repeat(np.arange(city.days), len(lengths))
    end = np.minimum(first + np.tile(lengths, city.days), city.days)
    numbers = np.full(len(first), item)
    count = city.item(numbers, first, end)
    level, known = _level(city, numbers, first, end)
    expected = city.total(first, end) * level
    likely = (first >= BEFORE_DAYS_MIN) & (count >= policy.common.count_min)
    likely &= count >= policy.common.ratio_min * expected
    first, end, known = first[likely], end[likely], known[likely]
    count, expected = count[likely], expected[likely]
    chosen: list[Candidate] = []
    for at in np.argsort(-strength(count, expected), kind="stable"):
        span = (int(first[at]), int(end[at]))
        if any(_touch(span, (one.first, one.last + 1)) for one in chosen):
            continue
        chance = _chance(city, item, span, count[at : at + 1], expected[at : at + 1], known[at])
        if chance > policy.common.chance_max:
            continue
        candidate = spread.candidate(item, span, float(expected[at]), chance)
        if spread.is_wide(candidate, policy):
            chosen.append(candidate)
    return chosen


def _level(city: CityDays, item: Numbers, first: Numbers, end: Numbers) -> tuple[Floats, Floats]:
    """(level, tickets that it rests on): the item's part of all tickets, the highest of before,
    after, and the same days of the year before; of both sides together where neither is long.

    One more than was told, so that what was never told before is not thought impossible.
    """
    span = city.policy.season_days
    before, after = (first - span, first), (end, end + span)
    earlier = (first - YEAR, end - YEAR)
    told = [city.item(item, *days) + 1 for days in (before, after, earlier)]
    total = [np.maximum(city.total(*days), 1) for days in (before, after, earlier)]
    both = told[0] + told[1] - 1, total[0] + total[1]
    long = [first >= WEEK, end + WEEK <= city.days, first >= YEAR]
    level, known = both[0] / both[1], both[0]
    level = np.where(long[0] | long[1], 0.0, level)
    for one, of, is_long in zip(told, total, long, strict=True):
        higher = is_long & (one / of > level)
        level, known = np.where(higher, one / of, level), np.where(higher, one, known)
    return level, known


def _chance(
    city: CityDays,
    item: int,
    span: tuple[int, int],
    count: Floats,
    expected: Floats,
    known: float,
) -> float:
    """By how much the item's weeks usually vary (rain comes in bursts, year after year), and how
    much is known of its level."""
    first = np.arange(0, city.days - WEEK + 1, WEEK)
    near = city.policy.season_days
    first = first[(first + WEEK + near <= span[0]) | (first >= span[1] + near)]
    numbers = np.full(len(first), item)
    usual = city.total(first, first + WEEK) * _around(city, numbers, first)
    sure = usual >= 1
    told = city.item(numbers, first, first + WEEK)[sure]
    varies = np.mean((told - usual[sure]) ** 2 / usual[sure]) if sure.any() else 1.0
    shape = np.minimum(expected / max(float(varies) - 1.0, 1e-3), known)
    return float(tail(count, expected, shape)[0])


def _around(city: CityDays, item: Numbers, first: Numbers) -> Floats:
    span, nothing = city.policy.season_days, np.zeros(len(first))
    usual = city.usual(item, nothing)
    return city.part_of(item, first - span, first + WEEK + span, nothing, usual)


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] + APART_DAYS and other[0] < one[1] + APART_DAYS


class _Spread:
    """Tellings by item and day, to see where a problem is."""

    def __init__(self, told: Tellings) -> None:
        self._told = told
        self._order = np.lexsort((told.day, told.item.of))
        self._item = told.item.of[self._order]
        self._day = told.day[self._order]

    def candidate(
        self, item: int, span: tuple[int, int], expected: float, chance: float
    ) -> Candidate:
        rows = self._rows(item, span)
        return Candidate(
            family=CITY,
            item=self._told.item.names[item],
            place="",
            first=int(self._told.day[rows].min()),
            last=int(self._told.day[rows].max()),
            tickets=self._told.ticket[rows],
            expected=expected,
            chance=chance,
        )

    def is_wide(self, candidate: Candidate, policy: FindingPolicy) -> bool:
        item = self._told.item.names.index(candidate.item)
        rows = self._rows(item, (candidate.first, candidate.last + 1))
        districts, streets = self._told.district.of[rows], self._told.street.of[rows]
        placed = districts[districts >= 0]
        if not len(placed):
            return False
        largest = np.bincount(placed).max() / len(placed)
        return bool(
            len(np.unique(placed)) >= policy.common.districts_min
            and len(np.unique(streets[streets >= 0])) >= policy.common.streets_min
            and largest <= policy.common.one_district_max
        )

    def _rows(self, item: int, span: tuple[int, int]) -> Numbers:
        low, high = np.searchsorted(self._item, [item, item + 1])
        start, end = np.searchsorted(self._day[low:high], span)
        return self._order[low + start : low + end]
