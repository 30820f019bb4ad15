"""发现 in a report: the findings that touch its period, as the rows tell them."""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.console.live_findings import POLICY_FILE
from services.console.system import System
from services.domain.finding import Finding
from services.findings.facts import load_facts, span_of
from services.findings.find import chosen, find
from services.findings.names import Names as FindingNames
from services.findings.policy import default_policy, load_policy
from services.reporting.names import Names
from services.reporting.periods.period import Period
from services.reporting.rows import Query

FINDINGS_MAX = 20


class Findings(NamedTuple):
    """strongest: the first FINDINGS_MAX of all; rule: what they were found by."""

    strongest: Sequence[Finding]
    total: int
    rule: str


def findings_in(
    system: System, query: Query, period: Period, names: Names, zone: ZoneInfo
) -> Findings:
    """As on the period's last day: later tickets are not known. Raises FindingPolicyInvalid."""
    own = system.settings.data_dir / POLICY_FILE
    policy = load_policy(own) if own.exists() else default_policy()
    span = span_of(query, zone, policy.history_days, period.last)
    if span is None or span[0] > span[1] or span[1] < period.first:
        return Findings((), 0, policy.version)
    called = FindingNames(items=names.items, areas=names.areas, units=names.units)
    found = find(load_facts(query, zone, *span), called, policy)
    touching = chosen(found, first=period.first, last=period.last)
    touching.sort(key=lambda one: (-one.index, one.finding_id))
    return Findings(touching[:FINDINGS_MAX], len(touching), policy.version)
