"""日报告: one local day and all days before it, out of the rows and nothing else."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.platform.names import Names
from services.platform.stored_time import stored
from services.reporting.daily_model import DailyReport, Figure, Line, MeasureLine, UnitLine
from services.reporting.daily_overdue import overdue_by_unit, overdue_counts, overdue_lines
from services.reporting.labels import CHANNELS, FLOW, STAGES, UNKNOWN_EN, UNKNOWN_ZH
from services.reporting.measure_policy import MeasurePolicy
from services.reporting.measures import DEFINITIONS, Definition, Measured, measure
from services.reporting.rows import Query, position_of

UNITS_MAX = 20
_SPLIT = "SUM(CASE WHEN {day} = ? THEN {n} ELSE 0 END), SUM({n})"
_COUNTS = (
    f"SELECT measure, {_SPLIT.format(day='day', n='n')} FROM daily_counts"
    " WHERE day <= ? GROUP BY measure"
)
_RECEIVED = (
    f"SELECT channel, {_SPLIT.format(day='day', n='n')} FROM daily_counts"
    " WHERE measure = 'received' AND day <= ? GROUP BY channel"
)
_TICKETS = (
    "SELECT {column}, " + _SPLIT.format(day="opened_day", n="1") + " FROM tickets"
    " WHERE opened_day <= ? GROUP BY {column}"
)
UNIT_MEASURES = ("routed", "accepted", "returned", "resolved", "met_resolve")
_UNITS = (
    f"SELECT unit, measure, {_SPLIT.format(day='day', n='n')} FROM daily_counts"
    f" WHERE measure IN ({', '.join(repr(name) for name in UNIT_MEASURES)}) AND day <= ?"
    " GROUP BY unit, measure"
)
Split = tuple[int, int]  # on the day, in all


def daily_report(
    query: Query, day: date, names: Names, policy: MeasurePolicy, zone: ZoneInfo
) -> DailyReport:
    """`query` must read one unchanging moment of the rows."""
    position, recorded_at = position_of(query)
    as_at = min(recorded_at, end_of_day(day, zone))
    counts = _splits(query, _COUNTS, day)
    overdue = overdue_counts(query, as_at)
    late_units = overdue_by_unit(query, as_at)
    units = _unit_lines(query, day, names, late_units)
    return DailyReport(
        day=day,
        zone=zone.key,
        position=position,
        as_at=as_at or None,
        measure_policy=policy.version,
        fairly_satisfied_weight=float(policy.fairly_satisfied_weight),
        flow=tuple(_flow(counts)),
        by_channel=_lines(_splits(query, _RECEIVED, day), {**CHANNELS, **names.channels}),
        by_stage=_stages(_splits(query, _TICKETS.format(column="stage"), day)),
        by_item=_grouped(query, "item", day, names.top_item, names.items),
        by_area=_grouped(query, "area", day, names.district, names.areas),
        by_unit=units[:UNITS_MAX],
        units=len(units),
        measures=tuple(_measure_lines(counts, policy)),
        overdue=overdue_lines(query, as_at, names),
        overdue_accept=overdue["accept"],
        overdue_resolve=overdue["resolve"],
    )


def end_of_day(day: date, zone: ZoneInfo) -> str:
    """The midnight that ends a local day, in UTC."""
    return stored(datetime.combine(day + timedelta(days=1), time(0), zone))


def _splits(query: Query, statement: str, day: date) -> dict[str, Split]:
    on = day.isoformat()
    return {key or "": (n, total) for key, n, total in query(statement, (on, on))}


def _flow(counts: Mapping[str, Split]) -> Iterable[Line]:
    for key, (name, name_en) in FLOW.items():
        day, total = counts.get(key, (0, 0))
        yield Line(code=key, name=name, name_en=name_en, day=day, total=total)


def _stages(splits: Mapping[str, Split]) -> tuple[Line, ...]:
    """Every stage that can hold a ticket, in the order of a ticket's life, also where it is 0."""
    return tuple(
        Line(
            code=stage,
            name=name,
            name_en=name_en,
            day=splits.get(stage, (0, 0))[0],
            total=splits.get(stage, (0, 0))[1],
        )
        for stage, (name, name_en) in STAGES.items()
        if stage != "new" or stage in splits
    )


def _grouped(
    query: Query, column: str, day: date, group: Callable[[str], str], names: Mapping[str, str]
) -> tuple[Line, ...]:
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, split in _splits(query, _TICKETS.format(column=column), day).items():
        group_sums = sums[group(code) if code else ""]
        group_sums[0] += split[0]
        group_sums[1] += split[1]
    return _lines({code: (n, total) for code, (n, total) in sums.items()}, names)


def _lines(splits: Mapping[str, Split], names: Mapping[str, str]) -> tuple[Line, ...]:
    """Most in all first, then on the day, then by code; what is not known comes last."""
    ordered = sorted(splits.items(), key=lambda pair: (not pair[0], -pair[1][1], pair[0]))
    return tuple(
        Line(
            code=code,
            name=names.get(code, code) if code else UNKNOWN_ZH,
            name_en="" if code else UNKNOWN_EN,
            day=day,
            total=total,
        )
        for code, (day, total) in ordered
    )


def _unit_lines(
    query: Query, day: date, names: Names, late: Mapping[str, int]
) -> tuple[UnitLine, ...]:
    """Units with the most work in all first."""
    on = day.isoformat()
    days: defaultdict[str, Counter[str]] = defaultdict(Counter)
    totals: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for unit, name, n, total in query(_UNITS, (on, on)):
        days[unit][name], totals[unit][name] = n, total
    units = [_unit_line(unit, days[unit], totals[unit], names, late) for unit in totals if unit]
    return tuple(sorted(units, key=lambda line: (-line.total_routed, line.code)))


def _unit_line(
    unit: str, day: Counter[str], total: Counter[str], names: Names, late: Mapping[str, int]
) -> UnitLine:
    return UnitLine(
        code=unit,
        name=names.units.get(unit, unit),
        routed=day["routed"],
        accepted=day["accepted"],
        returned=day["returned"],
        resolved=day["resolved"],
        on_time=day["met_resolve"],
        total_routed=total["routed"],
        total_resolved=total["resolved"],
        overdue=late.get(unit, 0),
    )


def _measure_lines(counts: Mapping[str, Split], policy: MeasurePolicy) -> Iterable[MeasureLine]:
    days = {name: split[0] for name, split in counts.items()}
    totals = {name: split[1] for name, split in counts.items()}
    for definition in DEFINITIONS:
        yield _measure_line(
            definition,
            measure(definition, days, policy),
            measure(definition, totals, policy),
        )


def _measure_line(definition: Definition, day: Measured, total: Measured) -> MeasureLine:
    return MeasureLine(
        key=definition.key,
        version=definition.version,
        name=definition.name_zh,
        name_en=definition.name_en,
        definition=definition.definition_zh,
        definition_en=definition.definition_en,
        day=_figure(day),
        total=_figure(total),
    )


def _figure(measured: Measured) -> Figure:
    return Figure(
        numerator=_number(measured.numerator),
        denominator=measured.denominator,
        value=None if measured.value is None else float(measured.value),
        text=measured.percent,
    )


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
