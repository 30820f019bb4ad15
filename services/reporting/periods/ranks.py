"""Units in the order of their work, each among those of its level."""

from collections.abc import Iterator, Mapping

from services.platform.names import Names
from services.reporting.measure_policy import MeasurePolicy
from services.reporting.periods.comparing import Counts
from services.reporting.periods.model import RankLine
from services.reporting.ranking import Ranked, TooFew, rank_units
from services.reporting.ranking_policy import RankingPolicy

DIGITS = 4
NO_LEVEL = 0  # of a unit that the directory does not know


def ranking_lines(
    by_unit: Mapping[str, Counts], names: Names, policy: RankingPolicy, measures: MeasurePolicy
) -> tuple[RankLine, ...]:
    """Level by level: the ranked, best first, then those with too few cases."""
    levels: dict[int, dict[str, Counts]] = {}
    for unit, counts in by_unit.items():
        levels.setdefault(names.levels.get(unit, NO_LEVEL), {})[unit] = counts
    return tuple(
        line
        for level in sorted(levels)
        for line in _level(level, levels[level], names, policy, measures)
    )


def _level(
    level: int,
    units: Mapping[str, Counts],
    names: Names,
    policy: RankingPolicy,
    measures: MeasurePolicy,
) -> Iterator[RankLine]:
    ranking = rank_units(units, policy.weights, policy, measures)
    for one in ranking.ranked:
        yield _ranked(level, one, names)
    for few in ranking.too_few:
        yield _too_few(level, few, names)


def _ranked(level: int, one: Ranked, names: Names) -> RankLine:
    return RankLine(
        level=level,
        place=one.place,
        code=one.unit,
        name=names.units.get(one.unit, one.unit),
        score=round(one.score, DIGITS),
        low=round(one.low, DIGITS),
        high=round(one.high, DIGITS),
        compared=one.compared,
        cases=min(part.measured.denominator for part in one.parts),
    )


def _too_few(level: int, few: TooFew, names: Names) -> RankLine:
    return RankLine(
        level=level,
        place=None,
        code=few.unit,
        name=names.units.get(few.unit, few.unit),
        score=None,
        low=None,
        high=None,
        compared=None,
        cases=few.cases,
    )
