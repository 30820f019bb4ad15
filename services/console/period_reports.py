"""The four reports, wired: rows, the directory of the time, topics, the calendar, the policy."""

from datetime import date, datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.console.directory_past import directory_past
from services.console.report_findings import ReadForFindings, findings_of, read_for_findings
from services.console.report_topics import topic_lines
from services.console.system import System
from services.domain.working_time import ZONE_NAME
from services.findings.policy import FindingPolicyInvalid
from services.platform.event_log import EventLog
from services.platform.names import Names
from services.platform.processor import read_batch
from services.reporting.at_position import rows_at, steadily
from services.reporting.measure_policy import (
    MeasurePolicy,
    MeasurePolicyInvalid,
    default_measure_policy,
    load_measure_policy,
)
from services.reporting.periods.handed_in import HandedIn
from services.reporting.periods.making import period_report
from services.reporting.periods.making import with_findings as add_findings
from services.reporting.periods.model import PeriodReport
from services.reporting.periods.period import Period, PeriodKind, period_of
from services.reporting.ranking_policy import (
    RankingPolicy,
    RankingPolicyInvalid,
    default_ranking_policy,
    load_ranking_policy,
)
from services.reporting.rows import Query, position_of

MEASURES_FILE, RANKING_FILE = "measures.toml", "ranking.toml"  # in the data folder: own values
POLICIES_INVALID = (MeasurePolicyInvalid, RankingPolicyInvalid, FindingPolicyInvalid)
YEARS = (1970, 2199)
LOOK_AHEAD_MAX = 2_000


class DayNotPossible(ValueError):
    """A day that no report is made of: what was given, and what is expected."""


def read_day(text: str) -> date:
    """Raises DayNotPossible."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise DayNotPossible(f"{text!r}: expected YYYY-MM-DD") from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise DayNotPossible(f"{text}: expected a day of the years {YEARS[0]} to {YEARS[1]}")
    return day


def measure_policy(system: System) -> MeasurePolicy:
    """Raises MeasurePolicyInvalid."""
    own = system.settings.data_dir / MEASURES_FILE
    return load_measure_policy(own) if own.exists() else default_measure_policy()


def _ranking_policy(system: System) -> RankingPolicy:
    own = system.settings.data_dir / RANKING_FILE
    return load_ranking_policy(own) if own.exists() else default_ranking_policy()


def make_report(
    system: System,
    kind: PeriodKind,
    day: date,
    position: int | None = None,
    *,
    with_findings: bool = True,
) -> PeriodReport:
    """Of the period that contains the day: from the live rows, or from the log up to a position.

    Raises PositionUnknown, one of POLICIES_INVALID, OutdatedRows, DirectoryInvalid, Outage.
    """
    zone = ZoneInfo(ZONE_NAME)
    period, policy = period_of(kind, day), measure_policy(system)
    read = partial(_read, system, period, policy, zone, with_findings)
    if position is None:
        made = steadily(system.log, zone, lambda query: read(query, rows_reach(system.log, query)))
    else:
        with rows_at(system.log, position, zone) as query:
            made = read(query, position)
    if made.for_findings is None:
        return made.report
    return add_findings(made.report, findings_of(made.for_findings, period, made.names, zone))


class _Made(NamedTuple):
    """What was read at one position: rows move on while findings are made of it."""

    report: PeriodReport
    names: Names
    for_findings: ReadForFindings | None


def _read(
    system: System,
    period: Period,
    policy: MeasurePolicy,
    zone: ZoneInfo,
    with_findings: bool,
    query: Query,
    position: int,
) -> _Made:
    handed = _handed_in(system, period, position)
    for_findings = read_for_findings(system, query, period, zone) if with_findings else None
    report = period_report(query, period, handed, policy, zone, position)
    return _Made(report, handed.names, for_findings)


def _handed_in(system: System, period: Period, position: int) -> HandedIn:
    """By what the log told up to the position."""
    past = directory_past(system.log, system.directories, position, period.first, period.last)
    return HandedIn(
        office=past.office,
        names=past.names,
        calendar=system.rules().calendar,
        directory_version=past.version,
        ranking=_ranking_policy(system),
        names_note=past.notes,
        topics=topic_lines(system.log, position, period.first, period.last, past.names.units),
    )


def rows_reach(log: EventLog, query: Query) -> int:
    """How far the rows tell of the log: past their last fact, up to the next one of a ticket."""
    stands_at = position_of(query)[0]
    batch = read_batch(log, stands_at, LOOK_AHEAD_MAX)
    unread = [fact.position for fact in batch.facts] + [one.position for one, _ in batch.broken]
    return min(unread, default=batch.upto + 1) - 1
