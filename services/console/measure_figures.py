"""Measures, the tickets behind them, and the order of units, as documents of one position."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from services.console.system import System
from services.domain.proportions import wilson
from services.domain.working_time import ZONE_NAME
from services.reporting.at_position import made_at
from services.reporting.measure_policy import (
    MeasurePolicy,
    default_measure_policy,
    load_measure_policy,
)
from services.reporting.measure_reading import counts_by_unit, counts_of, measured_in
from services.reporting.measure_tickets import LIMIT_MAX, MeasuredTicket, Side, tickets_of
from services.reporting.measured_facts import LEFT_OUT
from services.reporting.measures import (
    BY_KEY,
    DEFINITIONS,
    Definition,
    Measured,
    measure,
    taken_out,
)
from services.reporting.ranking import LESS_IS_BETTER, Part, Ranking, rank_units
from services.reporting.ranking_policy import (
    RankingPolicy,
    default_ranking_policy,
    load_ranking_policy,
)
from services.reporting.rows import Query, position_of
from services.reporting.slices import Slice, checked
from services.router.directory import Directory
from services.router.directory.model import UNIT_KINDS

MEASURES_FILE, RANKING_FILE = "measures.toml", "ranking.toml"  # in the data folder: one's own
COMPOSITE = "composite"
LEVELS = ("1", "2", "3", *UNIT_KINDS, "community")
WHY_LEFT_OUT = {**LEFT_OUT, "appeal_upheld": "a unit's appeal (申诉) was upheld"}
ZONE = ZoneInfo(ZONE_NAME)
Json = dict[str, Any]
Made = TypeVar("Made")


class Policies(NamedTuple):
    measures: MeasurePolicy
    ranking: RankingPolicy


def policies_of(system: System) -> Policies:
    """The shipped ones, or those of the data folder. Raises MeasurePolicyInvalid,
    RankingPolicyInvalid."""
    measures = system.settings.data_dir / MEASURES_FILE
    ranking = system.settings.data_dir / RANKING_FILE
    return Policies(
        load_measure_policy(measures) if measures.exists() else default_measure_policy(),
        load_ranking_policy(ranking) if ranking.exists() else default_ranking_policy(),
    )


def measures_document(
    system: System, policies: Policies, part: Slice, key: str | None, position: int | None = None
) -> Json:
    """All measures of a slice, or one. Raises SliceInvalid, PositionUnknown."""
    wanted = DEFINITIONS if key is None else (BY_KEY[key],)
    checked(part)

    def make(query: Query) -> Json:
        counts = counts_of(query, wanted, part)
        lines = [
            definition_document(one)
            | figure_document(measure(one, counts, policies.measures), policies)
            | {"taken_out": _out_of(one, counts)}
            for one in wanted
        ]
        return _head(query, part, policies.measures) | {"measures": lines}

    return made_at(system.log, position, ZONE, make)


def tickets_document(
    system: System,
    policies: Policies,
    part: Slice,
    key: str,
    side: Side = "all",
    after: str = "",
    limit: int = LIMIT_MAX,
    position: int | None = None,
) -> Json:
    """The tickets behind one figure. Raises SliceInvalid, PositionUnknown."""
    definition = BY_KEY[key]
    checked(part)

    def make(query: Query) -> Json:
        page = tickets_of(query, definition, part, policies.measures, side, after, limit)
        figure = measured_in(query, [definition], part, policies.measures)[key]
        return (
            _head(query, part, policies.measures)
            | {"measure": definition_document(definition) | figure_document(figure, policies)}
            | {"side": side, "tickets": [_ticket(one) for one in page.tickets]}
            | {"next_after": page.next_after}
        )

    return made_at(system.log, position, ZONE, make)


def ranking_document(
    system: System,
    policies: Policies,
    part: Slice,
    by: str = COMPOSITE,
    level: str | None = None,
    position: int | None = None,
) -> Json:
    """Units in order. level: 1, 2, 3, or a kind of unit. Raises SliceInvalid, PositionUnknown."""
    weights = policies.ranking.weights if by == COMPOSITE else {by: 1.0}
    definitions = [BY_KEY[key] for key in weights]
    directory = system.directory
    checked(part)

    def make(query: Query) -> Json:
        counts = {
            unit: one
            for unit, one in counts_by_unit(query, definitions, part).items()
            if level is None or _is_of_level(directory, unit, level)
        }
        ranking = rank_units(counts, weights, policies.ranking, policies.measures)
        return (
            _head(query, part, policies.measures)
            | {"by": by, "level": level, "policy": policies.ranking.version}
            | policies.ranking.model_dump(mode="json", exclude={"name", "weights"})
            | {"weights": dict(weights)}
            | {"definitions": [definition_document(one) for one in definitions]}
            | _ranking(ranking, directory)
        )

    return made_at(system.log, position, ZONE, make)


def _head(query: Query, part: Slice, policy: MeasurePolicy) -> Json:
    sliced = {name: getattr(part, name) for name in ("unit", "area", "item", "channel")}
    return {
        "position": position_of(query)[0],
        "from": part.since.isoformat(),
        "to": part.until.isoformat(),
        **{name: value for name, value in sliced.items() if value is not None},
        "measure_policy": policy.version,
    }


def definition_document(definition: Definition) -> Json:
    return {
        "key": definition.key,
        "version": definition.version,
        "name": definition.name_zh,
        "name_en": definition.name_en,
        "definition": definition.definition_zh,
        "definition_en": definition.definition_en,
    }


def figure_document(measured: Measured, policies: Policies) -> Json:
    """low, high: the limits of the share; null where there was nothing to measure."""
    document = {
        "numerator": number(measured.numerator),
        "denominator": measured.denominator,
        "value": None if measured.value is None else float(measured.value),
        "text": measured.percent,
        "low": None,
        "high": None,
    }
    if measured.value is None or not 0 <= measured.value <= 1 or measured.denominator < 0:
        return document
    share = float(measured.numerator / measured.denominator)
    low, high = wilson(share, measured.denominator, policies.ranking.confidence)
    return document | {"low": round(low, 6), "high": round(high, 6)}


def number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _out_of(definition: Definition, counts: Mapping[str, int]) -> int:
    """How many cases appeals have taken out of the denominator."""
    return sum(counts.get(taken_out(kind, definition.key), 0) for kind in definition.denominator)


def _ticket(one: MeasuredTicket) -> Json:
    return {
        "ticket_id": one.ticket_id,
        "numerator": number(one.numerator),
        "denominator": one.denominator,
        "facts": list(one.facts),
        "days": list(one.days),
        "units": [unit for unit in one.units if unit],
        "excluded": [
            {"fact": left.version, "reason": left.reason, "why": WHY_LEFT_OUT[left.reason]}
            | ({"appeal": left.appeal, "detail": left.detail} if left.appeal else {})
            for left in one.excluded
        ],
    }


def _is_of_level(directory: Directory, unit: str, level: str) -> bool:
    found = directory.unit(unit)
    return found is not None and level in (str(found.level), found.kind)


def _ranking(ranking: Ranking, directory: Directory) -> Json:
    def named(code: str) -> Json:
        unit = directory.unit(code)
        return {
            "code": code,
            "name": unit.name if unit else code,
            "level": unit.level if unit else None,
        }

    return {
        "common": None if ranking.common is None else round(ranking.common, 6),
        "ranked": [
            {"place": one.place}
            | named(one.unit)
            | {"score": one.score, "low": round(one.low, 6), "high": round(one.high, 6)}
            | {"compared": one.compared, "measures": [_part(part) for part in one.parts]}
            for one in ranking.ranked
        ],
        "too_few": [
            named(one.unit) | {"cases": one.cases, "measures": [_part(part) for part in one.parts]}
            for one in ranking.too_few
        ],
        "nothing": [named(code) for code in ranking.nothing],
    }


def _part(part: Part) -> Json:
    """low, high, score: of the share that is the more the better."""
    return {
        "key": part.key,
        "less_is_better": part.key in LESS_IS_BETTER,
        "numerator": number(part.measured.numerator),
        "denominator": part.measured.denominator,
        "text": part.measured.percent,
        "low": round(part.low, 6),
        "high": round(part.high, 6),
        "score": round(part.score, 6),
    }
