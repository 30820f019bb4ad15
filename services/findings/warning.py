"""未诉先办: before a season begins, what the one a year ago says of it: where, and how many."""

import calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from scipy.special import pdtr, pdtrik

from services.findings.codes import Numbers
from services.findings.facts import Facts
from services.findings.policy import FindingPolicy
from services.findings.season import MONTHS, Season, months_of, season_of
from services.findings.tellings import Tellings, matters_of
from services.platform.names import Names

PLACES_MAX, EVIDENCE_MAX = 20, 10
LIKELY = 0.9  # so often the true number lies within what is told


@dataclass(frozen=True, slots=True)
class Warned:
    """A season ahead. last_first, last_last: the same days a year ago, which `count` is of.

    growth: this year's tickets of all kinds to those of the same days a year before.
    """

    item: str
    season: Season
    first: date
    last: date
    last_first: date
    last_last: date
    count: int
    growth: float
    tickets: Numbers

    @property
    def expected(self) -> float:
        return self.count * self.growth


def warnings_of(facts: Facts, day: date, policy: FindingPolicy) -> list[Warned]:
    """What begins within the months ahead, the most expected first. From tickets before the day."""
    told = matters_of(facts)
    told = told.only(told.day + facts.first_day < day.toordinal())
    months, growth = months_of(told, facts.first_day), _growth(told, facts, day)
    found = [
        warned
        for item in range(len(months.items))
        if (warned := _warned(item, told, months.season_index(item), facts, day, growth, policy))
    ]
    return sorted(found, key=lambda one: (-one.expected, one.item))


def _warned(
    item: int,
    told: Tellings,
    index: Any,
    facts: Facts,
    day: date,
    growth: float,
    policy: FindingPolicy,
) -> Warned | None:
    rule = policy.season
    season = season_of(index, rule.index_min, rule.months_max, day.month - 1)
    if season is None:
        return None
    first, last = _ahead(season, day)
    if last < day or (first - day).days > 31 * rule.ahead_months:
        return None
    earlier = _year_before(first), _year_before(last)
    ordinal = told.day + facts.first_day
    inside = (ordinal >= earlier[0].toordinal()) & (ordinal <= earlier[1].toordinal())
    rows = np.flatnonzero(inside & (told.item.of == item))
    if earlier[0].toordinal() < facts.first_day or len(rows) < rule.count_min:
        return None
    name = told.item.names[item]
    return Warned(name, season, first, last, *earlier, len(rows), growth, told.ticket[rows])


def _ahead(season: Season, day: date) -> tuple[date, date]:
    """The season's days that the day lies in, or the next ones."""
    if (day.month - season.first) % MONTHS < season.months:  # it has begun
        year = day.year if day.month >= season.first else day.year - 1
    else:
        year = day.year if day.month < season.first else day.year + 1
    months = season.first - 1 + season.months - 1
    end_year, end_month = year + months // MONTHS, months % MONTHS + 1
    last = date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
    return date(year, season.first, 1), last


def _year_before(day: date) -> date:
    """A leap day has none: the day before it then."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _growth(told: Tellings, facts: Facts, day: date) -> float:
    """1 where there is no year to compare with."""
    ordinal = told.day + facts.first_day
    for span in (182, 91, 28):
        then = (day - timedelta(days=span + 364)).toordinal()
        if then < facts.first_day:
            continue
        now = int((ordinal >= day.toordinal() - span).sum())
        before = int(((ordinal >= then) & (ordinal < then + span)).sum())
        if before >= 100:
            return round(min(max(now / before, 0.5), 2.0), 3)
    return 1.0


def warning_document(
    warned: Sequence[Warned], facts: Facts | None, names: Names, day: date, policy: FindingPolicy
) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "rule_version": policy.version,
        "count": len(warned),
        "warnings": [_document(one, facts, names, policy) for one in warned if facts],
    }


def _document(one: Warned, facts: Facts, names: Names, policy: FindingPolicy) -> dict[str, Any]:
    mean = max(one.expected, 1e-9)
    low, high = (poisson_quantile((1 + side * LIKELY) / 2, mean) for side in (-1, 1))
    span = f"{one.last_first}至{one.last_last}"
    return {
        "item": one.item,
        "what": names.item(one.item),
        "first_day": one.first.isoformat(),
        "last_day": one.last.isoformat(),
        "expected": round(one.expected, 1),
        "expected_low": low,
        "expected_high": high,
        "season_index": dict(
            zip(
                [(one.season.first - 1 + at) % MONTHS + 1 for at in range(one.season.months)],
                one.season.heights,
                strict=True,
            )
        ),
        "evidence": {
            "first_day": one.last_first.isoformat(),
            "last_day": one.last_last.isoformat(),
            "count": one.count,
            "growth": one.growth,
        },
        "places": _places(one, facts, names, policy),
        "explanation": (
            f"「{names.item(one.item)}」{one.season.first}月起进入高发期；上一季（{span}）{one.count}件，"
            f"按总量变化{one.growth:g}倍，本季预计{one.expected:.0f}件（{low}至{high}件）。"
        ),
        "explanation_en": (
            f"The season begins in month {one.season.first}; the last one ({one.last_first} to"
            f" {one.last_last}) had {one.count} tickets, all tickets changed by {one.growth:g}:"
            f" {one.expected:.0f} are expected ({low} to {high})."
        ),
    }


def _places(one: Warned, facts: Facts, names: Names, policy: FindingPolicy) -> list[dict[str, Any]]:
    of_area = Counter(int(number) for number in facts.areas.of[one.tickets] if number >= 0)
    units = facts.units
    found: list[dict[str, Any]] = []
    for number, count in sorted(of_area.items(), key=lambda pair: (-pair[1], pair[0])):
        if count < policy.season.place_count_min or len(found) == PLACES_MAX:
            break
        here = one.tickets[facts.areas.of[one.tickets] == number]
        lead = Counter(int(unit) for unit in units.of[here] if unit >= 0).most_common(1)
        code = facts.areas.names[number]
        found.append(
            {
                "area": code,
                "name": names.area(code),
                "count": count,
                "expected": round(count * one.growth, 1),
                "unit": units.names[lead[0][0]] if lead else None,
                "tickets": [facts.tickets[at] for at in here[:EVIDENCE_MAX]],
            }
        )
    return found


def poisson_quantile(share: float, mean: float) -> int:
    """The least count that at least so large a share of cases does not exceed; as `scipy.stats`
    has it, which takes a second to load."""
    count = int(np.ceil(pdtrik(share, mean)))
    less = max(count - 1, 0)
    return less if pdtr(less, mean) >= share else count
