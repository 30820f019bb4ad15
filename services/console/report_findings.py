"""发现 in a report: the findings that touch its period, as the rows tell them."""

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.console.live_findings import finding_policy
from services.console.system import System
from services.findings.facts import Told, facts_of, read_told, span_of
from services.findings.find import chosen, find
from services.findings.policy import FindingPolicy
from services.findings.warning import Warned, warnings_of
from services.platform.names import Names
from services.reporting.periods.handed_in import Findings
from services.reporting.periods.model import Said
from services.reporting.periods.period import Period
from services.reporting.rows import Query

FINDINGS_MAX, WARNINGS_MAX = 20, 5


class ReadForFindings(NamedTuple):
    """told: None where there is nothing to look at."""

    policy: FindingPolicy
    told: Told | None


def read_for_findings(
    system: System, query: Query, period: Period, zone: ZoneInfo
) -> ReadForFindings:
    """As on the period's last day: later tickets are not known. Raises FindingPolicyInvalid."""
    policy = finding_policy(system.settings.data_dir)
    span = span_of(query, zone, policy.history_days, period.last)
    if span is None or span[0] > span[1] or span[1] < period.first:
        return ReadForFindings(policy, None)
    return ReadForFindings(policy, read_told(query, *span))


def findings_of(read: ReadForFindings, period: Period, names: Names, zone: ZoneInfo) -> Findings:
    """Takes seconds where there are many tickets."""
    policy = read.policy
    if read.told is None:
        return Findings((), 0, policy.version)
    facts = facts_of(read.told, zone)
    found = find(facts, names, policy)
    touching = chosen(found, first=period.first, last=period.last)
    touching.sort(key=lambda one: (-one.index, one.finding_id))
    ahead = warnings_of(facts, period.last + timedelta(days=1), policy)[:WARNINGS_MAX]
    warnings = tuple(_said(one, names) for one in ahead)
    return Findings(tuple(touching[:FINDINGS_MAX]), len(touching), policy.version, warnings)


def _said(one: Warned, names: Names) -> Said:
    item = names.items.get(one.item, one.item)
    days, expected = f"{one.last_first} – {one.last_last}", round(one.expected)
    return Said(
        zh=f"未诉先办：{item}的高发期为 {one.first} 至 {one.last}；去年同期（{days}）"
        f"{one.count:,} 件，按今年增幅预计约 {expected:,} 件，请提前部署。",
        en=f"Ahead of the season: {item}, {one.first} to {one.last}. {one.count:,} came in the same"
        f" days of last year ({days}); by this year's growth about {expected:,} are to be"
        " expected.",
    )
