"""All articles as their facts make them, and what of them holds on a day. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from services.domain.knowledge import Article, ArticleEvent, evolve
from services.domain.knowledge_events import ArticlePublished

Articles = Mapping[str, Article]  # by code
SOON = timedelta(days=30)
LEVEL_CHARACTERS = 3  # ".01": a level of an item's code


class Matter(NamedTuple):
    """What a ticket says. text: empty if its resident was erased."""

    text: str = ""
    item: str | None = None
    area: str | None = None


class Due(NamedTuple):
    """An article that somebody has to look at. reason: review_due, ends_soon or ended."""

    article: ArticlePublished
    reason: str
    day: date


def told(articles: Articles, events: Iterable[ArticleEvent]) -> dict[str, Article]:
    """The articles after some more facts."""
    after = dict(articles)
    for event in events:
        after[event.code] = evolve(after.get(event.code, Article()), event)
    return after


def in_force(articles: Articles, on: date) -> list[ArticlePublished]:
    """In the order of their codes."""
    found = (articles[code].in_force(on) for code in sorted(articles))
    return [one for one in found if one is not None]


def closeness(own: str, item: str) -> float:
    """1 for the item itself; less, the further above or below it an article's is; else 0."""
    shorter, longer = sorted((own, item), key=len)
    if own != item and not longer.startswith(f"{shorter}."):
        return 0.0
    return 1 / (1 + (len(longer) - len(shorter)) / LEVEL_CHARACTERS)


def of_item(articles: Iterable[ArticlePublished], item: str | None) -> list[ArticlePublished]:
    """Those of the item, or of one above or below it; all, if none is named."""
    return [one for one in articles if not item or any(closeness(own, item) for own in one.items)]


def latest(articles: Articles) -> list[ArticlePublished]:
    """What the office works on: the last version of each that is not withdrawn."""
    return [articles[code].live[-1] for code in sorted(articles) if articles[code].live]


def due_for_review(articles: Articles, on: date, soon: timedelta = SOON) -> list[Due]:
    """Past `review_by`, or at its end with no later version, the earliest first."""
    found = [due for one in latest(articles) if (due := _due(one, on, soon))]
    return sorted(found, key=lambda due: (due.day, due.article.code))


def _due(article: ArticlePublished, on: date, soon: timedelta) -> Due | None:
    end, review = article.valid_to, article.review_by
    if end is not None and end < on:
        return Due(article, "ended", end)
    if end is not None and end <= on + soon:
        return Due(article, "ends_soon", end)
    return Due(article, "review_due", review) if review is not None and review <= on else None
