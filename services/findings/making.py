"""From problems to findings: who, where, what, when, how much, and why it was found."""

import hashlib
from collections import Counter
from datetime import date
from typing import Literal

import numpy as np

from services.domain.finding import Finding, FindingFigure
from services.findings.codes import Codes, Numbers
from services.findings.facts import OPEN, Facts
from services.findings.families import RESIDENT, RESIDENT_ITEM
from services.findings.index import heat_of
from services.findings.kinds import REOPENED, Problem
from services.findings.policy import FindingPolicy
from services.findings.telling import Told, explanation
from services.platform.names import Names

Unit = Literal["count", "share", "days", "ratio"]
AREAS_MAX = 40  # told by code; of a matter of the whole city the most concerned


class Maker:
    """Makes findings out of problems of the same facts."""

    def __init__(self, facts: Facts, names: Names, policy: FindingPolicy) -> None:
        self._facts = facts
        self._names = names
        self._policy = policy
        self._told = np.bincount(facts.report_ticket, minlength=len(facts.tickets))
        self._followers = np.argsort(facts.primary, kind="stable")
        self._primaries = facts.primary[self._followers]

    def finding(self, problem: Problem) -> Finding:
        candidate, facts = problem.candidate, self._facts
        everything = self._with_followers(candidate.tickets)
        ordered = everything[np.lexsort((everything, facts.opened[everything]))]
        areas = self._areas(problem, candidate.tickets)
        units = _most_first(facts.units, candidate.tickets)
        item = candidate.item or _sole(facts.items, candidate.tickets)
        first = date.fromordinal(facts.first_day + candidate.first)
        last = date.fromordinal(facts.first_day + candidate.last)
        unresolved = float((facts.ended[candidate.tickets] == OPEN).mean())
        expected = max(candidate.expected, 1e-9)
        measured = problem.returns if candidate.family == REOPENED else candidate.count
        ratio = min(measured / expected, 1_000.0)
        spread = len(units) if problem.by == "resident" else len(areas)
        heat = heat_of(candidate.count, ratio, spread, unresolved, self._policy.index)
        told = Told(
            problem=problem,
            what=self._what(problem, item),
            where=self._where(problem, areas),
            first=first,
            last=last,
            ratio=ratio,
            unresolved=unresolved,
            heat=heat,
        )
        zh, en = explanation(told, self._policy)
        return Finding(
            finding_id=_identity(problem, first),
            kind=problem.kind,
            what=told.what,
            what_en=told.what if item else "various matters",
            item=item,
            areas=areas[:AREAS_MAX],
            place=told.where if len(areas) == 1 else None,
            repeated_by=problem.by,
            who=units,
            first_day=first,
            last_day=last,
            tickets=tuple(facts.tickets[at] for at in ordered),
            figures=self._figures(problem, ratio, unresolved, len(areas)),
            index=heat.index,
            explanation=zh,
            explanation_en=en,
            rule_version=self._policy.version,
        )

    def _figures(
        self, problem: Problem, ratio: float, unresolved: float, areas: int
    ) -> tuple[FindingFigure, ...]:
        candidate, facts = problem.candidate, self._facts
        reports = int(self._told[self._with_followers(candidate.tickets)].sum())
        same = _same_item(facts, candidate.item, candidate.first, candidate.last)
        residents = facts.residents.of[np.isin(facts.report_ticket, candidate.tickets)]
        return (
            _figure("count", "工单数", "tickets", candidate.count, "count"),
            _figure("reports", "诉求件数", "reports", reports, "count"),
            _figure("expected", "预期数", "expected", round(candidate.expected, 2), "count"),
            _figure("ratio", "与预期之比", "times the expected", round(ratio, 2), "ratio"),
            _figure(
                "share",
                "占同期同类",
                "share of its kind in these days",
                round(candidate.count / max(same, candidate.count), 4),
                "share",
            ),
            _figure("days", "持续天数", "days", candidate.days, "days"),
            _figure("areas", "涉及区域", "areas", areas, "count"),
            _figure("residents", "诉求人数", "residents", len(np.unique(residents)), "count"),
            _figure("unresolved", "未办结占比", "still open", round(unresolved, 4), "share"),
            _figure("returns", "办结后再现", "came back after closure", problem.returns, "count"),
        )

    def _with_followers(self, tickets: Numbers) -> Numbers:
        """They, and what was merged into them."""
        starts = np.searchsorted(self._primaries, tickets, "left")
        ends = np.searchsorted(self._primaries, tickets, "right")
        runs = [self._followers[s:e] for s, e in zip(starts, ends, strict=True)]
        return np.unique(np.concatenate(runs)) if runs else tickets

    def _areas(self, problem: Problem, tickets: Numbers) -> tuple[str, ...]:
        """The one place, if there is one; else all areas, the most concerned first."""
        candidate = problem.candidate
        if candidate.place and candidate.family not in (RESIDENT, RESIDENT_ITEM):
            return (candidate.place,)
        return _most_first(self._facts.areas, tickets)

    def _what(self, problem: Problem, item: str | None) -> str:
        return self._names.item(item) if item else "多类诉求"

    def _where(self, problem: Problem, areas: tuple[str, ...]) -> str:
        if len(areas) == 1:
            return self._names.area(areas[0])
        return f"{len(areas)}个区域" if areas else "区域不明"


def _figure(key: str, name: str, name_en: str, value: float, unit: Unit) -> FindingFigure:
    return FindingFigure(key=key, name=name, name_en=name_en, value=value, unit=unit)


def _most_first(codes: Codes, tickets: Numbers) -> tuple[str, ...]:
    of = codes.of[tickets]
    counts = Counter(int(number) for number in of if number >= 0)
    return tuple(codes.names[at] for at, _ in sorted(counts.items(), key=lambda p: (-p[1], p[0])))


def _sole(codes: Codes, tickets: Numbers) -> str | None:
    of = np.unique(codes.of[tickets])
    return codes.names[of[0]] if len(of) == 1 and of[0] >= 0 else None


def _same_item(facts: Facts, item: str, first: int, last: int) -> int:
    days = facts.opened - facts.first_day
    inside = (days >= first) & (days <= last)
    if item:
        inside &= facts.items.of == facts.items.names.index(item)
    return int(inside.sum())


def _identity(problem: Problem, first: date) -> str:
    """Of matter, place and first day, whatever its kind by then: a later look at the same problem
    gives the same."""
    candidate = problem.candidate
    own = REOPENED if candidate.family == REOPENED else ""
    key = "\n".join((candidate.item, candidate.place, own, first.isoformat()))
    return f"f-{first:%Y%m%d}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
