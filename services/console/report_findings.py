"""发现 in a report: the findings that touch its period, as the rows tell them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.console.live_findings import POLICY_FILE
from services.console.system import System
from services.domain.finding import Finding
from services.findings.facts import load_facts, span_of
from services.findings.find import chosen, find
from services.findings.names import Names as FindingNames
from services.findings.policy import default_policy, load_policy
from services.findings.warning import Warned, warnings_of
from services.reporting.names import Names
from services.reporting.periods.model import Said
from services.reporting.periods.period import Period
from services.reporting.rows import Query

FINDINGS_MAX, WARNINGS_MAX = 20, 5


class Findings(NamedTuple):
    """strongest: the first FINDINGS_MAX of all; rule: what they were found by. warnings: 未诉先办,
    of seasons ahead."""

    strongest: Sequence[Finding]
    total: int
    rule: str
    warnings: tuple[Said, ...] = ()


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
    facts = load_facts(query, zone, *span)
    found = find(facts, called, policy)
    touching = chosen(found, first=period.first, last=period.last)
    touching.sort(key=lambda one: (-one.index, one.finding_id))
    ahead = warnings_of(facts, period.last + timedelta(days=1), policy)[:WARNINGS_MAX]
    warnings = tuple(_said(one, names) for one in ahead)
    return Findings(touching[:FINDINGS_MAX], len(touching), policy.version, warnings)


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
