"""Which aliases led dispatch to an item that a person then took for another."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from services.router.directory.model import Directory
from services.router.suggestions.cases import DispatchCase
from services.router.suggestions.duties import SHARE_MIN, TICKETS_LISTED_MAX
from services.router.suggestions.evidence import wilson_lower

# The words stand in the explanation of a routing by alias (`explain.item_by_alias`).
_ALIASES_TOLD = re.compile("按别名((?:“[^”]+”、?)+)认定事项")
_QUOTED = re.compile("“([^”]+)”")
MOVE_SHARE_MIN = 0.5  # of the contradicting choices, for one item to be named


class AliasSuggestion(NamedTuple):
    """item: which has the alias (`line` of items.csv). better: most choices went there; None if
    they went in all directions: then the alias should go. chosen, kept: how often it was
    contradicted, and confirmed. confidence: Wilson's lower bound."""

    alias: str
    item: str
    line: int
    better: str | None
    chosen: int
    kept: int
    confidence: float
    listed: tuple[str, ...]


@dataclass(slots=True)
class _Evidence:
    kept: int = 0
    better: Counter[str] = field(default_factory=Counter)
    tickets: list[str] = field(default_factory=list)


def told_aliases(explanation: str) -> tuple[str, ...]:
    """The aliases that decided a routing, as its explanation names them."""
    found = _ALIASES_TOLD.search(explanation)
    return tuple(_QUOTED.findall(found[1])) if found else ()


def alias_suggestions(
    cases: Iterable[DispatchCase], directory: Directory, tickets_min: int
) -> list[AliasSuggestion]:
    """The surest first."""
    found: defaultdict[tuple[str, str], _Evidence] = defaultdict(_Evidence)
    owners = {alias: item.code for item in directory.items.values() for alias in item.aliases}
    for case in cases:
        last = case.settled
        if last is None or last.item is None or last.item not in directory.items:
            continue
        for alias in _spoke(case):
            owner = owners.get(alias)
            if owner is not None:
                _weigh(found[alias, owner], case, owner, last.item, directory)
    suggestions = [
        _suggestion(alias, owner, evidence, directory)
        for (alias, owner), evidence in found.items()
        if len(evidence.tickets) >= tickets_min
        and len(evidence.tickets) > SHARE_MIN * (len(evidence.tickets) + evidence.kept)
    ]
    return sorted(suggestions, key=lambda one: (-one.confidence, -one.chosen, one.alias))


def _spoke(case: DispatchCase) -> Iterator[str]:
    """The aliases that decided, or that put an item first before a person."""
    first = case.attempts[0]
    if first.method == "alias":
        yield from dict.fromkeys(told_aliases(first.explanation))
    elif first.by_a_person and case.offered:
        yield from dict.fromkeys(case.offered[0].words)


def _weigh(
    evidence: _Evidence, case: DispatchCase, owner: str, item: str, directory: Directory
) -> None:
    """An item below the one that has the alias, or above it, does not contradict it."""
    lineage = directory.items[item].lineage
    if owner in lineage or item in directory.items[owner].lineage:
        evidence.kept += 1
    else:
        evidence.better[item] += 1
        evidence.tickets.append(case.ticket_id)


def _suggestion(
    alias: str, owner: str, evidence: _Evidence, directory: Directory
) -> AliasSuggestion:
    chosen = len(evidence.tickets)
    better, most = max(evidence.better.items(), key=lambda one: (one[1], one[0]))
    return AliasSuggestion(
        alias=alias,
        item=owner,
        line=directory.items[owner].line,
        better=better if most > MOVE_SHARE_MIN * chosen else None,
        chosen=chosen,
        kept=evidence.kept,
        confidence=round(wilson_lower(chosen, chosen + evidence.kept), 4),
        listed=tuple(evidence.tickets[:TICKETS_LISTED_MAX]),
    )
