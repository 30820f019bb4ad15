"""Candidates for 每月一题: findings, each as the proposal that it would become.

A finding that an open topic is about already is no candidate, but is listed with that topic: its
tickets may be linked there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from services.domain.finding import Finding, FindingFigure
from services.domain.topic import Topic
from services.domain.topic_commands import Propose
from services.domain.topic_values import (
    FIGURES_MAX,
    TICKETS_AT_ONCE_MAX,
    Month,
    TopicFigure,
)

CODE_MAX = 40
AREAS_MAX = 100
HEADING_MAX = 200
PROBLEM_MAX = 2_000
KINDS = {"common": "共性", "concentrated": "集中", "repeated": "重复", "recurring": "复发"}
COUNTED_IN = {
    "count": None,
    "share": "%",
    "days": "天",
    "ratio": "倍",
}  # a count tells of what


class Candidate(NamedTuple):
    """code: of the topic that it would be. covered_by: the code of the open topic that is about
    it. proposal: to be changed by whoever proposes it, if need be."""

    code: str
    finding: Finding
    proposal: Propose
    covered_by: str | None


def candidates(
    findings: Iterable[Finding], topics: Sequence[Topic], month: Month, limit: int
) -> tuple[Candidate, ...]:
    """At most `limit`, those that no topic covers first, then by index. Not what one resident
    says again and again: that is for whoever talks to residents."""
    public = (finding for finding in findings if finding.repeated_by != "resident")
    made = [candidate_of(finding, topics, month) for finding in public]
    made.sort(key=lambda one: (one.covered_by is not None, -one.finding.index, one.code))
    return tuple(made[:limit])


def candidate_of(finding: Finding, topics: Sequence[Topic], month: Month) -> Candidate:
    return Candidate(
        code=code_of(finding, month),
        finding=finding,
        proposal=proposal_of(finding, month),
        covered_by=next((topic.code for topic in topics if covers(topic, finding)), None),
    )


def code_of(finding: Finding, month: Month) -> str:
    """The same finding in the same month is the same topic."""
    tail = re.sub("[^a-z0-9]+", "-", finding.finding_id.lower()).strip("-")
    return f"{month}-{tail}"[:CODE_MAX].rstrip("-")


def proposal_of(finding: Finding, month: Month) -> Propose:
    return Propose(
        heading=_line(f"{finding.what}（{KINDS[finding.kind]}问题）"),
        month=month,
        problem=_line(finding.explanation, PROBLEM_MAX),
        source="finding",
        figures=tuple(_figure(one) for one in finding.figures[:FIGURES_MAX]),
        tickets=finding.tickets[-TICKETS_AT_ONCE_MAX:],  # the newest, if they are too many
        request_items=(finding.item,) if finding.item else (),
        request_areas=finding.areas[:AREAS_MAX] if len(finding.areas) <= AREAS_MAX else (),
    )


def covers(topic: Topic, finding: Finding) -> bool:
    """It is open and about the finding's item and all its areas, or has half of its tickets."""
    if topic.stage not in ("proposed", "adopted") or topic.proposal is None:
        return False
    if 2 * sum(ticket in topic.tickets for ticket in finding.tickets) >= len(finding.tickets) > 0:
        return True
    items, areas = topic.proposal.request_items, topic.proposal.request_areas
    if not items or finding.item is None or not _within(finding.item, items, "."):
        return False
    return not areas or all(_within(area, areas, "") for area in finding.areas)


def _within(code: str, wider: Sequence[str], separator: str) -> bool:
    return any(code == one or code.startswith(one + separator) for one in wider)


def _figure(figure: FindingFigure) -> TopicFigure:
    value = figure.value * 100 if figure.unit == "share" else figure.value
    counted_in = COUNTED_IN[figure.unit]
    return TopicFigure(label=figure.name, value=round(value, 2), counted_in=counted_in)


def _line(text: str, at_most: int = HEADING_MAX) -> str:
    """What a proposal takes: one line, without control characters."""
    return "".join(_printable(text))[:at_most].strip() or "—"


def _printable(text: str) -> Iterator[str]:
    for letter in text:
        yield letter if letter.isprintable() else " "
