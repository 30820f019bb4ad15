"""Which kind of problem a candidate is: by how long it lasts, and by what comes back."""

from typing import NamedTuple

import numpy as np

from services.domain.finding import FindingKind
from services.findings.candidates import Candidate
from services.findings.chance import Floats, poisson_tail
from services.findings.codes import Numbers
from services.findings.common import CITY
from services.findings.facts import OPEN, Facts
from services.findings.families import AT_COMMUNITY, RESIDENT, RESIDENT_ITEM
from services.findings.families import COMMUNITY as OF_COMMUNITY
from services.findings.policy import FindingPolicy
from services.findings.scan import discoveries_limit
from services.findings.tellings import Tellings

BY_RESIDENT = (RESIDENT, RESIDENT_ITEM)
REOPENED = "reopened"
NEVER = 10**7  # as a day: beyond all others
UNIT_TICKETS_MIN = 30  # of which a unit's own rate is known


class Problem(NamedTuple):
    """A candidate of a kind. returns: how often it came back after a closure."""

    kind: FindingKind
    by: str | None
    candidate: Candidate
    returns: int


def problem_of(candidate: Candidate, facts: Facts, policy: FindingPolicy) -> Problem | None:
    """None if it is too weak for its kind."""
    if candidate.family == CITY:
        return Problem("common", None, candidate, 0)
    if candidate.family in BY_RESIDENT:
        return Problem("repeated", "resident", candidate, 0)
    returns = came_back(candidate.tickets, facts, policy.recurring.days_after_closure)
    if candidate.days <= policy.burst.days_max:
        enough = candidate.count >= policy.burst.count_min
        return Problem("concentrated", None, candidate, returns) if enough else None
    at_place = candidate.family == AT_COMMUNITY
    if at_place and _recurs(candidate, returns, policy):
        return Problem("recurring", None, candidate, returns)
    if candidate.days < policy.repeated.days_min or candidate.count < policy.repeated.count_min:
        return None
    by = "place" if at_place or candidate.family == OF_COMMUNITY else "item"
    return Problem("repeated", by, candidate, returns)


def _recurs(candidate: Candidate, returns: int, policy: FindingPolicy) -> bool:
    rule = policy.recurring
    enough = candidate.count >= rule.count_min and returns >= rule.returns_min
    return enough and returns >= rule.share_min * (candidate.count - 1)


def came_back(tickets: Numbers, facts: Facts, days_max: int) -> int:
    """How many were opened when all before were closed, the last of these within so many days."""
    ordered = tickets[np.argsort(facts.opened[tickets], kind="stable")]
    closed = np.where(facts.closed[ordered] == OPEN, NEVER, facts.closed[ordered])
    last_closed, opened = np.maximum.accumulate(closed)[:-1], facts.opened[ordered][1:]
    return int(((opened >= last_closed) & (opened <= last_closed + days_max)).sum())


def reopened_of(matters: Tellings, facts: Facts, policy: FindingPolicy) -> list[Problem]:
    """Places whose tickets of an item are reopened far more often than the item's elsewhere."""
    rule = policy.recurring
    soon = facts.reopened_day - facts.reopened_ended <= rule.days_after_closure
    again = np.bincount(facts.reopened_ticket[soon], minlength=len(facts.tickets))[matters.ticket]
    known = (matters.item.of >= 0) & (matters.community.of >= 0)
    places = len(matters.community.names)
    cell = matters.item.of[known] * places + matters.community.of[known]
    cells, of = np.unique(cell, return_inverse=True)
    back = np.bincount(of, weights=again[known]).astype(np.float64)
    usual = _usual_returns(matters, facts, again)
    expected = np.bincount(of, weights=usual[known]).astype(np.float64)
    chances = poisson_tail(back, expected)
    fits = (back >= rule.reopened_min) & (back >= rule.reopened_ratio_min * expected)
    limit = discoveries_limit(list(chances[fits]), float(len(cells)), policy.false_share)
    rows = np.flatnonzero(known)
    return [
        _reopened(matters, rows[of == at], int(back[at]), float(expected[at]), float(chances[at]))
        for at in np.flatnonzero(fits & (chances <= limit))
    ]


def _usual_returns(matters: Tellings, facts: Facts, again: Numbers) -> Floats:
    """Of each ticket, how often such are reopened: in the city, or by its unit if that is worse. A
    unit that is bad everywhere is no matter of one place."""
    city = max(float(again.sum()) / max(len(again), 1), 1e-6)
    units = facts.units.of[matters.ticket] + 1  # 0: no unit
    told = np.bincount(units)
    rate = np.bincount(units, weights=again) / np.maximum(told, 1)
    usual: Floats = np.maximum(np.where(told >= UNIT_TICKETS_MIN, rate, city), city)[units]
    return usual


def _reopened(
    matters: Tellings, rows: Numbers, back: int, expected: float, chance: float
) -> Problem:
    rows = rows[np.argsort(matters.day[rows], kind="stable")]
    candidate = Candidate(
        family=REOPENED,
        item=matters.item.names[matters.item.of[rows[0]]],
        place=matters.community.names[matters.community.of[rows[0]]],
        first=int(matters.day[rows[0]]),
        last=int(matters.day[rows[-1]]),
        tickets=matters.ticket[rows],
        expected=expected,
        chance=chance,
    )
    return Problem("recurring", None, candidate, back)
