"""`find_articles`: from a caller's words, and what is known of the matter, to what answers it."""

from typing import NamedTuple

import numpy

from services.domain.knowledge_events import ArticlePublished
from services.knowledge.catalogue import closeness
from services.knowledge.index import ArticleIndex, Scores
from services.knowledge.terms import found_in

RESULTS_MAX = 50
READ_CHARACTERS_MAX = 500  # of a text: the matter is told before its story
# What a known item is worth beside the words: a full match doubles them, and adds about as much
# as one particular word does, so that an article can be found by its item alone.
ITEM_FACTOR, ITEM_POINTS = 1.0, 3.0
OWN_AREA_FACTOR = 1.2  # a district's own article goes before the city's


class ArticleQuery(NamedTuple):
    """Empty or None: not known. item and area are codes; an area is inside those it begins with."""

    text: str = ""
    item: str | None = None
    area: str | None = None
    limit: int = 5


class Found(NamedTuple):
    """score: orders the found, and says nothing else. words: those of the caller that the article
    has. share: how much of what was said they are, 0 to 1. by_item, by_area: it is of the item
    (or of one above or below it), and an area's own."""

    article: ArticlePublished
    score: float
    words: tuple[str, ...]
    share: float
    by_item: bool
    by_area: bool


def find_articles(index: ArticleIndex, query: ArticleQuery) -> list[Found]:
    """The best first; equal ones in the index's order. Only what the index holds: an article that
    has ended or was withdrawn is not there."""
    text = query.text[:READ_CHARACTERS_MAX]
    matches = _item_matches(index, query.item)
    holds, own = _areas(index, query.area)
    scores = index.scores(text) * (1 + ITEM_FACTOR * matches) + ITEM_POINTS * matches
    scores *= holds * numpy.where(own, OWN_AREA_FACTOR, 1.0)
    best = numpy.argsort(-scores, kind="stable")[: min(query.limit, RESULTS_MAX)]
    return [
        Found(
            index.articles[place],
            round(float(scores[place]), 3),
            *found_in(text, index.text_of(place)),
            by_item=bool(matches[place]),
            by_area=bool(own[place]),
        )
        for place in map(int, best)
        if scores[place] > 0
    ]


def _item_matches(index: ArticleIndex, item: str | None) -> Scores:
    matches = numpy.zeros(len(index.articles), dtype=numpy.float32)
    for own, places in index.by_item.items() if item else ():
        if match := closeness(own, str(item)):
            matches[places] = numpy.maximum(matches[places], match)
    return matches


def _areas(index: ArticleIndex, area: str | None) -> tuple[Scores, Scores]:
    """(1 where an article may answer, 1 where it is the area's own). An article for some areas
    does not answer for another one; while the area is not known, it may."""
    count = len(index.articles)
    holds, own = numpy.ones(count, dtype=numpy.float32), numpy.zeros(count, dtype=numpy.float32)
    if not area:
        return holds, own
    for place in {place for places in index.by_area.values() for place in places}:
        holds[place] = 0
    for code, places in index.by_area.items():
        if area.startswith(code):
            own[places] = holds[places] = 1
        elif code.startswith(area):
            holds[places] = 1
    return holds, own
