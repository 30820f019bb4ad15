"""The routing rule: a matter's item, words and place -> who leads, or triage by a person.

Pure: the same directory and query give the same answer for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.router.directory import explain
from services.router.directory.areas import Place, find_place
from services.router.directory.duties import Assignment, assign
from services.router.directory.items import ScoredItem, score_items
from services.router.directory.model import Directory, Item

Method = Literal["item_given", "alias"]
Reason = Literal["unknown_item", "item_too_broad", "ambiguous_item", "no_item"]

SCORE_MIN = 6  # one short word in the title, or three in the text
SCORE_SURE = 15  # from here on more words do not make the choice surer
LEAD_RATIO_MIN = 1.5  # the best must score this many times what the best for another unit scores
CANDIDATES_MAX = 5


@dataclass(frozen=True, slots=True)
class RouteQuery:
    """What is known of one matter. `on` is the local day on which the duty must be valid."""

    item: str | None
    title: str
    text: str
    area: str | None
    address: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Route:
    """The answer: unit codes, working days, and an explanation without the resident's own words.

    `confidence` is of the item, `area_confidence` of the area (0: not known). `urgency_rules` are
    those that raised the urgency of the item or duty (`with_urgency`)."""

    item: str
    item_name: str
    area: str | None
    lead: str
    assisting: tuple[str, ...]
    urgency_days: int
    method: Method
    confidence: float
    explanation: str
    area_confidence: float
    urgency_rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be meant; `words` are the aliases that speak for it."""

    item: str
    name: str
    score: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """A person has to look. `reason` is a stable code; the explanation says it in words."""

    reason: Reason
    candidates: tuple[Candidate, ...]
    explanation: str


def find_route(directory: Directory, query: RouteQuery) -> Route | Triage:
    """Raises nothing, whatever the texts and codes are."""
    if query.item:
        return _route_given(directory, query, query.item)
    scored = score_items(directory, query.title, query.text)
    if not scored or scored[0].score < SCORE_MIN:
        return _triage(directory, "no_item", scored)
    place = _place(directory, query)
    chosen = assign(directory, scored[0].item, place.area, query.on)
    rival = _best_for_another_unit(directory, scored, chosen.lead, place, query.on)
    if scored[0].score < LEAD_RATIO_MIN * rival:
        return _triage(directory, "ambiguous_item", scored)
    item = directory.items[scored[0].item]
    told = explain.item_by_alias(item, scored[0].words)
    return _route(directory, item, place, chosen, "alias", _confidence(scored[0], rival), told)


def _route_given(directory: Directory, query: RouteQuery, code: str) -> Route | Triage:
    item = directory.items.get(code)
    if item is None:
        scored = score_items(directory, query.title, query.text)
        return _triage(directory, "unknown_item", scored)
    place = _place(directory, query)
    chosen = assign(directory, code, place.area, query.on)
    if chosen.duty is None and not item.is_leaf:
        below = [found for found in directory.items if found.startswith(f"{code}.")]
        leaves = [ScoredItem(found, 0, ()) for found in below if directory.items[found].is_leaf]
        return _triage(directory, "item_too_broad", leaves)
    return _route(directory, item, place, chosen, "item_given", 1.0, explain.item_given(item))


def _place(directory: Directory, query: RouteQuery) -> Place:
    return find_place(directory, query.area, query.address, query.title, query.text)


def _best_for_another_unit(
    directory: Directory, scored: Sequence[ScoredItem], lead: str, place: Place, on: date
) -> int:
    """The best score among items that would go elsewhere; 0 if none could matter.

    Two items of one unit are no reason to ask a person: the matter arrives where it belongs.
    """
    for other in scored[1:]:
        if scored[0].score >= LEAD_RATIO_MIN * other.score:
            return other.score
        if assign(directory, other.item, place.area, on).lead != lead:
            return other.score
    return 0


def _confidence(best: ScoredItem, rival: int) -> float:
    """How much was said (0 to 1) times how clearly it beats what would go elsewhere (0.5 to 1)."""
    said = min(1.0, best.score / SCORE_SURE)
    return round(said * (1 - 0.5 * rival / best.score), 2)


def _route(
    directory: Directory,
    item: Item,
    place: Place,
    chosen: Assignment,
    method: Method,
    confidence: float,
    told: str,
) -> Route:
    return Route(
        item=item.code,
        item_name=item.name,
        area=place.area,
        lead=chosen.lead,
        assisting=chosen.assisting,
        urgency_days=chosen.urgency_days,
        method=method,
        confidence=confidence,
        explanation=explain.route(directory, told, place, chosen),
        area_confidence=place.confidence,
    )


def _triage(directory: Directory, reason: Reason, scored: Sequence[ScoredItem]) -> Triage:
    candidates = tuple(
        Candidate(found.item, directory.items[found.item].name, found.score, found.words)
        for found in scored[:CANDIDATES_MAX]
    )
    names = [(candidate.item, candidate.name) for candidate in candidates]
    return Triage(reason, candidates, explain.triage(reason, names))
