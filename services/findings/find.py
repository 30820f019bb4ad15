"""发现: all findings of the facts, the strongest index first. Pure: equal facts give equal ones."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from services.domain.finding import Finding
from services.findings.candidates import candidates_of
from services.findings.codes import Numbers, lies_in
from services.findings.common import common_of
from services.findings.facts import Facts
from services.findings.families import families_of
from services.findings.kinds import Problem, problem_of, reopened_of
from services.findings.making import Maker
from services.findings.policy import FindingPolicy
from services.findings.tellings import matters_of, said_by_residents
from services.platform.names import Names


def find(facts: Facts, names: Names, policy: FindingPolicy) -> tuple[Finding, ...]:
    maker = Maker(facts, names, policy)
    made = [maker.finding(problem) for problem in problems_of(facts, policy)]
    return tuple(sorted(made, key=lambda one: (-one.index, one.finding_id)))


def problems_of(facts: Facts, policy: FindingPolicy) -> list[Problem]:
    matters, said = matters_of(facts), said_by_residents(facts)
    days = facts.last_day - facts.first_day + 1
    candidates = candidates_of(families_of(matters, said, policy), days, len(facts.tickets), policy)
    local = [p for one in candidates if (p := problem_of(one, facts, policy)) is not None]
    rest = matters.without(_tickets(local))
    common = [p for one in common_of(rest, days, policy) if (p := problem_of(one, facts, policy))]
    again = reopened_of(matters.without(_tickets([*local, *common])), facts, policy)
    return [*local, *common, *again]


def _tickets(problems: Sequence[Problem]) -> Numbers:
    found = [problem.candidate.tickets for problem in problems]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def within(findings: Sequence[Finding], first: date | None, last: date | None) -> list[Finding]:
    """Those that touch the period; None is without end."""
    return [
        one
        for one in findings
        if (first is None or one.last_day >= first) and (last is None or one.first_day <= last)
    ]


def chosen(
    findings: Sequence[Finding],
    kind: str | None = None,
    area: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[Finding]:
    """Of a kind, in or around an area (official code), touching a period."""
    return [
        one
        for one in within(findings, first, last)
        if (kind is None or one.kind == kind)
        and (area is None or any(lies_in(a, area) or lies_in(area, a) for a in one.areas))
    ]
