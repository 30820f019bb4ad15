"""Units in the order of their work, fairly: few cases make nobody first or last. Pure.

Ranked is the shrunk figure (services/domain/proportions.py), not the plain one: of three cases all
or none may be good by chance. A league table without limits claims more than it knows (Goldstein
and Spiegelhalter, JRSS A 159, 1996), so each figure has its limits, and says whether it differs
from what is common among all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.domain.proportions import Interval, shrunk, wilson
from services.reporting.measure_policy import MeasurePolicy
from services.reporting.measures import BY_KEY, Measured, measure
from services.reporting.ranking_policy import RankingPolicy

DIGITS = 6  # of a score: what is equal so far shares its place
LESS_IS_BETTER = frozenset({"return_rate", "redo_rate", "overdue_rate", "accept_overdue_rate"})
Compared = Literal["above", "below", "as_all"]
Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One measure of a unit. share: 0 to 1, the more the better; low, high: its limits; score:
    shrunk towards `common`, the share among all units that are compared."""

    key: str
    measured: Measured
    share: float
    low: float
    high: float
    score: float
    common: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """place: equal scores share one. compared: whether the limits leave out what is common."""

    place: int
    unit: str
    score: float
    low: float
    high: float
    compared: Compared
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class TooFew:
    """Not ranked: in one of the measures it has fewer cases than the policy asks for."""

    unit: str
    parts: tuple[Part, ...]
    cases: int  # in the measure where it has fewest


@dataclass(frozen=True, slots=True)
class Ranking:
    """best first. common: the composite (or the one measure) of all that are compared; None where
    there was nothing to measure at all. nothing: units with nothing to measure."""

    ranked: tuple[Ranked, ...]
    too_few: tuple[TooFew, ...]
    nothing: tuple[str, ...]
    common: float | None


def rank_units(
    counts: Mapping[str, Counts],
    weights: Mapping[str, float],
    policy: RankingPolicy,
    measures: MeasurePolicy,
) -> Ranking:
    """counts: unit → kind of count → how many. weights: of one measure, or of several."""
    total = sum(weights.values())
    share_of = {key: weight / total for key, weight in weights.items()}
    common = _common(counts.values(), share_of, measures)
    found = {unit: _parts(one, common, policy, measures) for unit, one in counts.items()}
    enough, few, nothing = [], [], []
    for unit, parts in sorted(found.items()):
        cases = min((part.measured.denominator for part in parts), default=0)
        if not parts:
            nothing.append(unit)
        elif len(parts) < len(common) or cases < policy.minimum_count:
            few.append(TooFew(unit, parts, cases if len(parts) == len(common) else 0))
        else:
            enough.append((unit, parts))
    known = {key: share_of[key] for key in common}
    return Ranking(
        ranked=_ranked(enough, known),
        too_few=tuple(sorted(few, key=lambda one: (-one.cases, one.unit))),
        nothing=tuple(nothing),
        common=_weighed(common, known) if common else None,
    )


def _common(
    counts: Iterable[Counts], keys: Iterable[str], policy: MeasurePolicy
) -> dict[str, float]:
    """Key → share among all together; without measures of which nobody has a case."""
    sums: dict[str, int] = {}
    for one in counts:
        for kind, n in one.items():
            sums[kind] = sums.get(kind, 0) + n
    shares = {key: _share(key, measure(BY_KEY[key], sums, policy)) for key in keys}
    return {key: share for key, share in shares.items() if share is not None}


def _share(key: str, measured: Measured) -> float | None:
    """The more the better, between 0 and 1; None where there was nothing to measure.

    A return may be counted in another period than its routing: then more than all were returned.
    """
    if measured.denominator <= 0:
        return None
    value = min(1.0, max(0.0, float(measured.numerator / measured.denominator)))
    return 1 - value if key in LESS_IS_BETTER else value


def _parts(
    counts: Counts, common: Mapping[str, float], policy: RankingPolicy, measures: MeasurePolicy
) -> tuple[Part, ...]:
    parts = []
    for key, all_share in common.items():
        measured = measure(BY_KEY[key], counts, measures)
        share = _share(key, measured)
        if share is None:
            continue
        cases = measured.denominator
        limits = wilson(share, cases, policy.confidence)
        score = shrunk(share * cases, cases, all_share, policy.prior_weight)
        parts.append(Part(key, measured, share, *limits, score, all_share))
    return tuple(parts)


def _ranked(
    units: Sequence[tuple[str, tuple[Part, ...]]], weights: Mapping[str, float]
) -> tuple[Ranked, ...]:
    scored = [
        (round(_weighed({part.key: part.score for part in parts}, weights), DIGITS), unit, parts)
        for unit, parts in units
    ]
    scored.sort(key=lambda one: (-one[0], one[1]))
    places = {score: place for place, (score, _, _) in reversed(list(enumerate(scored, start=1)))}
    return tuple(_line(places[score], score, unit, parts, weights) for score, unit, parts in scored)


def _line(
    place: int, score: float, unit: str, parts: tuple[Part, ...], weights: Mapping[str, float]
) -> Ranked:
    """Limits of a composite: as if all its measures erred the same way, so never too narrow."""
    low = _weighed({part.key: part.low for part in parts}, weights)
    high = _weighed({part.key: part.high for part in parts}, weights)
    common = _weighed({part.key: part.common for part in parts}, weights)
    return Ranked(place, unit, score, low, high, _compared(Interval(low, high), common), parts)


def _compared(limits: Interval, common: float) -> Compared:
    if limits.low > common:
        return "above"
    return "below" if limits.high < common else "as_all"


def _weighed(shares: Mapping[str, float], weights: Mapping[str, float]) -> float:
    total = sum(weights[key] for key in shares)
    return sum(weights[key] * share for key, share in shares.items()) / total
