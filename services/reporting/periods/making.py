"""A report over a period, out of the rows and of what is handed in; nothing else goes in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.domain.ticket import OPEN
from services.platform.names import Names
from services.platform.return_reasons import shipped_return_reasons
from services.reporting.daily import end_of_day
from services.reporting.daily_overdue import overdue_by_unit, overdue_counts, overdue_lines
from services.reporting.labels import FLOW, STAGES
from services.reporting.measure_policy import MeasurePolicy
from services.reporting.periods import reading
from services.reporting.periods.coming import next_period
from services.reporting.periods.comparing import Counts, Trio, compared, figure_of, measured, ranked
from services.reporting.periods.grouping import channel_name, opened_tables
from services.reporting.periods.handed_in import Findings, HandedIn, is_working
from services.reporting.periods.model import (
    Compared,
    DayLine,
    PeriodReport,
    ReturnLine,
    StageLine,
    UnitLine,
    UrgencyLine,
)
from services.reporting.periods.notes import notes_of
from services.reporting.periods.period import Period
from services.reporting.periods.ranks import ranking_lines
from services.reporting.periods.sentences import summary_of
from services.reporting.periods.spans import Bases, days_of, span_of
from services.reporting.rows import Query, position_of

URGENCIES = (1, 3, 7, 11)
BASE_SHARE = 10  # a base may lack one in so many of its days at the log's beginning


def period_report(
    query: Query,
    period: Period,
    handed: HandedIn,
    policy: MeasurePolicy,
    zone: ZoneInfo,
    position: int,
) -> PeriodReport:
    """`query` must read one unchanging moment of the rows. position: up to where they and what
    was handed in tell of the log. Raises OutdatedRows."""
    reading.require_sums(query)
    recorded_at = position_of(query)[1]
    as_at = min(recorded_at, end_of_day(period.last, zone))
    in_progress = not tells_of_later(recorded_at, period, zone)
    now = reading.counted(query, period)
    bases = _bases(query, period, in_progress)
    names = handed.names
    by_unit = reading.by_code(query, "unit", period)
    stages = reading.stages_after(query, period.last)
    overdue = overdue_counts(query, as_at)
    fields: dict[str, Any] = {
        "report": period.kind,
        "period": span_of(period),
        "previous": span_of(period.previous()),
        "year_before": span_of(period.year_before()),
        "office": handed.office,
        "zone": zone.key,
        "position": position,
        "recorded_at": recorded_at or None,
        "as_at": as_at or None,
        "in_progress": in_progress,
        "measure_policy": policy.version,
        "fairly_satisfied_weight": float(policy.fairly_satisfied_weight),
        "directory_version": handed.directory_version,
        "calendar_version": handed.calendar.version,
        "finding_rule": "",
        "flow": _flow(bases.trio(now, lambda one: one.sums)),
        "per_day": _per_day(now, handed),
        "by_channel": ranked(bases.trio(now, lambda one: one.channels), channel_name(names)),
        **opened_tables(now, bases, names),
        "stages": _stages(stages),
        "open": sum(n for stage, n in stages.items() if stage in OPEN),
        "on_time": _on_time(reading.by_code(query, "urgency", period), policy),
        "measures": measured(bases.trio(now, lambda one: one.sums), policy),
        "units": _units(by_unit, names, policy, overdue_by_unit(query, as_at)),
        "ranking": ranking_lines(by_unit, names, handed.ranking, policy),
        "ranking_policy": handed.ranking.version,
        "returns": _returns(query, period),
        "overdue": overdue_lines(query, as_at, names),
        "overdue_accept": overdue["accept"],
        "overdue_resolve": overdue["resolve"],
        "findings": (),
        "findings_total": 0,
        "topics": handed.topics,
        "next_period": next_period(query, now, bases, as_at, handed, zone),
        "notes": (*notes_of(now, bases, in_progress), *handed.names_note),
    }
    return _summed_up(PeriodReport(summary=(), **fields))


def with_findings(report: PeriodReport, found: Findings) -> PeriodReport:
    """The same report, with what was found in its period and what is ahead."""
    coming = report.next_period.model_copy(update={"warnings": found.warnings})
    fields = {
        "findings": found.strongest,
        "findings_total": found.total,
        "finding_rule": found.rule,
        "next_period": coming,
    }
    return _summed_up(report.model_copy(update=fields))


def _summed_up(report: PeriodReport) -> PeriodReport:
    return report.model_copy(update={"summary": summary_of(report)})


def _bases(query: Query, period: Period, in_progress: bool) -> Bases:
    begins = reading.first_day(query)

    def base(other: Period) -> reading.Counted | None:
        missing = 0 if begins is None else max(0, (begins - other.first).days)
        if in_progress or begins is None or missing * BASE_SHARE > other.days:
            return None
        return reading.counted(query, other)

    return Bases(base(period.previous()), base(period.year_before()), begins)


def tells_of_later(recorded_at: str, period: Period, zone: ZoneInfo) -> bool:
    """Whether rows whose last fact was recorded then ("": none) hold all of the period's days."""
    if not recorded_at:
        return False
    return datetime.fromisoformat(recorded_at).astimezone(zone).date() > period.last


def _flow(trio: Trio) -> tuple[Compared, ...]:
    return tuple(compared(trio, key, name) for key, name in FLOW.items())


def _per_day(now: reading.Counted, handed: HandedIn) -> tuple[DayLine, ...]:
    nothing: Mapping[str, int] = {}
    return tuple(
        DayLine(
            day=day,
            is_working=is_working(handed.calendar, day),
            **{
                key: now.days.get(day.isoformat(), nothing).get(key, 0)
                for key in ("received", "opened", "routed", "resolved")
            },
        )
        for day in days_of(now.period)
    )


def _stages(found: Mapping[str, int]) -> tuple[StageLine, ...]:
    return tuple(
        StageLine(stage=stage, name=name, name_en=name_en, tickets=found.get(stage, 0))
        for stage, (name, name_en) in STAGES.items()
        if stage != "new"
    )


def _on_time(
    found: Mapping[str, Mapping[str, int]], policy: MeasurePolicy
) -> tuple[UrgencyLine, ...]:
    """The four levels always; promises of unknown urgency if there are any."""
    codes = [str(days) for days in URGENCIES]
    codes += sorted(code for code in found if code not in codes)
    return tuple(
        UrgencyLine(
            urgency_days=int(code or 0),
            resolve=figure_of("on_time_rate", found.get(code, {}), policy),
            accept=figure_of("accept_on_time_rate", found.get(code, {}), policy),
        )
        for code in codes
    )


def _units(
    found: Mapping[str, Counts], names: Names, policy: MeasurePolicy, late: Mapping[str, int]
) -> tuple[UnitLine, ...]:
    """Those with most tickets first; also who had nothing to do in the period but is late."""
    codes = {*found, *(unit for unit in late if unit)}
    lines = [_unit(code, found.get(code, {}), names, policy, late.get(code, 0)) for code in codes]
    return tuple(sorted(lines, key=lambda line: (-line.routed, -line.resolved, line.code)))


def _unit(code: str, counts: Counts, names: Names, policy: MeasurePolicy, late: int) -> UnitLine:
    def figure(key: str) -> Any:
        return figure_of(key, counts, policy)

    return UnitLine(
        code=code,
        name=names.units.get(code, code),
        routed=counts.get("routed", 0),
        accepted=counts.get("accepted", 0),
        returned=counts.get("returned", 0),
        resolved=counts.get("resolved", 0),
        reopened=counts.get("reopened", 0),
        overdue=late,
        on_time=figure("on_time_rate"),
        accept_on_time=figure("accept_on_time_rate"),
        first_right=figure("first_right_rate"),
        solution=figure("solution_rate"),
        satisfaction=figure("satisfaction_rate"),
    )


def _returns(query: Query, period: Period) -> tuple[ReturnLine, ...]:
    reasons = shipped_return_reasons()
    return tuple(
        ReturnLine(
            reason=line.reason,
            name=reasons.name(line.reason),
            name_en=line.reason.replace("_", " "),
            returns=line.returns,
            upheld=line.upheld,
            refused=line.refused,
            waiting=line.waiting,
        )
        for line in reading.returns_by_reason(query, period)
    )
