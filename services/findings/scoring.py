"""How many planted problems a list of findings holds, and how many findings are about nothing.

The only part of findings that knows of a ground truth; it is given to it, and none is read here.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.domain.finding import Finding, FindingKind

TICKETS_SHARE_MIN = 0.5  # of the planted tickets, to be the same problem
OWN_SHARE_MIN = 0.25  # of the finding's tickets: a list of everything finds nothing
DAYS_SHARE_MIN = 0.5  # of both, to be the same days
TRUE_SHARE_MIN = 0.5  # of a finding's tickets: planted ones, of whichever plant


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Planted(_Value):
    """A hidden problem. expected: tickets of its kind that the background has there. complete:
    it has at least `least` tickets, so many as are surely findable; else it is not asked for."""

    id: str
    kind: FindingKind
    item: str | None
    areas: tuple[str, ...]
    place: str | None
    repeated_by: Literal["place", "resident"] | None
    first_day: date
    last_day: date
    tickets: tuple[str, ...]
    expected: float
    least: int
    complete: bool


class Natural(_Value):
    """What the background truly does, and nobody planted: to find it, as what it is, is neither
    right nor false."""

    what: str
    kinds: tuple[FindingKind, ...] = ("common", "concentrated")
    items: tuple[str, ...]
    first_day: date
    last_day: date


class BadUnit(_Value):
    unit: str
    slow: bool
    returning: bool
    dissatisfied: bool


class Truth(_Value):
    """state: "running" while days are being lived: what is hidden in them is not known yet."""

    format: Literal[1]
    state: Literal["running", "complete"]
    seed: int
    position: int
    first_day: date
    last_day: date
    findings: tuple[Planted, ...]
    natural: tuple[Natural, ...]
    units: tuple[BadUnit, ...]


class Score(_Value):
    """recall: of the planted; false: of the listed. None where there is nothing to divide by."""

    planted: int
    found: int
    recall: float | None
    listed: int
    false: float | None
    missed: tuple[str, ...]
    false_findings: tuple[str, ...]
    by_kind: dict[FindingKind, tuple[int, int]]  # planted, found


def score(truth: Truth, findings: Sequence[Finding]) -> Score:
    """Several findings of one planted problem find it once, and none of them is false."""
    asked = [planted for planted in truth.findings if planted.complete]
    found = {planted.id for planted in asked if any(finds(one, planted) for one in findings)}
    everything = {ticket for planted in truth.findings for ticket in planted.tickets}
    false = [one.finding_id for one in findings if not _is_true(one, truth, everything)]
    return Score(
        planted=len(asked),
        found=len(found),
        recall=len(found) / len(asked) if asked else None,
        listed=len(findings),
        false=len(false) / len(findings) if findings else None,
        missed=tuple(planted.id for planted in asked if planted.id not in found),
        false_findings=tuple(false),
        by_kind=dict(_by_kind(asked, found)),
    )


def finds(finding: Finding, planted: Planted) -> bool:
    """Whether it is the planted problem, and of its kind."""
    return finding.kind == planted.kind and is_about(finding, planted)


def is_about(finding: Finding, planted: Planted) -> bool:
    """The same tickets, or the same item and place on the same days."""
    common = len(set(finding.tickets) & set(planted.tickets))
    same_tickets = (
        common >= TICKETS_SHARE_MIN * len(planted.tickets)
        and common >= OWN_SHARE_MIN * len(finding.tickets)
        and common > 0
    )
    return same_tickets or _is_same_matter(finding, planted)


def _is_same_matter(finding: Finding, planted: Planted) -> bool:
    if planted.item is None or finding.item != planted.item:
        return False
    touches = any(
        one.startswith(other) or other.startswith(one)
        for one in finding.areas
        for other in planted.areas
    )
    return touches and all(
        share >= DAYS_SHARE_MIN
        for share in _days_in_common(finding, planted.first_day, planted.last_day)
    )


def _is_true(finding: Finding, truth: Truth, planted: set[str]) -> bool:
    return (
        len(planted & set(finding.tickets)) >= TRUE_SHARE_MIN * len(finding.tickets) > 0
        or any(is_about(finding, one) for one in truth.findings)
        or any(_is_natural(finding, one) for one in truth.natural)
    )


def _is_natural(finding: Finding, natural: Natural) -> bool:
    """A season, a cloudburst."""
    if finding.kind not in natural.kinds or finding.item not in natural.items:
        return False
    of_finding, _ = _days_in_common(finding, natural.first_day, natural.last_day)
    return of_finding >= DAYS_SHARE_MIN


def _days_in_common(finding: Finding, first: date, last: date) -> tuple[float, float]:
    """As a share of the finding's days, and of the others."""
    one_day = timedelta(days=1)
    begin, end = max(first, finding.first_day), min(last, finding.last_day)
    common = max(timedelta(0), end - begin + one_day)
    of_finding, of_other = finding.last_day - finding.first_day + one_day, last - first + one_day
    return common / of_finding, common / of_other


def _by_kind(
    asked: Sequence[Planted], found: set[str]
) -> Iterator[tuple[FindingKind, tuple[int, int]]]:
    for kind in dict.fromkeys(planted.kind for planted in asked):
        of_kind = [planted.id for planted in asked if planted.kind == kind]
        yield kind, (len(of_kind), len(found.intersection(of_kind)))
