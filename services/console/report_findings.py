"""发现 in a report: what was found by the end of its period, of what touches it."""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.domain.finding import Finding
from services.findings.facts import Query, load_facts, span_of
from services.findings.find import chosen, find
from services.findings.names import Names as FindingNames
from services.findings.policy import FindingPolicy
from services.reporting.names import Names
from services.reporting.periods.period import Period

SHOWN_MAX = 20


class PeriodFindings(NamedTuple):
    """shown: the strongest of all."""

    shown: tuple[Finding, ...]
    total: int


def period_findings(
    query: Query, period: Period, names: Names, policy: FindingPolicy, zone: ZoneInfo
) -> PeriodFindings:
    """Of the same rows as the rest of the report; tickets of later days are not known."""
    span = span_of(query, zone, policy.history_days, period.last)
    if span is None or span[0] > span[1]:
        return PeriodFindings((), 0)
    finding_names = FindingNames(items=names.items, areas=names.areas, units=names.units)
    found = find(load_facts(query, zone, *span), finding_names, policy)
    touching: Sequence[Finding] = chosen(found, first=period.first, last=period.last)
    return PeriodFindings(tuple(touching[:SHOWN_MAX]), len(touching))
