"""Where a matter would go, as one document: what `yousu route` prints and the HTTP door answers."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from services.router.classifier.guess import Classifier
from services.router.directory import (
    Candidate,
    Directory,
    Route,
    RouteQuery,
    Triage,
    find_route,
    guess_where_needed,
    with_urgency,
)
from services.router.directory.duties import assign
from services.router.directory.opinion import subject_of
from services.router.directory.weigh import SCORE_SURE
from services.router.jurisdiction import DISPATCH_MIN

Document = dict[str, Any]
CHARACTERS_MAX = 10_000  # what is longer is cut, as at intake: the matter is told before that
DECISIONS = ("route", "triage", "split")


class Asked(NamedTuple):
    """One matter as somebody tells it. `reporters`: how many have told it; `on`: the local day."""

    title: str
    text: str
    address: str | None
    item: str | None
    area: str | None
    reporters: int
    on: date


def answer_many(
    directory: Directory, classifier: Classifier | None, matters: Sequence[Asked]
) -> list[Document]:
    """One for each, in their order. Writes nothing, and raises nothing whatever the texts are."""
    queries = [_query(asked) for asked in matters]
    guesses = guess_where_needed(directory, classifier, queries)
    return [
        _document(directory, query, find_route(directory, query, classifier, guess), one.reporters)
        for one, query, guess in zip(matters, queries, guesses, strict=True)
    ]


def _query(asked: Asked) -> RouteQuery:
    return RouteQuery(
        item=(asked.item or "").strip() or None,
        title=asked.title[:CHARACTERS_MAX],
        text=asked.text[:CHARACTERS_MAX],
        area=(asked.area or "").strip() or None,
        address=(asked.address or "")[:CHARACTERS_MAX] or None,
        on=asked.on,
    )


def _document(
    directory: Directory, query: RouteQuery, found: Route | Triage, reporters: int
) -> Document:
    if isinstance(found, Triage):
        return _open(directory, query, found)
    return _routed(directory, with_urgency(directory, query, found, reporters))


def _routed(directory: Directory, found: Route) -> Document:
    return {
        "subject": _subject_name(directory, subject_of(found.item)),
        "item": found.item,
        "item_confidence": found.confidence,
        "jurisdiction": found.area,
        "jurisdiction_confidence": found.area_confidence,
        "candidates": [_candidate(candidate) for candidate in found.candidates],
        "lead": found.lead,
        "assisting": list(found.assisting),
        "urgency_days": found.urgency_days,
        "decision": "route",
        "explanation": found.explanation,
        "subject_confidence": found.subject_confidence,
        "item_name": found.item_name,
        "lead_name": directory.plain_unit_name(found.lead),
        "method": found.method,
        "reason": None,
        "model_version": found.model_version,
        "directory_version": directory.version,
        "urgency_rules": list(found.urgency_rules),
    }


def _open(directory: Directory, query: RouteQuery, found: Triage) -> Document:
    """A person decides: the best guess is shown, and nobody leads."""
    best = _best(found)
    document = {
        "subject": _subject_name(directory, found.subject),
        "item": best.item if best else None,
        "item_confidence": _confidence(best, found) if best else 0.0,
        "jurisdiction": found.area,
        "jurisdiction_confidence": found.area_confidence if found.area else 0.0,
        "candidates": [_candidate(candidate) for candidate in found.candidates],
        "lead": None,
        "assisting": [],
        "urgency_days": None,
        "decision": "split" if found.reason == "several_matters" else "triage",
        "explanation": found.explanation,
        "subject_confidence": found.subject_confidence,
        "item_name": best.name if best else None,
        "lead_name": None,
        "method": None,
        "reason": found.reason,
        "model_version": found.model_version,
        "directory_version": directory.version,
        "urgency_rules": [],
    }
    if found.matters:
        document["matters"] = [
            _matter(directory, query, found.area, matter) for matter in found.matters
        ]
    return document


def _matter(
    directory: Directory, query: RouteQuery, area: str | None, matter: Candidate
) -> Document:
    chosen = assign(directory, matter.item, area, query.on)
    return {
        **_candidate(matter),
        "lead": chosen.lead,
        "lead_name": directory.plain_unit_name(chosen.lead),
        "urgency_days": chosen.urgency_days,
    }


def _best(found: Triage) -> Candidate | None:
    inside = [one for one in found.candidates if subject_of(one.item) == found.subject]
    return next(iter(inside or found.candidates), None)


def _confidence(best: Candidate, found: Triage) -> float:
    """Of an item that a person has still to choose: below what would need no person."""
    if found.reason == "item_too_broad":
        return 0.0
    said = best.probability or min(1.0, best.score / SCORE_SURE)
    among = best.score / max(1, sum(candidate.score for candidate in found.candidates))
    return round(min(said * among, DISPATCH_MIN), 2)


def _candidate(candidate: Candidate) -> Document:
    shown = {"item": candidate.item, "name": candidate.name, "score": candidate.score}
    probability = None if candidate.probability is None else round(candidate.probability, 4)
    return {**shown, "probability": probability, "words": list(candidate.words)}


def _subject_name(directory: Directory, code: str | None) -> str | None:
    item = directory.items.get(code or "")
    return item.name if item else None
